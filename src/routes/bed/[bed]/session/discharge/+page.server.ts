import { redirect, type Actions } from '@sveltejs/kit';
import { randomUUID } from 'node:crypto';
import { bedId, type Command } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { criteriaOf, judgeDischarge } from '$lib/realtime/discharge.ts';
import { ask, fieldsOf, refused } from '$lib/server/forms.ts';
import { readDischarge, readEnd } from '$lib/server/forms-discharge.ts';

export const actions: Actions = {
  ready: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const bed = bedId(params['bed'] ?? '');
    const view = station.ward.view(bed);
    const now = station.ward.snapshot()?.at;
    if (view?.session === undefined || now === undefined) {
      return refused('discharge', fields, {}, words.session.noPatient);
    }
    if (view.session.phase !== 'observation') return refused('discharge', fields, {}, words.session.discharge.notYet);
    const note = readDischarge(fields, judgeDischarge(view, view.session, now), criteriaOf(view));
    if (!note.ok) return refused('discharge', fields, note.error);
    const mark: Command = { type: 'mark', id: randomUUID(), kind: 'note', text: note.value };
    const move: Command = { type: 'set-phase', phase: 'discharge-ready' };
    const answer = await ask(station, bed, actor, [
      { command: mark, done: words.session.discharge.table },
      { command: move, done: words.session.discharge.submit },
    ]);
    return answer.ok ? undefined : refused('discharge', fields, {}, answer.error);
  },
  end: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const bed = bedId(params['bed'] ?? '');
    const session = station.ward.view(bed)?.session;
    if (session === undefined) return refused('end', fields, {}, words.session.noPatient);
    const end = readEnd(fields, session.phase);
    if (!end.ok) return refused('end', fields, end.error);
    const command: Command = { type: 'end-session', ...end.value };
    const answer = await ask(station, bed, actor, [{ command, done: words.session.end.title }]);
    if (!answer.ok) return refused('end', fields, {}, answer.error);
    redirect(303, `/bed/${encodeURIComponent(bed)}/session/report`);
  },
};
