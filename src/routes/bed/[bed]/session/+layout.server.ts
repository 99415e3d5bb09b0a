import { error } from '@sveltejs/kit';
import { bedId } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import type { LayoutServerLoad } from './$types';

/** The bed, and the last session that was recorded in it: the report has to lead somewhere when the bed is free again. */
export const load: LayoutServerLoad = ({ params, locals: { station } }) => {
  const bed = bedId(params.bed);
  const view = station.ward.view(bed);
  if (view === undefined) {
    if (station.ward.snapshot() === undefined) error(503, words.session.noCore);
    error(404, words.session.noBed(params.bed));
  }
  const [last] = station.store.sessions({ bed, limit: 1 });
  return {
    bed,
    title: words.session.title(view.label),
    last: last && {
      id: last.id,
      who: last.shortName ?? last.identifier,
      endedWall: last.endedWall,
      isSealed: last.seal !== undefined,
    },
  };
};
