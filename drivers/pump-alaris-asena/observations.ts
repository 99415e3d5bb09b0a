/**
 * What a record, and the answers that belong to it, say as one {@link InfusionReading}. A field appears only when the pump sent
 * a number in the unit that the logs have; nothing is computed. What does not fit together is said in `doubt`.
 */
import type { DeviceId, InfusionReading, MonotonicMs } from '$lib/domain/index.ts';
import { alarmDoubts, alarmsOf, NO_FLAG } from './alarms.ts';
import { deliveryOf, type Flow, type FlowMemory } from './delivery.ts';
import type { AlarmReply, Amount, InfRecord, SyringeReply, VtbiReply } from './messages.ts';

/** An answer and when it came. */
export interface Told<Reply> {
  readonly reply: Reply;
  readonly at: MonotonicMs;
}

/** Everything that a reading is made of. */
export interface PumpView {
  readonly source: DeviceId;
  readonly record: Told<InfRecord>;
  /** With this record in it. */
  readonly flow: FlowMemory;
  readonly alarm: Told<AlarmReply> | undefined;
  readonly vtbi: Told<VtbiReply> | undefined;
  readonly syringe: Told<SyringeReply> | undefined;
}

/** Two and a half times its interval: what was not told again for longer is not told on. */
const MAX_AGE_MS = { alarm: 5000, vtbi: 12_500, syringe: 75_000 } as const;

const UNITS = { rate: 'ml/h', volume: 'ml', pressure: 'mmHg' } as const;

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** The channel is the pump's serial number. */
export const channelOf = (serial: string): string => serial.trim();

/** @returns undefined for no number, and for another unit than the one that was logged. */
function numberOf({ value, unit }: Amount, known: string): number | undefined {
  const text = value.trim();
  return unit.trim() === known && DECIMAL.test(text) ? Number(text) : undefined;
}

export const flowOf = ({ reply, at }: Told<InfRecord>): Flow => ({
  at,
  mode: reply.mode.trim(),
  rateMlPerHour: numberOf(reply.rate, UNITS.rate),
  volumeMl: numberOf(reply.volume, UNITS.volume),
});

export function readingOf(view: PumpView): InfusionReading {
  const { reply, at } = view.record;
  const flag = reply.flag.trim();
  const isAlarmFresh = fresh(view.alarm, at, MAX_AGE_MS.alarm) !== undefined;
  // A code that is not told again lasts as long as the flag: the record is newer than the code.
  const alarms = alarmsOf(flag, isAlarmFresh || flag !== NO_FLAG ? view.alarm?.reply.code : undefined);
  const { state, doubt } = deliveryOf(view.flow, alarms);
  const { rateMlPerHour, volumeMl } = flowOf(view.record);
  const vtbi = fresh(view.vtbi, at, MAX_AGE_MS.vtbi);
  const doubts = [
    ...(doubt === undefined ? [] : [doubt]),
    ...amountDoubts(reply),
    ...(vtbi ? vtbiDoubts(vtbi) : []),
    ...syringeDoubts(fresh(view.syringe, at, MAX_AGE_MS.syringe)),
    ...alarmDoubts(flag, alarms),
    ...(isAlarmFresh ? [] : ['the pump does not say at present which alarm it has']),
  ];
  return {
    kind: 'infusion',
    source: view.source,
    at,
    channel: channelOf(reply.serial),
    pumpType: 'syringe',
    state,
    ...given(rateMlPerHour, (value) => ({ rateMlPerHour: value })),
    ...given(volumeMl, (value) => ({ volumeInfusedMl: value })),
    ...given(vtbi && vtbiOf(vtbi), (vtbiMl) => ({ vtbiMl })),
    ...given(remainingOf(reply, rateMlPerHour), (timeRemainingS) => ({ timeRemainingS })),
    ...given(numberOf(reply.pressure, UNITS.pressure), (pressureMmHg) => ({ pressureMmHg })),
    ...syringeOf(fresh(view.syringe, at, MAX_AGE_MS.syringe)),
    alarms,
    ...(doubts.length > 0 && { doubt: doubts.join('; ') }),
  };
}

/** The last word about a pump that another one has taken the place of. */
export const goneReading = (source: DeviceId, serial: string, at: MonotonicMs): InfusionReading => ({
  kind: 'infusion',
  source,
  at,
  channel: channelOf(serial),
  pumpType: 'syringe',
  state: 'disconnected',
  alarms: [],
});

const fresh = <Reply>(told: Told<Reply> | undefined, at: MonotonicMs, maxAgeMs: number): Reply | undefined =>
  told && at - told.at <= maxAgeMs ? told.reply : undefined;

/** A field for a value that is there, nothing for one that is not. */
function given<Value, Fields extends object>(
  value: Value | undefined,
  fields: (value: Value) => Fields,
): Partial<Fields> {
  return value === undefined ? {} : fields(value);
}

/** An empty field is no value; one that is not understood is said. */
const amountDoubt = (name: string, { value, unit }: Amount, known: string): readonly string[] =>
  value.trim() === '' || numberOf({ value, unit }, known) !== undefined
    ? []
    : [`${name} "${value}" in "${unit}" is not understood`];

const amountDoubts = ({ rate, volume, pressure }: InfRecord): readonly string[] => [
  ...amountDoubt('rate', rate, UNITS.rate),
  ...amountDoubt('volume infused', volume, UNITS.volume),
  ...amountDoubt('pressure', pressure, UNITS.pressure),
];

const isActive = ({ state }: VtbiReply): boolean => state.trim() === 'ACTIV';

const vtbiOf = (vtbi: VtbiReply): number | undefined =>
  isActive(vtbi) ? numberOf(vtbi.volume, UNITS.volume) : undefined;

function vtbiDoubts(vtbi: VtbiReply): readonly string[] {
  if (isActive(vtbi)) return amountDoubt('volume to be infused', vtbi.volume, UNITS.volume);
  return vtbi.state.trim() === 'DEACT' ? [] : [`volume to be infused "${vtbi.state}", an unknown word`];
}

/** A pump that does not run goes on telling the time that was left; `24+`, a day or more, is no number. */
function remainingOf({ remaining }: InfRecord, rateMlPerHour: number | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(remaining.trim()) ?? [];
  if (hours === undefined || rateMlPerHour === undefined || rateMlPerHour <= 0) return undefined;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

const isConfirmed = ({ state }: SyringeReply): boolean => state.trim() === 'CONF';

/** What the pump takes the syringe for counts once somebody has confirmed it. */
function syringeOf(syringe: SyringeReply | undefined): Pick<InfusionReading, 'syringe'> {
  if (!syringe || !isConfirmed(syringe)) return {};
  const size = syringe.size.trim();
  const brand = syringe.brand.trim();
  return { syringe: { ...(DECIMAL.test(size) && { sizeMl: Number(size) }), ...(brand !== '' && { brand }) } };
}

const syringeDoubts = (syringe: SyringeReply | undefined): readonly string[] =>
  !syringe || isConfirmed(syringe) ? [] : [`the syringe is "${syringe.state}", an unknown word`];
