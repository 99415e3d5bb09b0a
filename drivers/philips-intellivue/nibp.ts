/**
 * When a cuff value is a new measurement. The monitor repeats the last one every second, with the time of the measurement
 * on its wall clock: a new stamp is a new measurement, told once, with its age taken on that same clock.
 *
 *   measuring      a state says "measurement ongoing"; what stands beside it is still the old value
 *   a new stamp    told, and dated between the last answer that did not have it and now
 *   the first one  stood there before we came: told when its age is known and no older than a day, else shown undated
 *   no numbers     after a measurement, or beside a new stamp: failed
 *
 * Monitors that send no stamp are taken by their numbers: other numbers are a new measurement.
 */
import { later, type CuffStatus, type DeviceId, type MonotonicMs, type NibpMeasurement } from '$lib/domain/index.ts';
import { PHYSIO } from './numerics-table.ts';
import { STATE } from './protocol-codes.ts';
import { hasValue, isValid, readingOf, type Trust } from './readings.ts';
import type { NumericObject, NumericValue } from './values.ts';

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
}

type CuffNumbers = Pick<NibpMeasurement, 'systolic' | 'diastolic' | 'meanArterial' | 'pulseRate'>;

export interface NibpMemory {
  /** What the last measurement that was told, or shown undated, is known by. */
  readonly key?: string;
  readonly isMeasuring: boolean;
  /** When the cuff was last seen. */
  readonly seenAt?: MonotonicMs;
  readonly cuff?: Pick<CuffStatus, 'state' | 'detail' | 'undated'>;
}

export const NO_CUFF_YET: NibpMemory = { isMeasuring: false };

/** An older one, of which nobody knows whether it belongs to this patient, is not dated. */
const OLDEST_MS = 24 * 3600 * 1000;
/** Both clocks of the monitor count whole seconds. */
const SLACK_MS = 5000;

type Told = readonly [NibpMemory, readonly (NibpMeasurement | CuffStatus)[]];

/**
 * The cuff's object in one answer, with its values. `pulse` is the object of its pulse rate; `wallMs` the monitor's wall clock at this
 * answer, as far as it is known.
 */
export function onCuff(
  memory: NibpMemory,
  object: NumericObject,
  around: { readonly pulse: NumericObject | undefined; readonly wallMs: number | undefined; readonly trust: Trust },
  moment: Moment,
): Told {
  const values = object.values.filter(({ physioId }) => CUFF_IDS.includes(physioId));
  const isMeasuring = values.some(({ state }) => (state & STATE.measuring) !== 0);
  const seen: NibpMemory = { ...memory, isMeasuring, seenAt: moment.at };
  if (isMeasuring) return tellCuff(seen, { state: 'measuring' }, moment);
  const numbers = readNumbers(object, around.pulse, around.trust);
  if (!numbers) return onNoNumbers(seen, memory, object, values, moment);
  const key = keyOf(object, values);
  if (key === memory.key) return tellCuff(seen, { state: 'idle', ...undatedOf(memory) }, moment);
  const measuredAt = date(memory, object, around.wallMs, moment.at);
  const known: NibpMemory = { ...seen, key };
  if (measuredAt === undefined) return tellCuff(known, { state: 'idle', undated: numbers }, moment);
  const [told, status] = tellCuff(known, { state: 'idle' }, moment);
  const deviceTime = object.measuredAt;
  const measurement: NibpMeasurement = {
    kind: 'nibp',
    ...moment,
    measuredAt,
    ...(deviceTime !== undefined && { deviceTime }),
    ...numbers,
  };
  return [told, [...status, measurement]];
}

const CUFF_IDS: readonly number[] = [PHYSIO.cuffSystolic, PHYSIO.cuffDiastolic, PHYSIO.cuffMean];

const keyOf = ({ measuredAt }: NumericObject, values: readonly NumericValue[]): string =>
  measuredAt === undefined ? values.map(({ value }) => value).join('/') : String(measuredAt);

const undatedOf = ({ cuff }: NibpMemory): Pick<CuffStatus, 'undated'> =>
  cuff?.undated ? { undated: cuff.undated } : {};

/** Systolic and diastolic must both be valid; a doubtful pair is none. */
function readNumbers(object: NumericObject, pulse: NumericObject | undefined, trust: Trust): CuffNumbers | undefined {
  const numberOf = (physioId: number, { values }: NumericObject): number | undefined => {
    const value = values.find((each) => each.physioId === physioId);
    const reading = value && isValid(value.state, trust) ? readingOf(value, trust) : undefined;
    return hasValue(reading) ? reading.value : undefined;
  };
  const systolic = numberOf(PHYSIO.cuffSystolic, object);
  const diastolic = numberOf(PHYSIO.cuffDiastolic, object);
  const meanArterial = numberOf(PHYSIO.cuffMean, object);
  const belongs = pulse && (pulse.measuredAt === undefined || pulse.measuredAt === object.measuredAt);
  const pulseRate = belongs ? numberOf(PHYSIO.cuffPulse, pulse) : undefined;
  if (systolic === undefined || diastolic === undefined) return undefined;
  return {
    systolic,
    diastolic,
    ...(meanArterial !== undefined && { meanArterial }),
    ...(pulseRate !== undefined && { pulseRate }),
  };
}

/** Never measured is no failure; a measurement that leaves nothing, or a new stamp beside nothing, is one. */
function onNoNumbers(
  seen: NibpMemory,
  before: NibpMemory,
  object: NumericObject,
  values: readonly NumericValue[],
  moment: Moment,
): Told {
  const isNewStamp =
    before.key !== undefined && object.measuredAt !== undefined && before.key !== keyOf(object, values);
  const hasFailed = before.isMeasuring || isNewStamp || before.cuff?.state === 'failed';
  if (!hasFailed) return tellCuff(seen, { state: 'idle' }, moment);
  const state = values.reduce((all, value) => all | value.state, 0);
  return tellCuff(seen, { state: 'failed', detail: `state ${state.toString(16).padStart(4, '0')}` }, moment);
}

function date(
  { seenAt }: NibpMemory,
  { measuredAt }: NumericObject,
  wallMs: number | undefined,
  at: MonotonicMs,
): MonotonicMs | undefined {
  const ageMs = measuredAt === undefined || wallMs === undefined ? undefined : wallMs - measuredAt;
  if (seenAt !== undefined) return later(at, -Math.min(Math.max(ageMs ?? 0, 0), at - seenAt));
  const isKnown = ageMs !== undefined && ageMs >= -SLACK_MS && ageMs <= OLDEST_MS;
  return isKnown ? later(at, -Math.max(ageMs, 0)) : undefined;
}

/** Says what the cuff does when it is not what was said before. */
function tellCuff(memory: NibpMemory, cuff: NonNullable<NibpMemory['cuff']>, moment: Moment): Told {
  const isSame = JSON.stringify(memory.cuff) === JSON.stringify(cuff);
  return [{ ...memory, cuff }, isSame ? [] : [{ kind: 'cuff', ...moment, ...cuff }]];
}
