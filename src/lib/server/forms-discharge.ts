/** Going home: every criterion met, or a decision with its reason; and the end of a session. */
import { fail, ok, type DischargeCriteria, type Result, type Session } from '$lib/domain/index.ts';
import { writeChecklist } from '$lib/messages/checklist.ts';
import { words } from '$lib/messages/index.ts';
import { SEEN, type Judgement } from '$lib/realtime/discharge.ts';
import type { Fields, Mistakes } from '$lib/realtime/forms.ts';
import { isTicked } from './forms.ts';

const told = words.session.discharge;
const LONGEST_REASON = 300;

/** @returns the note for the journal, or what is missing. */
export function readDischarge(
  fields: Fields,
  measured: readonly Judgement[],
  criteria: DischargeCriteria,
): Result<string, Mistakes> {
  const reason = (fields['override'] ?? '').slice(0, LONGEST_REASON);
  const states = [
    ...measured.map(({ key, state }) => ({ label: told.criteria[key](criteria), state })),
    ...SEEN.map((key) => ({
      label: told.items[key],
      state: isTicked(fields[key]) ? ('met' as const) : ('unmet' as const),
    })),
  ];
  const open = states.filter(({ state }) => state !== 'met').length;
  if (open > 0 && reason === '') return fail({ override: told.overrideMissing(open) });
  return ok(
    writeChecklist({
      title: told.listTitle,
      summary: open === 0 ? told.allMet : told.someUnmet(open),
      items: states.map(({ label, state }) => ({
        label,
        answer: told[state],
        ...(state !== 'met' && { reason }),
      })),
    }),
  );
}

/** Before the patient may go home a session ends only with a reason. */
export function readEnd(fields: Fields, phase: Session['phase']): Result<{ reason?: string }, Mistakes> {
  const { end } = words.session;
  const reason = (fields['reason'] ?? '').slice(0, LONGEST_REASON);
  const mistakes = {
    ...(!isTicked(fields['confirm']) && { confirm: end.confirmMissing }),
    ...(phase !== 'discharge-ready' && reason === '' && { reason: end.reasonMissing }),
  };
  return Object.keys(mistakes).length > 0 ? fail(mistakes) : ok(reason === '' ? {} : { reason });
}
