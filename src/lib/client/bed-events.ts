/** The story of a session as lines, newest first: alarms, phases, what the pump did, what people marked and scored. Pure. */
import type {
  InfusionEvent,
  Mark,
  MonotonicMs,
  Phase,
  Priority,
  Score,
  Session,
  TimelineEvent,
} from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { shownPriority } from './alarm-words.ts';
import { decimal, upTo } from './format.ts';
import { scoreText, signed, stepWords } from './scores.ts';

export interface EventLine {
  readonly key: string;
  readonly at: MonotonicMs;
  readonly type: 'alarm' | 'infusion' | 'phase' | 'mark' | 'score';
  readonly text: string;
  readonly note?: string;
  /** What a pump did: it has the same sign as above the chart. */
  readonly event?: InfusionEvent;
  readonly priority?: Priority;
  /** It was pressed by mistake: the correction stands behind it, it is not erased. */
  readonly isWithdrawn?: boolean;
}

/** The text of a correction that takes a mark back. */
export const WITHDRAWN = 'withdrawn';

export function eventLines(
  timeline: readonly TimelineEvent[],
  { marks, scores = [] }: Pick<Session, 'marks' | 'scores'>,
): readonly EventLine[] {
  const lines = [...timeline.map(eventLine), ...markLines(marks), ...scoreLines(scores)];
  return lines.sort((a, b) => b.at - a.at);
}

function eventLine(event: TimelineEvent): EventLine {
  switch (event.type) {
    case 'alarm':
      return {
        key: `alarm ${event.alarm}`,
        at: event.at,
        type: 'alarm',
        text: event.headline,
        priority: shownPriority(event),
        ...alarmNote(event),
      };
    case 'phase':
      return {
        key: `phase ${event.at} ${event.to}`,
        at: event.at,
        type: 'phase',
        text: phaseText(event.to, event.cause),
      };
    case 'infusion':
      return {
        key: `pump ${event.at} ${event.event.channel} ${event.event.type} ${alarmCode(event.event)}`,
        at: event.at,
        type: 'infusion',
        text: pumpText(event.event),
        event: event.event,
        ...pumpNote(event.event),
      };
  }
}

function alarmNote({ state, acknowledgedBy }: Extract<TimelineEvent, { type: 'alarm' }>): { note?: string } {
  if (acknowledgedBy !== undefined) return { note: words.bed.events.answeredBy(acknowledgedBy) };
  return state === 'ended' || state === 'latched' || state === 'pending' ? { note: words.alarms.states[state] } : {};
}

const phaseText = (to: Phase, cause: 'person' | 'pump'): string =>
  cause === 'pump'
    ? words.bed.events.phaseByPump(words.common.phases[to])
    : words.bed.events.phase(words.common.phases[to]);

/** What a pump did. Of a channel that does not carry the planned drug it says which one it was. */
export function pumpText(event: InfusionEvent): string {
  const text = happeningText(event);
  const name = event.drugName ?? event.place ?? event.channel;
  return event.role === undefined || event.role === 'therapy' ? text : words.bed.events.pump.of(text, name);
}

/** Two alarms that begin at once are two lines. */
const alarmCode = (event: InfusionEvent): string =>
  'alarm' in event ? `${event.alarm.kind} ${event.alarm.stage} ${event.alarm.code}` : '';

/** What stood then: the flow where it began, the sum where it ended. */
function pumpNote(event: InfusionEvent): { note?: string } {
  const told = words.bed.events.pump;
  const { mlPerHour, deliveredMl, deliveredMg } = event;
  switch (event.type) {
    case 'started':
    case 'resumed':
      return mlPerHour === undefined ? {} : { note: told.flow(upTo(mlPerHour, 1)) };
    case 'paused':
    case 'stopped':
    case 'completed':
      if (deliveredMl === undefined) return {};
      return {
        note: told.sum(decimal(deliveredMl, 1), deliveredMg === undefined ? undefined : decimal(deliveredMg, 1)),
      };
    default:
      return {};
  }
}

function happeningText(event: InfusionEvent): string {
  const told = words.bed.events.pump;
  switch (event.type) {
    case 'rate-changed':
      return told.rateChanged(upTo(event.fromMlPerHour, 1), upTo(event.toMlPerHour, 1));
    case 'bolus':
      return event.mg === undefined
        ? told.bolus(upTo(event.volumeMl, 2))
        : told.bolusOf(upTo(event.volumeMl, 2), upTo(event.mg, 2));
    case 'stopped':
      return event.state === 'alarm' || event.state === 'off' ? told.stoppedBy[event.state] : told.stopped;
    case 'alarm-began':
    case 'alarm-ended':
      return told[event.type](words.infusion.alarmKinds[event.alarm.kind]);
    default:
      return told[event.type];
  }
}

/** A correction is told with the mark that it corrects: it adds its text, or takes the mark back. */
function markLines(marks: readonly Mark[]): readonly EventLine[] {
  return marks
    .filter(({ corrects }) => corrects === undefined)
    .map((mark): EventLine => {
      const corrections = marks.filter(({ corrects }) => corrects === mark.id);
      const texts = [mark, ...corrections].map(({ text }) => text).filter((text) => text !== '' && text !== WITHDRAWN);
      return {
        key: `mark ${mark.id}`,
        at: mark.at,
        type: 'mark',
        text: words.common.marks[mark.kind],
        note: [texts.join(', '), mark.by.name].filter((part) => part !== '').join(' · '),
        isWithdrawn: corrections.some(({ text }) => text === WITHDRAWN),
      };
    });
}

/** A correction is told with the score that it corrects, and counts in its place. */
function scoreLines(scores: readonly Score[]): readonly EventLine[] {
  return scores
    .filter(({ corrects }) => corrects === undefined)
    .map((first): EventLine => {
      const last = scores.findLast(({ corrects }) => corrects === first.id) ?? first;
      const corrected = last === first ? undefined : words.scores.correctedFrom(signed(first.value));
      return {
        key: `score ${first.id}`,
        at: first.at,
        type: 'score',
        text: scoreText(last),
        note: [stepWords(last), corrected, last.by.name]
          .filter((part) => part !== undefined && part !== '')
          .join(' · '),
      };
    });
}
