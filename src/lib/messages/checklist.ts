/**
 * A checklist as text, so that it can stand in the journal as a note that anybody can read, and be shown again as a list.
 *
 *   Screening: 1 of 17 needed a decision
 *   Aneurysm or vascular malformation: no
 *   Takes a stimulant or an MAO inhibitor: yes – last dose yesterday, prescriber agrees
 *
 * The first line is the title and a summary, each further line one item: label, answer, and the reason where there is one.
 */
import type { Mark } from '$lib/domain/index.ts';

export interface ChecklistItem {
  readonly label: string;
  readonly answer: string;
  readonly reason?: string;
}

export interface Checklist {
  readonly title: string;
  readonly summary: string;
  readonly items: readonly ChecklistItem[];
}

const COLON = ': ';
const DASH = ' – ';

export function writeChecklist({ title, summary, items }: Checklist): string {
  const lines = items.map(({ label, answer, reason = '' }) => {
    const because = oneLine(reason);
    return `${label}${COLON}${answer}${because === '' ? '' : `${DASH}${because}`}`;
  });
  return [`${title}${COLON}${summary}`, ...lines].join('\n');
}

/** @returns undefined for a text that is no checklist of this title. */
export function readChecklist(text: string, title: string): Checklist | undefined {
  const [head = '', ...lines] = text.split('\n');
  if (!head.startsWith(`${title}${COLON}`)) return undefined;
  return { title, summary: head.slice(title.length + COLON.length), items: lines.flatMap(readItem) };
}

function readItem(line: string): readonly ChecklistItem[] {
  const colon = line.indexOf(COLON);
  if (colon < 0) return [];
  const rest = line.slice(colon + COLON.length);
  const dash = rest.indexOf(DASH);
  const label = line.slice(0, colon);
  if (dash < 0) return [{ label, answer: rest }];
  return [{ label, answer: rest.slice(0, dash), reason: rest.slice(dash + DASH.length) }];
}

/** A reason is what a person typed: it may hold anything but a new line. */
const oneLine = (reason: string): string => reason.replaceAll(/\s+/g, ' ').trim();

/** The checklist of this title that counts: the last one, with the mark that holds it. */
export function lastChecklist(
  marks: readonly Mark[],
  title: string,
): { readonly mark: Mark; readonly checklist: Checklist } | undefined {
  for (const mark of marks.toReversed()) {
    const checklist = readChecklist(mark.text, title);
    if (checklist) return { mark, checklist };
  }
  return undefined;
}
