import { redirect, type Actions } from '@sveltejs/kit';
import { randomUUID } from 'node:crypto';
import { bedId, sessionId, type Command } from '$lib/domain/index.ts';
import { ask, fieldsOf, refused } from '$lib/server/forms.ts';
import { comparable, comparisonNote, readAdmission } from '$lib/server/forms-admit.ts';
import { words } from '$lib/messages/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals: { station } }) => {
  const answer = await station.bus.request({ type: 'rules' });
  const presets = answer.ok ? answer.value.presets : [];
  return { presets: presets.map(({ factory: { id, title } }) => ({ id, title })) };
};

export const actions: Actions = {
  default: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const bed = bedId(params['bed'] ?? '');
    const snapshot = station.ward.snapshot();
    const view = station.ward.view(bed);
    if (snapshot === undefined || view === undefined) return refused('admit', fields, {}, words.session.noCore);
    const numbers = comparable(view, snapshot.at);
    const admission = readAdmission(fields, {
      year: new Date(snapshot.wallTime).getFullYear(),
      isComparable: numbers.length > 0,
    });
    if (!admission.ok) return refused('admit', fields, admission.error);
    const { patient, isCompared } = admission.value;
    const isSimulated = view.devices.some((device) => device.isSimulated);
    const { rules = '' } = fields;
    const admit: Command = {
      type: 'admit',
      session: sessionId(randomUUID()),
      patient,
      isSimulated,
      ...(rules !== '' && { rules }),
    };
    const compared: Command = { type: 'mark', id: randomUUID(), kind: 'note', text: comparisonNote(numbers) };
    const answer = await ask(station, bed, actor, [
      { command: admit, done: words.session.admit.admitted },
      ...(isCompared ? [{ command: compared, done: words.session.comparison.done }] : []),
    ]);
    if (!answer.ok) return refused('admit', fields, {}, answer.error);
    redirect(303, `/bed/${encodeURIComponent(bed)}/session/screening`);
  },
};
