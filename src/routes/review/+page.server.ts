import { listSessions, sessionFilter } from '$lib/server/review-sessions.ts';
import { words } from '$lib/messages/index.ts';
import type { BedId } from '$lib/domain/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url, locals: { station } }) => {
  const filter = sessionFilter(url.searchParams);
  const labelOf = (bed: BedId): string => station.ward.view(bed)?.label ?? bed;
  const labels = new Map(station.store.beds().map((bed) => [bed, labelOf(bed)]));
  for (const { bed, label } of station.ward.views()) labels.set(bed, label);
  return {
    title: words.review.list.title,
    filter,
    beds: [...labels].map(([bed, label]) => ({ bed, label })),
    page: listSessions(station.store, filter, labelOf),
  };
};
