import { error } from '@sveltejs/kit';
import { bedId } from '$lib/domain/index.ts';
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
