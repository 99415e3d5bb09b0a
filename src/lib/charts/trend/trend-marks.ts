/** Signs above a trend: which sign an event has, and which signs find room. Pure. */
import type { InfusionEvent, Mark, Priority, TimelineEvent } from '$lib/domain/index.ts';
import type { TrendMark } from './trend-input.ts';

export const ALARM_GLYPHS: Readonly<Record<Priority, string>> = { high: '▲!!!', medium: '▲!!', low: '■!', notice: '' };
const ALARM_URGENCY: Readonly<Record<Priority, number>> = { high: 9, medium: 7, low: 4, notice: 0 };
/** Every kind of event of a pump has a sign of its own; a changed rate says in which direction. */
export const INFUSION_GLYPHS: Readonly<Record<Exclude<InfusionEvent['type'], 'rate-changed'>, string>> = {
  started: '▶',
  resumed: '▷',
  paused: '❚❚',
  stopped: '■',
  completed: '✓',
  bolus: '◆',
  kvo: '▫',
  'alarm-began': '⚠',
  'alarm-ended': '△',
  disconnected: '⊘',
  reconnected: '⊙',
};
export const RATE_GLYPHS = { up: '↑', down: '↓' } as const;
export const NOTE_GLYPH = '✎';
const INFUSION_URGENCY: Readonly<Record<InfusionEvent['type'], number>> = {
  'alarm-began': 9,
  disconnected: 8,
  stopped: 7,
  paused: 7,
  bolus: 6,
  started: 5,
  completed: 5,
  'rate-changed': 5,
  resumed: 4,
  kvo: 3,
  reconnected: 2,
  'alarm-ended': 1,
};

export const infusionGlyph = (event: InfusionEvent): string =>
  event.type === 'rate-changed'
    ? RATE_GLYPHS[event.toMlPerHour < event.fromMlPerHour ? 'down' : 'up']
    : INFUSION_GLYPHS[event.type];

/** Events without a sign of their own (a notice, a phase) are left to the event list. */
export function trendMarks(
  timeline: readonly TimelineEvent[],
  marks: readonly Mark[],
  secondsOf: (at: TimelineEvent['at']) => number,
): TrendMark[] {
  const events = timeline.flatMap((event): TrendMark[] => {
    const { glyph, urgency, row } = signOf(event);
    return glyph === '' ? [] : [{ atS: secondsOf(event.at), glyph, urgency, row }];
  });
  const notes = marks.map(({ at }) => ({ atS: secondsOf(at), glyph: NOTE_GLYPH, urgency: 3, row: 'people' as const }));
  return [...events, ...notes].sort((a, b) => a.atS - b.atS);
}

function signOf(event: TimelineEvent): Omit<TrendMark, 'atS'> {
  switch (event.type) {
    case 'alarm':
      return { glyph: ALARM_GLYPHS[event.priority], urgency: ALARM_URGENCY[event.priority], row: 'people' };
    case 'infusion':
      return { glyph: infusionGlyph(event.event), urgency: INFUSION_URGENCY[event.event.type], row: 'pump' };
    case 'phase':
      return { glyph: '', urgency: 0, row: 'people' };
  }
}

export interface PlacedMark {
  readonly x: number;
  readonly text: string;
}

/**
 * Gives every sign its place; where they would overlap the most urgent one stands for them all, with how many more there are.
 * @param widthOf width of a text on the canvas; the texts are centred at their x.
 */
export function placeMarks(
  marks: readonly TrendMark[],
  xOf: (atS: number) => number,
  widthOf: (text: string) => number,
): PlacedMark[] {
  const groups: { mark: TrendMark; hidden: number }[] = [];
  const textOf = ({ mark, hidden }: { mark: TrendMark; hidden: number }) =>
    hidden === 0 ? mark.glyph : `${mark.glyph}+${hidden}`;
  for (const mark of [...marks].sort((a, b) => a.atS - b.atS)) {
    const last = groups.at(-1);
    const room = last && xOf(mark.atS) - xOf(last.mark.atS) - (widthOf(textOf(last)) + widthOf(mark.glyph)) / 2;
    if (last === undefined || (room ?? 0) >= 2) groups.push({ mark, hidden: 0 });
    else Object.assign(last, { mark: mark.urgency > last.mark.urgency ? mark : last.mark, hidden: last.hidden + 1 });
  }
  return groups.map((group) => ({ x: xOf(group.mark.atS), text: textOf(group) }));
}
