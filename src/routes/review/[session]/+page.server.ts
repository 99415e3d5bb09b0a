import { sessionId, type BedId } from '$lib/domain/index.ts';
import { answered } from '$lib/server/review-answer.ts';
import { readReview } from '$lib/server/review.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, locals: { station } }) => {
  const labelOf = (bed: BedId): string => station.ward.view(bed)?.label ?? bed;
  const modelsOf = (bed: BedId) => station.ward.view(bed)?.models;
  return { review: await answered(() => readReview(station.store, sessionId(params.session), labelOf, modelsOf)) };
};
