import { json } from '@sveltejs/kit';
import { sessionId, type BedId } from '$lib/domain/index.ts';
import { answered } from '$lib/server/review-answer.ts';
import { readReview } from '$lib/server/review.ts';
import type { RequestHandler } from './$types';

/** The whole review as JSON: what the page of a running session asks for again from time to time. */
export const GET: RequestHandler = async ({ params, locals: { station } }) => {
  const labelOf = (bed: BedId): string => station.ward.view(bed)?.label ?? bed;
  const modelsOf = (bed: BedId) => station.ward.view(bed)?.models;
  const review = await answered(() => readReview(station.store, sessionId(params.session), labelOf, modelsOf));
  return json(review, { headers: { 'cache-control': 'no-store' } });
};
