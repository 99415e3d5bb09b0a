/**
 * The pumps of one rack: which sits where, what each has said, and what a block of records makes of that.
 *
 *   block ─ by address ─▶ values   → one reading of that pump
 *                         GNERR 39 → one last reading, `disconnected`, and the place is free
 *                         GNERR 4x → `unknown` for ten seconds, then as above
 *
 * A pump is known by its number INNR; only one that sends none is known by its place. So a pump that is plugged in
 * elsewhere stays the same channel. The same records for the same second are the same block sent again: nothing is told
 * twice, least of all a bolus, which the pump counts since the last question.
 */
import type { DeviceId, InfusionReading, MonotonicMs } from '$lib/domain/index.ts';
import { placeOf } from './codec.ts';
import { NO_FLOW, watchFlow, type FlowEvidence } from './delivery.ts';
import { COM_DEVICE, type Quadruple } from './messages.ts';
import { modelOf, readingOf } from './observations.ts';
import { EMPTY_TABLE, identityOf, numberOf, remember, type ParameterTable } from './parameters.ts';

export interface Pump {
  readonly channel: string;
  readonly place: string;
  readonly table: ParameterTable;
  readonly flow: FlowEvidence;
  /** The last block of this pump as text, to know it when it comes again. */
  readonly lastBlock: string;
  readonly faultSince: MonotonicMs | undefined;
  /** An answer with this pump in it was lost, perhaps together with the notice of a bolus. */
  readonly mayMissBolus: boolean;
}

/** By place, as {@link placeKey} writes it. */
export type Rack = ReadonlyMap<string, Pump>;

export const EMPTY_RACK: Rack = new Map();

export interface BlockContext {
  readonly source: DeviceId;
  readonly now: MonotonicMs;
  /** What is wrong with the block as a whole, in words. */
  readonly doubts: readonly string[];
}

export interface RackStep {
  readonly rack: Rack;
  readonly readings: readonly InfusionReading[];
}

/** How long a pump may be disturbed before it counts as gone. */
const FAULT_MS = 10_000;

/** The same place written in two ways (`5011C`, `501112`) has one key; an address we cannot read stands for itself. */
function placeKey(address: string): string {
  const place = placeOf(address);
  return place ? `pillar ${place.pillar} slot ${place.slot}` : `address ${address}`;
}

export const errorOf = (records: readonly Quadruple[]): string | undefined =>
  records.find(({ name }) => name === 'GNERR')?.value.trim();

/** Takes a block in. It may hold several pumps, and the ComDevice's own records before them. `keys`: the pumps named in it. */
export function takeBlock(
  rack: Rack,
  records: readonly Quadruple[],
  context: BlockContext,
): RackStep & { readonly keys: readonly string[] } {
  const pumps = byPump(records);
  let taken: RackStep = { rack, readings: [] };
  for (const [key, group] of pumps) {
    const step = takeRecords(taken.rack, key, group, context);
    taken = { rack: step.rack, readings: [...taken.readings, ...step.readings] };
  }
  return { ...taken, keys: [...pumps.keys()] };
}

function byPump(records: readonly Quadruple[]): ReadonlyMap<string, readonly Quadruple[]> {
  const pumps = new Map<string, Quadruple[]>();
  for (const record of records) {
    if (record.address === COM_DEVICE) continue;
    const key = placeKey(record.address);
    const group = pumps.get(key);
    if (group) group.push(record);
    else pumps.set(key, [record]);
  }
  return pumps;
}

/** Takes one pump's records of a block in. Readings: this pump's, and a last one of a pump that it took the place of. */
function takeRecords(rack: Rack, key: string, records: readonly Quadruple[], context: BlockContext): RackStep {
  const error = errorOf(records);
  const values = records.filter(({ name }) => name !== 'GNERR');
  if (error === '39') return remove(rack, key, context);
  if (error !== undefined && values.length === 0) return disturb(rack, key, error, context);
  const doubts = error === undefined ? context.doubts : [...context.doubts, `the rack reports error ${error}`];
  return takeValues(rack, key, values, { ...context, doubts });
}

function takeValues(rack: Rack, key: string, records: readonly Quadruple[], context: BlockContext): RackStep {
  const block = records.map(({ time, name, value }) => `${time},${name},${value}`).join('\n');
  const seated = rack.get(key);
  if (seated?.lastBlock === block) return { rack, readings: [] };
  const number = records.find(({ name }) => name === 'INNR')?.value.trim();
  const isNumbered = number !== undefined && /^(?!0+$)[0-9A-Za-z]+$/.test(number);
  const channel = isNumbered ? number : (seated?.channel ?? key);
  const { rack: cleared, readings } = settle(rack, key, channel, context);
  const before = cleared.get(key);
  const table = remember(before?.table ?? EMPTY_TABLE, records);
  const flow = watchFlow(before?.flow ?? NO_FLOW, table, context.now);
  const { bolus, doubt } = bolusOf(before, records);
  const pump: Pump = { channel, place: key, table, flow, lastBlock: block, faultSince: undefined, mayMissBolus: false };
  const doubts = doubt === undefined ? context.doubts : [...context.doubts, doubt];
  const reading = readingOf({ ...pump, source: context.source, now: context.now, bolus, doubts });
  return { rack: new Map(cleared).set(key, pump), readings: [...readings, reading] };
}

/**
 * Makes room for a channel at a place. Another pump that was there is gone; the same pump that was elsewhere has moved, and
 * takes with it who it is but nothing that it did there.
 */
function settle(rack: Rack, key: string, channel: string, context: BlockContext): RackStep {
  const seated = rack.get(key);
  if (seated?.channel === channel) return { rack, readings: [] };
  if (seated?.channel === key) return rename(rack, key, seated, channel, context);
  const cleared = seated ? remove(rack, key, context) : { rack, readings: [] };
  const [oldKey, moved] = [...cleared.rack].find(([, pump]) => pump.channel === channel) ?? [];
  if (oldKey === undefined || moved === undefined) return cleared;
  const settled = new Map(cleared.rack);
  settled.delete(oldKey);
  settled.set(key, { ...moved, place: key, table: identityOf(moved.table), flow: NO_FLOW, lastBlock: '' });
  return { rack: settled, readings: cleared.readings };
}

/** A pump that was known by its place has told its number: the channel of the place ends, the pump goes on. */
function rename(rack: Rack, key: string, pump: Pump, channel: string, context: BlockContext): RackStep {
  const ended = mute(pump, 'disconnected', context, `known by its number from now on: ${channel}`);
  return { rack: new Map(rack).set(key, { ...pump, channel }), readings: [ended] };
}

function remove(rack: Rack, key: string, context: BlockContext): RackStep {
  const pump = rack.get(key);
  if (!pump) return { rack, readings: [] };
  const left = new Map(rack);
  left.delete(key);
  return { rack: left, readings: [mute(pump, 'disconnected', context)] };
}

function disturb(rack: Rack, key: string, error: string, context: BlockContext): RackStep {
  const pump = rack.get(key);
  if (!pump) return { rack, readings: [] };
  const faultSince = pump.faultSince ?? context.now;
  if (context.now - faultSince >= FAULT_MS) return remove(rack, key, context);
  return {
    rack: new Map(rack).set(key, { ...pump, faultSince }),
    readings: [mute(pump, 'unknown', context, `no values from this pump: error ${error}`)],
  };
}

/** A reading without a single value. */
function mute(
  { channel, place, table }: Pump,
  state: 'disconnected' | 'unknown',
  { source, now }: BlockContext,
  doubt?: string,
): InfusionReading {
  const who = { kind: 'infusion', source, at: now, channel, place, ...modelOf(table, channel), state } as const;
  return { ...who, alarms: [], ...(doubt !== undefined && { doubt }) };
}

type Bolus = { readonly bolus: InfusionReading['bolus']; readonly doubt?: string };

/** Boluses since the last question, from this block only: a value that is read once is never carried on. */
function bolusOf(before: Pump | undefined, records: readonly Quadruple[]): Bolus {
  const now = remember(EMPTY_TABLE, records);
  const [count, volume] = [numberOf(now, 'INBOCNT'), numberOf(now, 'INBOVAL')];
  const told = count ?? (volume === undefined ? undefined : volume > 0 ? 1 : 0);
  const counted = before?.mayMissBolus ? bolusesBetween(before.table, now) : undefined;
  if (counted !== undefined && counted > (told ?? 0)) {
    const doubt = `${counted} boluses since the last good answer, ${told ?? 0} of them with a volume`;
    return { bolus: { count: counted, volumeMl: volume ?? 0 }, doubt };
  }
  const bolus = told === undefined ? undefined : { count: told, volumeMl: volume ?? 0 };
  if (before?.mayMissBolus && counted === undefined) {
    return { bolus, doubt: 'an answer was lost before this one: a bolus told in it would be missing' };
  }
  if (told && volume === undefined) return { bolus, doubt: `${told} boluses of unknown volume` };
  if (told && !before) return { bolus, doubt: 'the bolus may have been given before this watch began' };
  return { bolus };
}

/** Boluses by the pump's own running count. @returns undefined when it is not sent, or began anew with a therapy. */
function bolusesBetween(before: ParameterTable, now: ParameterTable): number | undefined {
  const [from, to] = [numberOf(before, 'BOCNT'), numberOf(now, 'BOCNT')];
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}

/** A complete answer did not have these pumps in it: they are gone. */
export function removeAbsent(rack: Rack, seen: ReadonlySet<string>, context: BlockContext): RackStep {
  let left: RackStep = { rack, readings: [] };
  for (const key of rack.keys()) {
    if (seen.has(key)) continue;
    const step = remove(left.rack, key, context);
    left = { rack: step.rack, readings: [...left.readings, ...step.readings] };
  }
  return left;
}

/** An answer was given up before these pumps were in it. */
export const markUnheard = (rack: Rack, seen: ReadonlySet<string>): Rack =>
  new Map([...rack].map(([key, pump]) => [key, seen.has(key) ? pump : { ...pump, mayMissBolus: true }]));

/** The ComDevice was restarted: what the pumps said before is no base for what they say now. They are still the same. */
export const forgetValues = (rack: Rack): Rack =>
  new Map(
    [...rack].map(([key, pump]) => [
      key,
      { ...pump, table: identityOf(pump.table), flow: NO_FLOW, lastBlock: '', mayMissBolus: true },
    ]),
  );
