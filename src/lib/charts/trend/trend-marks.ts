/** Signs above a trend: which sign an event has, and which signs find room. Pure. */
import type { InfusionEvent, Mark, Priority, TimelineEvent } from '$lib/domain/index.ts';
import type { TrendMark } from './trend-input.ts';

const ALARM_GLYPHS: Readonly<Record<Priority, string>> = { high: '▲!!!', medium: '▲!!', low: '■!', notice: '' };
const ALARM_URGENCY: Readonly<Record<Priority, number>> = { high: 9, medium: 7, low: 4, notice: 0 };
const INFUSION_GLYPHS: Readonly<Record<InfusionEvent['type'], string>> = {
  started: '▶',
  resumed: '▶',
  paused: '⏸',
  stopped: '■',
  completed: '■',
  'rate-changed': '↕',
  bolus: '◆',
  kvo: '',
  'alarm-began': '',
  'alarm-ended': '',
  disconnected: '⌁',
  reconnected: '',
};

/** Events without a sign of their own (a phase, a pump's intermediate state) are left to the event list. */
export function trendMarks(
  timeline: readonly TimelineEvent[],
  marks: readonly Mark[],
  secondsOf: (at: TimelineEvent['at']) => number,
): TrendMark[] {
  const events = timeline.flatMap((event): TrendMark[] => {
    const { glyph, urgency } = signOf(event);
    return glyph === '' ? [] : [{ atS: secondsOf(event.at), glyph, urgency }];
  });
  const notes = marks.map(({ at }) => ({ atS: secondsOf(at), glyph: '✎', urgency: 3 }));
  return [...events, ...notes].sort((a, b) => a.atS - b.atS);
}

function signOf(event: TimelineEvent): { glyph: string; urgency: number } {
  switch (event.type) {
    case 'alarm':
      return { glyph: ALARM_GLYPHS[event.priority], urgency: ALARM_URGENCY[event.priority] };
    case 'infusion':
      return { glyph: INFUSION_GLYPHS[event.event.type], urgency: 5 };
    case 'phase':
      return { glyph: '', urgency: 0 };
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
