import { redirect, type Actions } from '@sveltejs/kit';
import { randomUUID } from 'node:crypto';
import { bedId, type Command } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { isBeforeDrug } from '$lib/messages/session-steps.ts';
import { ask, fieldsOf, isTicked, refused } from '$lib/server/forms.ts';
import { comparable, comparisonNote } from '$lib/server/forms-admit.ts';
import { readOverride } from '$lib/server/forms-baseline.ts';

export const actions: Actions = {
  /** The monitor was compared with the bedside screen after all. */
  compare: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const { comparison } = words.session;
    if (!isTicked(fields['compared'])) return refused('compare', fields, { compared: comparison.tickMissing });
    const bed = bedId(params['bed'] ?? '');
    const view = station.ward.view(bed);
    const now = station.ward.snapshot()?.at;
    if (view === undefined || now === undefined) return refused('compare', fields, {}, words.session.noCore);
    const numbers = comparable(view, now);
    if (numbers.length === 0) return refused('compare', fields, { compared: comparison.impossible });
    const command: Command = { type: 'mark', id: randomUUID(), kind: 'note', text: comparisonNote(numbers) };
    const answer = await ask(station, bed, actor, [{ command, done: comparison.done }]);
    return answer.ok ? undefined : refused('compare', fields, {}, answer.error);
  },
  override: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const override = readOverride(fields);
    if (!override.ok) return refused('gate', fields, override.error);
    const command: Command = { type: 'override-gate', ...override.value };
    const answer = await ask(station, bedId(params['bed'] ?? ''), actor, [{ command, done: override.value.rule }]);
    return answer.ok ? undefined : refused('gate', fields, {}, answer.error);
  },
  /** Somebody says that the infusion runs; nothing here makes it run. */
  begin: async ({ params, locals: { station, actor } }) => {
    const bed = bedId(params['bed'] ?? '');
    const session = station.ward.view(bed)?.session;
    if (session === undefined) return refused('begin', {}, {}, words.session.noPatient);
    if (!isBeforeDrug(session)) return refused('begin', {}, {}, words.session.history);
    const command: Command = { type: 'set-phase', phase: 'infusion', reason: words.session.start.manual };
    const answer = await ask(station, bed, actor, [{ command, done: words.session.steps.start }]);
    if (!answer.ok) return refused('begin', {}, {}, answer.error);
    redirect(303, `/bed/${encodeURIComponent(bed)}/session/monitor`);
  },
};
