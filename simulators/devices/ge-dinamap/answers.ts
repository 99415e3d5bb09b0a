/** What the simulated monitor answers to a command at an instant, and the settings it does so by. */
import type { Command, NibpReply, NibpStatus, OximeterReply, Reply } from '$drivers/ge-dinamap/messages.ts';
import type { OrderedCuff } from '$simulators/devices/ordered-cuff.ts';
import { listOf, stretchesOf, type Stretch } from '$simulators/devices/settings.ts';
import type { CuffReading, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

export interface Settings {
  readonly patient: NibpReply['patient'];
  readonly failure: NibpStatus;
  readonly sensorOff: OximeterReply['status'];
  readonly mute: ReadonlySet<unknown>;
  readonly endsWithLf: boolean;
  readonly offs: readonly Stretch[];
  readonly temperatures: readonly { readonly atMs: number; readonly celsius: number }[];
}

const FAILURES: readonly NibpStatus[] = [
  'failed',
  'pump-up timeout',
  'total-time timeout',
  'level timeout',
  'overpressure',
  'unknown',
];

/** What is not one of the values of a setting counts as not set. */
export function readSettings(settings: Readonly<Record<string, unknown>>): Settings {
  const { patient, failure, sensorOff, mute, endsWithLf, offs, temperatures } = settings;
  return {
    patient: patient === 'neonate' ? 'neonate' : 'adult',
    failure: FAILURES.find((known) => known === failure) ?? 'failed',
    sensorOff: sensorOff === 'unplugged' ? 'unplugged' : 'no-data',
    mute: new Set(listOf(mute)),
    endsWithLf: endsWithLf === true,
    offs: stretchesOf(offs),
    temperatures: listOf(temperatures).filter(isDetermination),
  };
}

type Determination = Settings['temperatures'][number];

const isDetermination = (value: unknown): value is Determination =>
  typeof value === 'object' &&
  value !== null &&
  'atMs' in value &&
  'celsius' in value &&
  typeof value.atMs === 'number' &&
  typeof value.celsius === 'number';

export interface Surroundings {
  readonly bedside: SimulatedBedside;
  readonly ordered: OrderedCuff;
  readonly settings: Settings;
  readonly simMs: number;
}

/** Undefined for a command whose answer is not known. */
export function answer(command: Command, around: Surroundings): Reply | undefined {
  switch (command) {
    case 'NA':
    case 'NF':
      return showCuff(command, around);
    case 'NC0':
      return { kind: 'acknowledgement', letters: 'NC', text: '' };
    case 'ND':
      return { kind: 'acknowledgement', letters: 'ND', text: '' };
    case 'OA':
      return showOximeter(around);
    case 'RA':
    case 'RC':
      return showRate(command, around);
    case 'TC':
      return showTemperature(around);
    case 'TD':
      return undefined;
  }
}

const MAX_AGE_S = 5400;

/** The last reading since the monitor was switched on, whoever took it. */
function lastReading({ bedside, ordered, settings, simMs }: Surroundings): CuffReading | undefined {
  const onSinceMs = Math.max(0, ...settings.offs.map(({ toMs }) => toMs).filter((on) => on <= simMs));
  return [bedside.cuff().last, ordered.last]
    .filter((reading) => reading !== undefined)
    .filter(({ endedAtMs }) => endedAtMs >= onSinceMs)
    .sort((a, b) => a.endedAtMs - b.endedAtMs)
    .at(-1);
}

function showCuff(letters: 'NA' | 'NF', around: Surroundings): NibpReply {
  const { bedside, ordered, settings, simMs } = around;
  const { state, mode } = bedside.cuff();
  const always = { kind: 'nibp', letters, patient: settings.patient, isStat: mode === 'stat' } as const;
  const none = { ...always, ageS: undefined, systolic: 0, diastolic: 0, meanArterial: 0 };
  const isMeasuring = state === 'measuring' || ordered.startedAtMs !== undefined;
  const last = lastReading(around);
  const isOrdered = last !== undefined && last === ordered.last;
  if (state === 'failed' && !isMeasuring && !isOrdered) return { ...none, status: settings.failure };
  const status = isMeasuring ? 'busy' : 'done';
  // Another device of the bedside may be a step ahead: a reading of that moment is new.
  const ageS = last ? Math.max(0, Math.floor((simMs - last.endedAtMs) / 1000)) : Infinity;
  if (!last || ageS > MAX_AGE_S) return { ...none, status };
  const { systolic, diastolic, meanArterial } = last;
  return {
    ...always,
    status,
    ageS,
    systolic: Math.round(systolic),
    diastolic: Math.round(diastolic),
    meanArterial: Math.round(meanArterial),
  };
}

const STRONGEST_SIGNAL = 9;
const AVERAGING = 10;

function showOximeter({ bedside, settings }: Surroundings): OximeterReply {
  if (!bedside.sensors().isOximeterOn) {
    return { kind: 'oximeter', status: settings.sensorOff, spo2: 0, signal: 0, averaging: 0 };
  }
  const { spo2, perfusionIndex } = bedside.physiology();
  const signal = Math.min(STRONGEST_SIGNAL, Math.round(perfusionIndex));
  return { kind: 'oximeter', status: 'operating', spo2: Math.round(spo2), signal, averaging: AVERAGING };
}

/** The oximeter's rate; without one, the rate of the last cuff reading, which stands there as long as that does. */
function showRate(letters: 'RA' | 'RC', around: Surroundings): Reply {
  const { bedside } = around;
  if (bedside.sensors().isOximeterOn) {
    return { kind: 'rate', letters, source: 'oximeter', rate: Math.round(bedside.physiology().heartRate) };
  }
  const last = lastReading(around);
  return { kind: 'rate', letters, source: 'nibp', rate: last && Math.round(last.pulseRate) };
}

const FIRST_COUNT = 0x20;
const COUNTS = 0x5f;

function showTemperature({ settings, simMs }: Surroundings): Reply {
  const done = settings.temperatures.filter(({ atMs }) => atMs <= simMs);
  const last = done.at(-1);
  return {
    kind: 'temperature',
    status: 'idle',
    mode: 'predictive',
    counter: String.fromCharCode(FIRST_COUNT + (done.length % COUNTS)),
    ageS: last && Math.floor((simMs - last.atMs) / 1000),
    tenthsFahrenheit: last ? Math.round(last.celsius * 18 + 320) : 0,
    shownIn: 'C',
  };
}
