import { error, redirect, type Actions } from '@sveltejs/kit';
import { randomUUID } from 'node:crypto';
import { bedId, type Command } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { isBeforeDrug } from '$lib/messages/session-steps.ts';
import type { RefusedForm } from '$lib/realtime/forms.ts';
import { ask, fieldsOf, refused } from '$lib/server/forms.ts';
import { readLimit, readOrder } from '$lib/server/forms-plan.ts';
import { limitTable } from '$lib/server/limit-table.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, locals: { station } }) => {
  const rules = await station.bus.request({ type: 'bed-rules', bed: bedId(params.bed) });
  if (!rules.ok) error(503, rules.error.message);
  return { limits: limitTable(rules.value) };
};

const DONE: RefusedForm = { form: 'limit', fields: {}, mistakes: {}, refusal: '' };

export const actions: Actions = {
  plan: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const bed = bedId(params['bed'] ?? '');
    const session = station.ward.view(bed)?.session;
    if (session === undefined) return refused('plan', fields, {}, words.session.noPatient);
    if (!isBeforeDrug(session)) return refused('plan', fields, {}, words.session.history);
    const order = readOrder(fields, actor.name);
    if (!order.ok) return refused('plan', fields, order.error);
    const { plan, checkedBy } = order.value;
    const told = words.session.plan;
    const setPlan: Command = { type: 'set-plan', plan };
    const summary = words.review.plan(plan.drug, String(plan.doseMgPerKg), plan.durationMin);
    const check: Command[] =
      checkedBy === undefined
        ? []
        : [{ type: 'mark', id: randomUUID(), kind: 'note', text: told.checked(checkedBy, summary) }];
    const answer = await ask(station, bed, actor, [
      { command: setPlan, done: told.confirmed },
      ...check.map((command) => ({ command, done: told.secondLook })),
    ]);
    if (!answer.ok) return refused('plan', fields, {}, answer.error);
    redirect(303, `/bed/${encodeURIComponent(bed)}/session/start`);
  },
  limit: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const limit = readLimit(fields);
    if (!limit.ok) return refused('limit', fields, limit.error);
    const command: Command = { type: 'set-limit', ...limit.value };
    const answer = await ask(station, bedId(params['bed'] ?? ''), actor, [{ command, done: limit.value.rule }]);
    return answer.ok ? DONE : refused('limit', fields, { limit: answer.error });
  },
  reset: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const command: Command = { type: 'reset-limit', rule: fields['rule'] ?? '' };
    const answer = await ask(station, bedId(params['bed'] ?? ''), actor, [{ command, done: command.rule }]);
    return answer.ok ? DONE : refused('limit', fields, {}, answer.error);
  },
};
