import { error, type Actions } from '@sveltejs/kit';
import { bedId, type Command } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import type { RefusedForm } from '$lib/realtime/forms.ts';
import { ask, fieldsOf, refused } from '$lib/server/forms.ts';
import { readChannelEntry } from '$lib/server/forms-channel.ts';
import { NO_HISTORY, trendHistory } from '$lib/server/trend-history.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { ward, store } = locals.station;
  const view = ward.view(bedId(params.bed));
  if (view === undefined) error(404, `There is no bed ${params.bed}.`);
  const { session } = view;
  return {
    title: [view.label, session?.patient.shortName ?? ''].join(' ').trim(),
    bed: view.bed,
    history: session === undefined ? NO_HISTORY : await trendHistory(store, session.id),
  };
};

const DONE: RefusedForm = { form: 'channel', fields: {}, mistakes: {}, refusal: '' };

/** What somebody says that a pump carries. It is told to the bed and to nothing else. */
export const actions: Actions = {
  channel: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const entry = readChannelEntry(fields);
    if (!entry.ok) return refused('channel', fields, entry.error);
    const answer = await ask(station, bedId(params['bed'] ?? ''), actor, [
      { command: entry.value, done: words.infusion.carries.title },
    ]);
    return answer.ok ? DONE : refused('channel', fields, {}, answer.error);
  },
  resetChannel: async ({ request, params, locals: { station, actor } }) => {
    const fields = await fieldsOf(request);
    const command: Command = { type: 'reset-channel', channel: fields['channel'] ?? '' };
    const answer = await ask(station, bedId(params['bed'] ?? ''), actor, [
      { command, done: words.infusion.carries.reset },
    ]);
    return answer.ok ? DONE : refused('channel', fields, {}, answer.error);
  },
};
