/** The screening: every line answered, a decision where the answer is not the safe one. */
import { fail, ok, type Result } from '$lib/domain/index.ts';
import { writeChecklist, type ChecklistItem } from '$lib/messages/checklist.ts';
import { words } from '$lib/messages/index.ts';
import type { Fields, Mistakes } from '$lib/realtime/forms.ts';

const told = words.session.screening;
const LONGEST_REASON = 300;

/** @returns the note for the journal, or a sentence for each line that is open. */
export function readScreening(fields: Fields): Result<string, Mistakes> {
  const mistakes: Record<string, string> = {};
  const items: ChecklistItem[] = [];
  let decisions = 0;
  for (const { key, label, safe } of told.items) {
    const answer = fields[key];
    const reason = (fields[`${key}-reason`] ?? '').slice(0, LONGEST_REASON);
    if (answer !== 'yes' && answer !== 'no') mistakes[key] = told.answerMissing;
    else if (answer !== safe && reason === '') mistakes[`${key}-reason`] = told.reasonMissing;
    else {
      decisions += answer === safe ? 0 : 1;
      items.push({ label, answer: told.answers[answer], ...(reason !== '' && { reason }) });
    }
  }
  if (Object.keys(mistakes).length > 0) return fail(mistakes);
  const summary = decisions === 0 ? told.clear : told.decisions(decisions);
  return ok(writeChecklist({ title: told.listTitle, summary, items }));
}
