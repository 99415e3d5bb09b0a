/** What the banner shows and what sounds, out of all beds: the same on every page. */
import { comparePriority, type Alarm, type BedId, type Priority } from '$lib/domain/index.ts';
import type { BedView } from '$lib/realtime/index.ts';
import type { Loudness } from './sound/alarm-sounder.ts';
import type { SoundCategory } from './sound/burst.ts';

export interface BedAlarm {
  readonly bed: BedId;
  readonly label: string;
  readonly alarm: Alarm;
  /** Until when the audio of its bed is paused. */
  readonly pausedUntil?: number;
}

/** Alarms of all beds, most urgent first: priority, then unanswered, then longest unanswered, then newest. Notices and outranked ones come last. */
export function alarmsOf(beds: readonly BedView[]): readonly BedAlarm[] {
  return beds
    .flatMap(({ bed, label, alarms, audio }) =>
      alarms.map((alarm) => ({
        bed,
        label,
        alarm,
        ...(audio.pausedUntil !== undefined && { pausedUntil: audio.pausedUntil }),
      })),
    )
    .sort((a, b) => order(a.alarm, b.alarm));
}

export function order(a: Alarm, b: Alarm): number {
  return (
    Number(a.isOutranked) - Number(b.isOutranked) ||
    comparePriority(b.priority, a.priority) ||
    Number(isAnswered(a)) - Number(isAnswered(b)) ||
    (b.escalation ?? 0) - (a.escalation ?? 0) ||
    b.signalledAt - a.signalledAt
  );
}

/** For a list: below each bed's most urgent alarm come those that it covers. */
export function listed(sorted: readonly BedAlarm[]): readonly BedAlarm[] {
  const covered = sorted.filter(({ alarm }) => alarm.isOutranked);
  const heads = sorted.filter(({ alarm }) => !alarm.isOutranked);
  const isFirst = ({ bed }: BedAlarm, i: number): boolean => heads.findIndex((other) => other.bed === bed) === i;
  return [
    ...heads.flatMap((head, i) =>
      isFirst(head, i) ? [head, ...covered.filter(({ bed }) => bed === head.bed)] : [head],
    ),
    ...covered.filter(({ bed }) => heads.every((head) => head.bed !== bed)),
  ];
}

/** Nobody has to do anything about it any more. */
export const isAnswered = ({ state, acknowledgement }: Alarm): boolean =>
  state === 'acknowledged' || (state === 'suspended' && acknowledgement !== undefined);

/** Those that a banner is for: a notice and a waiting confirmation are read at the bed. */
export const isBanner = ({ alarm }: BedAlarm): boolean => alarm.priority !== 'notice' && alarm.state !== 'pending';

/** What is to be heard. */
export interface Asked {
  readonly priority: Priority;
  readonly category: SoundCategory;
  readonly loudness: Loudness;
}

/** Nobody has answered this one for so long that it has become louder. */
const isRaising = ({ priority, escalation }: Alarm, sounding: Priority): boolean =>
  priority === sounding && (escalation ?? 0) >= 3;

/** The most urgent sound that any bed asks for. */
export function soundOf(beds: readonly BedView[]): Asked | undefined {
  let loudest: BedView | undefined;
  for (const bed of beds) {
    if (bed.audio.sounding === undefined) continue;
    const isLouder = loudest?.audio.sounding && comparePriority(bed.audio.sounding, loudest.audio.sounding) <= 0;
    if (!isLouder) loudest = bed;
  }
  const priority = loudest?.audio.sounding;
  if (loudest === undefined || priority === undefined) return undefined;
  const isRaised = beds.some(
    (bed) => bed.audio.sounding === priority && bed.alarms.some((one) => isRaising(one, priority)),
  );
  return { priority, category: categoryOf(loudest, priority), loudness: isRaised ? 'raised' : 'as-set' };
}

/** Rules that a site adds have names of their own: what they rest on says what they are about. */
const CATEGORY_OF_METRIC: Readonly<Record<string, SoundCategory>> = {
  systolic: 'cardiovascular',
  diastolic: 'cardiovascular',
  meanArterial: 'cardiovascular',
  heartRate: 'cardiovascular',
  pulsePressure: 'cardiovascular',
  ratePressureProduct: 'cardiovascular',
  shockIndex: 'cardiovascular',
  spo2: 'oxygen',
  respiratoryRate: 'ventilation',
  doseRatePercent: 'drug-delivery',
  dosePercent: 'drug-delivery',
};

function categoryOf({ alarms }: BedView, priority: Priority): SoundCategory {
  const sounding = [...alarms].sort(order).find((alarm) => alarm.priority === priority && !isAnswered(alarm));
  return sounding === undefined ? 'general' : soundCategory(sounding);
}

/** The melody by which an alarm is told from others of its priority. */
export function soundCategory({ rule, kind, evidence }: Pick<Alarm, 'rule' | 'kind' | 'evidence'>): SoundCategory {
  if (/^P\d/.test(rule)) return 'drug-delivery';
  if (kind === 'technical') return 'equipment';
  const [known] = evidence.flatMap(({ metric }) => CATEGORY_OF_METRIC[metric] ?? []);
  return known ?? 'general';
}
