import { error } from '@sveltejs/kit';
import { sessionId } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { readReview } from '$lib/server/review.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, locals: { station } }) => {
  const review = await readReview(
    station.store,
    sessionId(params.session),
    (bed) => station.ward.view(bed)?.label ?? bed,
  );
  if (review === undefined) error(404, words.review.missingPage);
  return { review };
};
