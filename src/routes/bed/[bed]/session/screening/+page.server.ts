import { redirect, type Actions } from '@sveltejs/kit';
import { randomUUID } from 'node:crypto';
import { bedId, type Command } from '$lib/domain/index.ts';
import { lastChecklist } from '$lib/messages/checklist.ts';
import { words } from '$lib/messages/index.ts';
import { isBeforeDrug } from '$lib/messages/session-steps.ts';
import { ask, fieldsOf, refused } from '$lib/server/forms.ts';
import { readScreening } from '$lib/server/forms-screening.ts';

export const actions: Actions = {
  default: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const bed = bedId(params['bed'] ?? '');
    const session = station.ward.view(bed)?.session;
    if (session === undefined) return refused('screening', fields, {}, words.session.noPatient);
    if (!isBeforeDrug(session)) return refused('screening', fields, {}, words.session.history);
    const note = readScreening(fields);
    if (!note.ok) return refused('screening', fields, note.error);
    const before = lastChecklist(session.marks, words.session.screening.listTitle);
    const mark: Command = {
      type: 'mark',
      id: randomUUID(),
      kind: 'note',
      text: note.value,
      ...(before && { corrects: before.mark.id }),
    };
    const begin: Command = { type: 'set-phase', phase: 'baseline' };
    const answer = await ask(station, bed, actor, [
      { command: mark, done: words.session.steps.screening },
      ...(session.phase === 'setup' ? [{ command: begin, done: words.session.steps.baseline }] : []),
    ]);
    if (!answer.ok) return refused('screening', fields, {}, answer.error);
    redirect(303, `/bed/${encodeURIComponent(bed)}/session/baseline`);
  },
};
