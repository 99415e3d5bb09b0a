import { error, json } from '@sveltejs/kit';
import { sessionId } from '$lib/domain/index.ts';
import { readReview } from '$lib/server/review.ts';
import type { RequestHandler } from './$types';

/** The whole review as JSON: what the page of a running session asks for again from time to time. */
export const GET: RequestHandler = async ({ params, locals: { station } }) => {
  const labelOf = (bed: Parameters<typeof station.ward.view>[0]): string => station.ward.view(bed)?.label ?? bed;
  const review = await readReview(station.store, sessionId(params.session), labelOf);
  if (review === undefined) error(404, 'There is no such session in this recording.');
  return json(review, { headers: { 'cache-control': 'no-store' } });
};
