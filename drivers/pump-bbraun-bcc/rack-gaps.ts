/**
 * Pumps that are not heard. What a block would have told is then missing: at least a gap that the next reading says, after a
 * while a pump of which nobody knows what it does, or one that is gone.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import { NO_FLOW } from './delivery.ts';
import { identityOf } from './parameters.ts';
import { each, mute, remove, type BlockContext, type Pump, type Rack, type RackStep } from './rack.ts';

/** After so many answers without a pump its last values say nothing any more. */
const MAX_MISSED = 2;

/** A complete answer did not have these pumps in it: they are gone. */
export const removeAbsent = (rack: Rack, seen: ReadonlySet<string>, context: BlockContext): RackStep =>
  each(
    rack,
    [...rack.pumps.keys()].filter((key) => !seen.has(key)),
    (left, key) => remove(left, key, context),
  );

/** Something was lost, and these pumps were not heard before that. */
export const markUnheard = (rack: Rack, seen: ReadonlySet<string>): Rack =>
  withPumps(rack, (pump, key) => (seen.has(key) ? pump : { ...pump, missed: pump.missed + 1 }));

/**
 * An answer was given up, or ended with a piece missing, and these pumps were in what came of it. Where nothing came nothing
 * is said of a single pump: then it is the ComDevice that is silent.
 */
export function missPumps(rack: Rack, seen: ReadonlySet<string>, context: BlockContext): RackStep {
  const marked = markUnheard(rack, seen);
  if (seen.size === 0) return { rack: marked, readings: [] };
  return muteWhere(marked, ({ missed }) => missed >= MAX_MISSED, `not in the last ${MAX_MISSED} answers`, context);
}

/** Pumps that were last heard before an instant, in a mode in which nobody knows when they should be. */
export const muteOld = (rack: Rack, before: MonotonicMs, context: BlockContext): RackStep =>
  muteWhere(rack, ({ heardAt }) => heardAt < before, 'nothing was heard of this pump for a minute or more', context);

function muteWhere(rack: Rack, isLost: (pump: Pump) => boolean, doubt: string, context: BlockContext): RackStep {
  const lost = new Set([...rack.pumps.values()].filter((pump) => !pump.isMuted && isLost(pump)));
  return {
    rack: withPumps(rack, (pump) => (lost.has(pump) ? { ...pump, isMuted: true } : pump)),
    readings: [...lost].map((pump) => mute(pump, 'unknown', context, doubt)),
  };
}

/** The ComDevice was restarted: what the pumps said before is no base for what they say now. They are still the same. */
export const forgetValues = (rack: Rack): Rack =>
  withPumps(rack, (pump) => ({
    ...pump,
    ...{ table: identityOf(pump.table), flow: NO_FLOW, lastBlock: '', missed: pump.missed + 1 },
  }));

const withPumps = (rack: Rack, change: (pump: Pump, key: string) => Pump): Rack => ({
  ...rack,
  pumps: new Map([...rack.pumps].map(([key, pump]) => [key, change(pump, key)])),
});
