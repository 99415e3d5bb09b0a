import { redirect, type Actions } from '@sveltejs/kit';
import { bedId } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { ask, fieldsOf, refused } from '$lib/server/forms.ts';
import { readBaseline, readOverride } from '$lib/server/forms-baseline.ts';

export const actions: Actions = {
  accept: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const accept = readBaseline(fields);
    if (!accept.ok) return refused('baseline', fields, accept.error);
    const done = words.session.steps.baseline;
    const answer = await ask(station, bedId(params['bed'] ?? ''), actor, [{ command: accept.value, done }]);
    return answer.ok
      ? { form: 'baseline', fields: {}, mistakes: {}, refusal: '' }
      : refused('baseline', fields, {}, answer.error);
  },
  override: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const override = readOverride(fields);
    if (!override.ok) return refused('gate', fields, override.error);
    const bed = bedId(params['bed'] ?? '');
    const command = { type: 'override-gate', ...override.value } as const;
    const answer = await ask(station, bed, actor, [{ command, done: override.value.rule }]);
    if (!answer.ok) return refused('gate', fields, {}, answer.error);
    redirect(303, `/bed/${encodeURIComponent(bed)}/session/plan`);
  },
};
