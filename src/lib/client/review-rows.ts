/** The story of a recorded session as table rows: alarms and events in one order, in words. Pure. */
import {
  VITALS,
  type ChannelEntry,
  type Mark,
  type MonotonicMs,
  type Plan,
  type Priority,
  type Score,
} from '$lib/domain/index.ts';
import type { AlarmRow, GapReason, Review, ReviewEvent } from '$lib/realtime/review.ts';
import { words } from '$lib/messages/index.ts';
import { pumpText } from './bed-events.ts';
import { clockTime, decimal, stopwatch, upTo } from './format.ts';
import { scoreText, stepWords } from './scores.ts';
import type { HoleReason } from './review-window.ts';

export interface StoryRow {
  readonly key: string;
  readonly at: MonotonicMs;
  readonly kind: 'alarm' | 'event';
  readonly text: string;
  /** One line below the text. */
  readonly note: string;
  readonly priority?: Priority;
  /** `Nurse 07, after 0:22`; empty where no answer was wanted. */
  readonly answered: string;
  readonly isUnanswered: boolean;
  readonly alarm?: AlarmRow;
  /** The further lines of a note that has more than one. */
  readonly more?: string;
}

export type StoryFilter = 'all' | 'alarms' | 'events';

const told = words.review;

/** Oldest first. An alarm that never signalled, and a notice, count as events. */
export function storyRows(review: Review, filter: StoryFilter): readonly StoryRow[] {
  const clock = clockOf(review);
  const alarms = review.alarms.map((alarm) => alarmRow(alarm, clock));
  const events = review.events.map((event, i) => eventRow(event, i));
  return [...alarms, ...events]
    .filter(({ kind }) => filter === 'all' || (filter === 'alarms') === (kind === 'alarm'))
    .sort((a, b) => a.at - b.at);
}

/** Station time as the wall clock showed it. */
export const clockOf =
  ({ wallOffsetMs }: Pick<Review, 'wallOffsetMs'>) =>
  (at: number): string =>
    clockTime(at + wallOffsetMs);

/** When alarms were signalled that people had to look at, in order: where "next alarm" goes. */
export const alarmTimes = ({ alarms }: Pick<Review, 'alarms'>): readonly MonotonicMs[] =>
  [...new Set(alarms.filter(isAlarm).map(({ signalledAt }) => signalledAt))].sort((a, b) => a - b);

export const isAlarm = ({ priority, end }: AlarmRow): boolean => priority !== 'notice' && end !== 'withdrawn';

function alarmRow(alarm: AlarmRow, clock: (at: number) => string): StoryRow {
  const isSignal = isAlarm(alarm);
  const { acknowledgedBy, acknowledgedAt, signalledAt } = alarm;
  const isAnswered = acknowledgedBy !== undefined && acknowledgedAt !== undefined;
  return {
    key: alarm.id,
    at: signalledAt,
    kind: isSignal ? 'alarm' : 'event',
    text: alarm.headline,
    note: alarmNote(alarm, clock),
    priority: isSignal ? alarm.priority : 'notice',
    answered: isAnswered
      ? told.story.answered(acknowledgedBy, stopwatch(acknowledgedAt - signalledAt))
      : isSignal
        ? told.story.notAnswered
        : '',
    isUnanswered: isSignal && !isAnswered,
    alarm,
  };
}

/** The headline names value and limit as a rule; where it does not, the limit stands here. */
function alarmNote(alarm: AlarmRow, clock: (at: number) => string): string {
  const { headline, limit, peakValue, value } = alarm;
  const limitText = limit === undefined ? undefined : upTo(limit, 1);
  return [
    ...(limitText === undefined || headline.includes(limitText) ? [] : [told.story.limit(limitText)]),
    ...(peakValue === undefined || peakValue === value ? [] : [told.story.worst(upTo(peakValue, 1))]),
    endWords(alarm, clock),
  ].join(' · ');
}

function endWords({ end, endedAt, onsetAt }: AlarmRow, clock: (at: number) => string): string {
  switch (end) {
    case 'open':
      return told.story.open;
    case 'withdrawn':
      return told.story.withdrawn;
    case 'session-ended':
      return told.story.withSession;
    case 'ended':
      return endedAt === undefined ? '' : told.story.ended(clock(endedAt), stopwatch(endedAt - onsetAt));
  }
}

function eventRow(event: ReviewEvent, number: number): StoryRow {
  const { text, note, more } = eventWords(event);
  return {
    key: `event ${number}`,
    at: event.at,
    kind: 'event',
    text,
    note: [note, event.by].filter((part) => part !== undefined && part !== '').join(' · '),
    answered: '',
    isUnanswered: false,
    ...(more !== undefined && { more }),
  };
}

interface EventWords {
  readonly text: string;
  readonly note?: string | undefined;
  readonly more?: string;
}

function eventWords(event: ReviewEvent): EventWords {
  const { events } = told;
  switch (event.type) {
    case 'infusion':
      return infusionWords(event);
    case 'phase': {
      const text = events.phase(words.common.phases[event.to]);
      return { text, note: event.cause === 'pump' ? events.byPump : undefined };
    }
    case 'mark':
      return markWords(event.mark);
    case 'score':
      return scoreWords(event.score);
    case 'admitted':
      return { text: events.admitted };
    case 'ended':
      return { text: events.ended, note: event.reason };
    case 'baseline':
      return { text: events.baseline(`${event.systolic}/${event.diastolic}`), note: event.reason };
    case 'plan':
      return { text: events.plan(planWords(event.plan)) };
    case 'channel':
      return event.entry === undefined
        ? { text: events.channelReset(event.channel) }
        : { text: events.channelSet(event.channel, entryWords(event.entry)), note: event.entry.reason };
    case 'limit-set':
      return {
        text: events.limitSet(event.rule, upTo(event.limit, 1), event.forMin, event.isWidened === true),
        note: event.reason,
      };
    case 'limit-expired':
      return { text: events.limitExpired(event.rule, event.limit === undefined ? undefined : upTo(event.limit, 1)) };
    case 'limit-reset':
      return { text: events.limitReset(event.rule) };
    case 'gate':
      return { text: events.gate(event.rule), note: event.reason };
    case 'audio':
      return { text: event.isPaused ? events.audioPaused : events.audioResumed[event.cause] };
    case 'refused':
      return { text: events.refused, note: event.message };
    case 'device':
      return { text: events.device(event.label, words.common.links[event.state]), note: event.reason };
    case 'cuff-failed':
      return { text: events.cuffFailed, note: event.detail };
    case 'started':
      return { text: events.started, note: events.version(event.version) };
    case 'clock':
      return { text: events.clock(clockStep(event.stepMs)) };
  }
}

/** A note of several lines (a checklist) is called by its first one. */
function markWords({ kind, text, corrects }: Mark): EventWords {
  const [first = '', ...others] = text.split('\n');
  const correction = corrects === undefined ? [] : [told.events.correction];
  if (others.length > 0) return { text: first, note: correction.join(''), more: others.join('\n') };
  return { text: words.common.marks[kind], note: [...correction, ...(first === '' ? [] : [first])].join(': ') };
}

function scoreWords(score: Score): EventWords {
  const notes = [stepWords(score), score.corrects === undefined ? undefined : told.events.correction];
  return { text: scoreText(score), note: notes.filter((note) => note !== undefined).join(' · ') || undefined };
}

const clockStep = (stepMs: number): string => `${stepMs < 0 ? '−' : '+'}${stopwatch(Math.abs(stepMs))}`;

function infusionWords({ event, mlPerHour }: Extract<ReviewEvent, { type: 'infusion' }>): EventWords {
  const isStart = event.type === 'started' || event.type === 'resumed';
  return {
    text: pumpText(event),
    note: isStart && mlPerHour !== undefined ? told.events.rate(upTo(mlPerHour, 1)) : undefined,
  };
}

/** What somebody said of a pump channel, in the order in which it is asked. */
function entryWords({ role, drugName, concentrationMgPerMl }: ChannelEntry): string {
  const { roles, concentration } = words.infusion;
  return [
    ...(role === undefined ? [] : [roles[role]]),
    ...(drugName === undefined ? [] : [drugName]),
    ...(concentrationMgPerMl === undefined ? [] : [concentration(upTo(concentrationMgPerMl, 3))]),
  ].join(', ');
}

export const planWords = ({ drug, doseMgPerKg, durationMin }: Plan): string =>
  told.plan(drug, upTo(doseMgPerKg, 3), durationMin);

/** Why there are no samples: of a gap in the whole recording, or of a hole in one waveform. */
export function reasonWords(reason: GapReason | HoleReason): string {
  switch (reason.why) {
    case 'restarted':
    case 'not-sent':
      return told.recording.reasons[reason.why];
    case 'link':
      return told.recording.reasons.link(reason.label, words.common.links[reason.state]);
    case 'missing':
      return words.common.missing[reason.missing];
    case 'unknown':
      return told.waves.unknown;
  }
}

export interface VitalRow {
  readonly key: string;
  readonly at: MonotonicMs;
  readonly cuff?: { readonly text: string; readonly mean: string; readonly isAlarming: boolean };
  readonly heartRate: string;
  readonly spo2: string;
  readonly respiratoryRate: string;
}

/** Every cuff reading at its own time, and the medians of every minute at the beginning of that minute. Oldest first. */
export function vitalRows(review: Review, filter: 'all' | 'cuff'): readonly VitalRow[] {
  const none = { heartRate: '', spo2: '', respiratoryRate: '' };
  const cuff = review.cuff.map(({ at, systolic, diastolic, mean, isMeanEstimated, isAlarming }): VitalRow => ({
    key: `cuff ${at}`,
    at,
    ...none,
    cuff: {
      text: `${decimal(systolic, 0)}/${decimal(diastolic, 0)}`,
      mean: isMeanEstimated ? `${decimal(mean, 0)} ${told.vitals.estimated}` : decimal(mean, 0),
      isAlarming,
    },
  }));
  const minutes = review.minutes.map(({ at, values }): VitalRow => ({
    key: `minute ${at}`,
    at,
    heartRate: written('heartRate', values.heartRate),
    spo2: written('spo2', values.spo2),
    respiratoryRate: written('respiratoryRate', values.respiratoryRate),
  }));
  return [...cuff, ...(filter === 'all' ? minutes : [])].sort((a, b) => a.at - b.at);
}

/** A value as its vital is written; `--` for none. */
export const written = (vital: 'heartRate' | 'spo2' | 'respiratoryRate', value: number | undefined): string =>
  value === undefined ? words.common.noValue : decimal(value, VITALS[vital].decimals);
