/**
 * The pumps of one rack: which sits where, what each has said, and what a block of records makes of that.
 *
 *   block ─ by address ─▶ values   → one reading of that pump
 *                         GNERR 39 → one last reading, `disconnected`, and the place is free
 *                         GNERR 4x → `unknown` for ten seconds, then as above
 *
 * What is made of blocks that never come: `rack-gaps.ts`.
 *
 * A pump is known by its number INNR; only one that sends none is known by its place. So a pump that is plugged in
 * elsewhere stays the same channel, and who it is (which is told once) is remembered while it is away. The same records for
 * the same second are the same block sent again: nothing is told twice, least of all a bolus, which the pump counts since the
 * last question.
 */
import type { DeviceId, InfusionReading, MonotonicMs } from '$lib/domain/index.ts';
import { placeOf } from './codec.ts';
import { NO_FLOW, watchFlow, type FlowEvidence } from './delivery.ts';
import { COM_DEVICE, type Quadruple } from './messages.ts';
import { modelOf } from './model.ts';
import { noticesOf } from './notices.ts';
import { readingOf } from './observations.ts';
import { EMPTY_TABLE, identityOf, remember, type ParameterTable } from './parameters.ts';

export interface Pump {
  readonly channel: string;
  readonly place: string;
  readonly table: ParameterTable;
  readonly flow: FlowEvidence;
  /** The last block of this pump as text, to know it when it comes again. */
  readonly lastBlock: string;
  readonly faultSince: MonotonicMs | undefined;
  /** Answers in a row that ended, or were lost, without this pump: perhaps together with the notice of a bolus. */
  readonly missed: number;
  /** It was told that nobody knows what it does. */
  readonly isMuted: boolean;
  readonly heardAt: MonotonicMs;
}

export interface Rack {
  /** By place, as {@link placeKey} writes it. */
  readonly pumps: ReadonlyMap<string, Pump>;
  /** Who the pumps are that were here and are away, by number; the one that left last stands last. */
  readonly away: ReadonlyMap<string, ParameterTable>;
}

export const EMPTY_RACK: Rack = { pumps: new Map(), away: new Map() };

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
const MOST_AWAY = 48;

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
  const taken = each(rack, [...pumps], (before, [key, group]) => takeRecords(before, key, group, context));
  return { ...taken, keys: [...pumps.keys()] };
}

/** Does one step after the other and keeps what all of them told. */
export function each<Item>(rack: Rack, items: Iterable<Item>, step: (rack: Rack, item: Item) => RackStep): RackStep {
  let done: RackStep = { rack, readings: [] };
  for (const item of items) {
    const next = step(done.rack, item);
    done = { rack: next.rack, readings: [...done.readings, ...next.readings] };
  }
  return done;
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

/**
 * Takes one pump's records of a block in. Readings: this pump's, and a last one of a pump that it took the place of. What a
 * pump still told beside the word that it is gone is told first: a bolus would not come again.
 */
function takeRecords(rack: Rack, key: string, records: readonly Quadruple[], context: BlockContext): RackStep {
  const error = errorOf(records);
  const values = records.filter(({ name }) => name !== 'GNERR');
  const doubts = error === undefined ? context.doubts : [...context.doubts, `the rack reports error ${error}`];
  const take = (before: Rack): RackStep => takeValues(before, key, values, { ...context, doubts });
  if (error === '39') {
    return each(rack, values.length > 0 ? [take, gone(key, context)] : [gone(key, context)], (now, step) => step(now));
  }
  return error !== undefined && values.length === 0 ? disturb(rack, key, error, context) : take(rack);
}

const gone =
  (key: string, context: BlockContext) =>
  (rack: Rack): RackStep =>
    remove(rack, key, context);

function takeValues(rack: Rack, key: string, records: readonly Quadruple[], context: BlockContext): RackStep {
  const block = records.map(({ time, name, value }) => `${time},${name},${value}`).join('\n');
  const seated = rack.pumps.get(key);
  if (seated?.lastBlock === block) return { rack, readings: [] };
  const number = records.find(({ name }) => name === 'INNR')?.value.trim();
  const isNumbered = number !== undefined && /^(?!0+$)[0-9A-Za-z]+$/.test(number);
  const channel = isNumbered ? number : (seated?.channel ?? key);
  const { rack: cleared, readings } = settle(rack, key, channel, context);
  const before = cleared.pumps.get(key);
  const table = remember(before?.table ?? cleared.away.get(channel) ?? EMPTY_TABLE, records);
  const flow = watchFlow(before?.flow ?? NO_FLOW, table, context.now);
  const { doubts, ...told } = noticesOf(before, records);
  const pump: Pump = {
    channel,
    place: key,
    table,
    flow,
    lastBlock: block,
    faultSince: undefined,
    ...heard(context.now),
  };
  const reading = readingOf({ ...pump, ...context, ...told, doubts: [...context.doubts, ...doubts] });
  return { rack: seat(cleared, key, pump), readings: [...readings, reading] };
}

const heard = (heardAt: MonotonicMs) => ({ missed: 0, isMuted: false, heardAt }) as const;

function seat({ pumps, away }: Rack, key: string, pump: Pump): Rack {
  const others = new Map(away);
  others.delete(pump.channel);
  return { pumps: new Map(pumps).set(key, pump), away: others };
}

/**
 * Makes room for a channel at a place. Another pump that was there is gone; the same pump that was elsewhere has moved, and
 * takes with it who it is but nothing that it did there.
 */
function settle(rack: Rack, key: string, channel: string, context: BlockContext): RackStep {
  const seated = rack.pumps.get(key);
  if (seated?.channel === channel) return { rack, readings: [] };
  if (seated?.channel === key) return rename(rack, key, seated, channel, context);
  const cleared = remove(rack, key, context);
  const [oldKey, moved] = [...cleared.rack.pumps].find(([, pump]) => pump.channel === channel) ?? [];
  if (oldKey === undefined || moved === undefined) return cleared;
  const pumps = new Map(cleared.rack.pumps);
  pumps.delete(oldKey);
  pumps.set(key, { ...moved, place: key, table: identityOf(moved.table), flow: NO_FLOW, lastBlock: '' });
  return { rack: { ...cleared.rack, pumps }, readings: cleared.readings };
}

/** A pump that was known by its place has told its number: the channel of the place ends, the pump goes on. */
function rename(rack: Rack, key: string, pump: Pump, channel: string, context: BlockContext): RackStep {
  const ended = mute(pump, 'disconnected', context, `known by its number from now on: ${channel}`);
  return { rack: seat(rack, key, { ...pump, channel }), readings: [ended] };
}

export function remove(rack: Rack, key: string, context: BlockContext): RackStep {
  const pump = rack.pumps.get(key);
  if (!pump) return { rack, readings: [] };
  const pumps = new Map(rack.pumps);
  pumps.delete(key);
  const away = pump.channel === key ? rack.away : new Map(rack.away).set(pump.channel, identityOf(pump.table));
  return {
    rack: { pumps, away: new Map([...away].slice(-MOST_AWAY)) },
    readings: [mute(pump, 'disconnected', context)],
  };
}

function disturb(rack: Rack, key: string, error: string, context: BlockContext): RackStep {
  const pump = rack.pumps.get(key);
  if (!pump) return { rack, readings: [] };
  const faultSince = pump.faultSince ?? context.now;
  if (context.now - faultSince >= FAULT_MS) return remove(rack, key, context);
  return {
    rack: seat(rack, key, { ...pump, faultSince }),
    readings: [mute(pump, 'unknown', context, `no values from this pump: error ${error}`)],
  };
}

/** A reading without a single value. */
export function mute(
  { channel, place, table }: Pump,
  state: 'disconnected' | 'unknown',
  { source, now }: BlockContext,
  doubt?: string,
): InfusionReading {
  const who = { kind: 'infusion', source, at: now, channel, place, ...modelOf(table, channel), state } as const;
  return { ...who, alarms: [], ...(doubt !== undefined && { doubt }) };
}
