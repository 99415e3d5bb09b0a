/** The driver folded by hand, with what it asked for when it wanted its link opened anew. */
import { concatBytes } from '$drivers/bytes.ts';
import type { SerialSettings } from '$drivers/driver.ts';
import { contec } from '$drivers/contec/index.ts';
import type { Message, Query } from '$drivers/contec/messages.ts';
import type { State } from '$drivers/contec/session.ts';
import { FoldedDriver } from '../../support/folded-driver.ts';
import { COMMAND_FRAMES } from './vectors.ts';

export class Bench extends FoldedDriver<Message, Query, State> {
  /** Of each reopening; undefined leaves the line as it is. */
  readonly lines: (SerialSettings | undefined)[];

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    const lines: (SerialSettings | undefined)[] = [];
    super({
      ...contec,
      start: (context) => contec.start({ ...context, settings }),
      step: (state, input) => {
        const result = contec.step(state, input);
        for (const effect of result[1]) if (effect.type === 'reopen') lines.push(effect.serial);
        return result;
      },
    });
    this.lines = lines;
  }

  /** Sixty packets a second up to `until`, as a port hands them over: 15 at a time. */
  stream(until: number, packet: Uint8Array): this {
    const quarter = concatBytes(...Array<Uint8Array>(15).fill(packet));
    while (this.now + 250 <= until) this.waitUntil(this.now + 250).receive(quarter);
    return this;
  }

  /** Names of the commands that left since this time. */
  commands(fromMs = 0): readonly string[] {
    return this.sentSince(fromMs).map(
      (hex) => Object.entries(COMMAND_FRAMES).find(([, frame]) => frame === hex)?.[0] ?? hex,
    );
  }
}
