/** What a bed's tile says besides its numbers: pure. */
import { isInfusing, type Alarm, type MonotonicMs, type Session } from '$lib/domain/index.ts';
import type { BedView } from '$lib/realtime/index.ts';
import { words } from '$lib/messages/index.ts';
import { deviceTroubles, shortSpan } from './device-trouble.ts';
import { decimal, stopwatch, upTo } from './format.ts';
import { therapyOf, therapyProgress } from './infusion-progress.ts';
import { pumpStanding, type PumpStanding } from './pump-channels.ts';
import { alarmsOf, isBanner, order, type BedAlarm } from './urgency.ts';

export type TileLine =
  | { readonly type: 'alarm'; readonly entry: BedAlarm; readonly more: number }
  | { readonly type: 'trouble' | 'calm'; readonly text: string };

/** The one line under a bed's name: its most urgent alarm, else what is wrong with a device, else that all is calm. */
export function tileLine(bed: BedView, now: MonotonicMs): TileLine {
  const alarms = alarmsOf([bed]).filter(({ alarm }) => !alarm.isOutranked);
  const calling = alarms.filter(isBanner);
  const [entry, ...others] = calling.length > 0 ? calling : alarms;
  const [trouble] = deviceTroubles(bed.devices, now);
  if (entry && (calling.length > 0 || trouble === undefined)) {
    return { type: 'alarm', entry, more: others.length };
  }
  if (trouble !== undefined) return { type: 'trouble', text: trouble };
  return { type: 'calm', text: bed.session ? (deviceWords(bed) ?? words.alarms.none) : readyWords(bed) };
}

/** What the devices themselves announce, where the station has nothing more urgent to say. */
function deviceWords({ deviceAlarms }: BedView): string | undefined {
  const texts = deviceAlarms.flatMap(({ alarms }) => alarms.map(({ text }) => text));
  if (texts.length > 0) return words.ward.monitorSays(texts.join(', '));
  return deviceAlarms.some(({ isSilenced }) => isSilenced) ? words.ward.monitorSilenced : undefined;
}

function readyWords({ devices }: BedView): string {
  const labels = devices.map(({ label }) => label);
  const last = labels.at(-1);
  if (last === undefined) return words.ward.noDevices;
  const first = labels.slice(0, -1).join(', ');
  return words.ward.ready(first === '' ? last : words.ward.and(first, last));
}

export type Concern = 'heartRate' | 'nibp' | 'spo2' | 'respiratoryRate';

const CONCERNS: Readonly<Record<string, Concern>> = {
  systolic: 'nibp',
  diastolic: 'nibp',
  meanArterial: 'nibp',
  nibpOverdueMin: 'nibp',
  nibpIntervals: 'nibp',
  cuffFailures: 'nibp',
  heartRate: 'heartRate',
  spo2: 'spo2',
  respiratoryRate: 'respiratoryRate',
};

/** Which numbers an alarm speaks of now: they are marked with it. One that has ended speaks of no number any more. */
export function concerns(alarms: readonly Alarm[]): ReadonlyMap<Concern, Alarm> {
  const found = new Map<Concern, Alarm>();
  for (const alarm of [...alarms].sort(order)) {
    if (alarm.priority === 'notice' || alarm.state === 'latched' || alarm.state === 'pending') continue;
    for (const { metric } of alarm.evidence) {
      const concern = CONCERNS[metric];
      if (concern !== undefined && !found.has(concern)) found.set(concern, alarm);
    }
  }
  return found;
}

/** `Infusing 22:18`: how long the phase has run. */
export function phaseText({ phase, phaseSince, infusionStartedAt }: Session, now: MonotonicMs): string {
  const since = phase === 'infusion' ? (infusionStartedAt ?? phaseSince) : phaseSince;
  return `${words.common.phases[phase]} ${stopwatch(now - since)}`;
}

export interface TileFoot {
  /** Share of the plan that was given, 0 to 1. */
  readonly share?: number;
  readonly isRunning: boolean;
  /** The pump has not said anything for too long; the text tells for how long. */
  readonly isOld: boolean;
  readonly text: string;
}

/** Of all channels with the planned drug together: it is old as soon as one of them says nothing any more. */
export function tileFoot(bed: BedView, now: MonotonicMs): TileFoot {
  const { session, channels, devices } = bed;
  const therapy = therapyOf(channels);
  const progress = therapyProgress(bed, session?.plan);
  if (session === undefined || therapy === undefined || progress === undefined) {
    return { isRunning: false, isOld: false, text: words.ward.noPlan };
  }
  const { ageMs, isOld } = oldestOf(
    channels.filter((one) => one.isTherapy || one === therapy).map((one) => pumpStanding(one, devices, now)),
  );
  const { plan, phase } = session;
  const { share, elapsedMs, plannedMs, givenMl, givenMg } = progress;
  const isRunning = isInfusing(therapy.reading.state);
  const dose = plan ? words.ward.dose(upTo(plan.doseMgPerKg, 3)) : words.ward.noPlan;
  const given =
    givenMg === undefined ? words.infusion.givenMl(decimal(givenMl, 1)) : words.ward.given(decimal(givenMg, 1));
  const course =
    elapsedMs === undefined || plannedMs === undefined
      ? given
      : phase === 'infusion'
        ? words.ward.elapsed(stopwatch(elapsedMs), stopwatch(plannedMs))
        : given;
  const state = phase === 'infusion' && !isRunning && !isOld ? [words.infusion.states[therapy.reading.state]] : [];
  const age = isOld ? [words.bed.age(shortSpan(ageMs))] : [];
  return {
    isRunning,
    isOld,
    text: [...state, course, dose, ...age].join(' · '),
    ...(share !== undefined && { share }),
  };
}

const oldestOf = (standings: readonly PumpStanding[]): PumpStanding =>
  standings.reduce((oldest, one) => (one.ageMs > oldest.ageMs ? one : oldest), { ageMs: 0, isOld: false });
