import { redirect, type Actions } from '@sveltejs/kit';
import { bedId, type Command } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { ask, fieldsOf, refused } from '$lib/server/forms.ts';

export const actions: Actions = {
  /** Somebody says that the infusion has ended; nothing here ends it. */
  default: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const told = words.session.monitor;
    const reason = (fields['reason'] ?? '').slice(0, 300);
    if (reason === '') return refused('end-infusion', fields, { reason: told.reasonMissing });
    const bed = bedId(params['bed'] ?? '');
    if (station.ward.view(bed)?.session?.phase !== 'infusion') return refused('end-infusion', fields, {}, told.notYet);
    const command: Command = { type: 'set-phase', phase: 'observation', reason };
    const answer = await ask(station, bed, actor, [{ command, done: told.manual }]);
    if (!answer.ok) return refused('end-infusion', fields, {}, answer.error);
    redirect(303, `/bed/${encodeURIComponent(bed)}/session/observation`);
  },
};
