/** What is done with values that nobody asked for at this moment: changes that a pump tells by itself, and answers out of their turn. */
import type { MonotonicMs } from '$lib/domain/index.ts';
import { takeValues } from './answers.ts';
import { MODULES, STAND_ALONE, type Message, type PumpAddress } from './messages.ts';
import { newPump } from './pump.ts';
import { followedBy, send, withPump, type Result, type State } from './session-state.ts';
import { readVariables } from './variables.ts';

/** What is not acknowledged comes again about a second later (inferred); after a longer time the same is news. */
const REPEATED_MS = 1500;

/** Ours are the modules of a base, or the pump that stands alone. @returns undefined for an address that is not ours. */
function pumpAddressOf({ settings }: State, address: string): PumpAddress | undefined {
  if (settings.root === STAND_ALONE) return address === STAND_ALONE ? STAND_ALONE : undefined;
  return MODULES.find((module) => module === address);
}

/** Acknowledged by a frame of its own, or it comes again; what comes again is not told again. */
export function onEvent(
  state: State,
  { address: sender, status, fields }: Extract<Message, { kind: 'event' }>,
  now: MonotonicMs,
): Result {
  const address = pumpAddressOf(state, sender);
  // Without a field it is nobody's event: perhaps our own acknowledgement, from a plug that gives back what it is sent.
  if (address === undefined || fields.length === 0) return [state, []];
  const pump = state.pumps.get(address) ?? newPump(address, now);
  const text = fields.join(';');
  const isRepeated = pump.lastEvent?.value === text && now - pump.lastEvent.at <= REPEATED_MS;
  const noted = withPump(state, { ...pump, lastEvent: { value: text, at: now } });
  const variables = status === 'E' && !isRepeated ? readVariables(fields) : undefined;
  return followedBy([noted, [send({ kind: 'event-ack', address, status })]], (next) =>
    variables ? takeValues(next, address, variables, now) : [next, []],
  );
}

/** Values that say themselves what they are are taken, as from a recording; not those that come late. */
export function onUnasked(
  state: State,
  frame: Extract<Message, { kind: 'correct' | 'incorrect' }>,
  now: MonotonicMs,
): Result {
  const address = pumpAddressOf(state, frame.address);
  const variables = frame.kind === 'correct' ? readVariables(frame.fields) : undefined;
  if (address === undefined || !variables) return [state, []];
  const station = state.stations.get(address);
  const isLate = station !== undefined && (station.again !== undefined || now < station.quietUntil);
  return isLate ? [state, []] : takeValues(state, address, variables, now);
}
