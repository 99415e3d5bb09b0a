/**
 * An answer cut into messages that fit: whole when it fits, else a chain of links and an empty end. An object is never
 * split; a context that goes on in the next message names itself again.
 */
import { WHOLE } from '$drivers/philips-intellivue/envelope.ts';
import type { Part, PollContext, PolledObject } from '$drivers/philips-intellivue/messages.ts';
import { writePolledObject } from '$drivers/philips-intellivue/polls.ts';

export interface ChainMessage {
  readonly part: Part;
  readonly contexts: readonly PollContext[];
}

/** Everything of a linked result but its contexts. */
const HEAD_BYTES = 52;
const CONTEXT_BYTES = 6;

export function toChain(contexts: readonly PollContext[], mtu: number): readonly ChainMessage[] {
  const parts: PollContext[][] = [[]];
  let left = mtu - HEAD_BYTES;
  const turn = (): void => {
    parts.push([]);
    left = mtu - HEAD_BYTES;
  };
  for (const { context, objects } of contexts) {
    if (left < CONTEXT_BYTES) turn();
    let open: PolledObject[] = beginContext(parts, context);
    left -= CONTEXT_BYTES;
    for (const object of objects) {
      const size = writePolledObject(object).length;
      if (size > left && open.length > 0) {
        turn();
        open = beginContext(parts, context);
        left -= CONTEXT_BYTES;
      }
      open.push(object);
      left -= size;
    }
  }
  const [only] = parts;
  if (parts.length === 1 && only) return [{ part: WHOLE, contexts: only }];
  return [
    ...parts.map((part, i) => ({ part: linkOf(i, parts.length), contexts: part })),
    { part: WHOLE, contexts: [] },
  ];
}

function beginContext(parts: readonly PollContext[][], context: number): PolledObject[] {
  const objects: PolledObject[] = [];
  parts.at(-1)?.push({ context, objects });
  return objects;
}

function linkOf(index: number, length: number): Part {
  const is = index === 0 ? 'first' : index === length - 1 ? 'last' : 'middle';
  return { is, count: index + 1 };
}
