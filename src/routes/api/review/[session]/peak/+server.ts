import { json } from '@sveltejs/kit';
import { sessionId } from '$lib/domain/index.ts';
import { answered } from '$lib/server/review-answer.ts';
import { readPeak } from '$lib/server/review.ts';
import type { RequestHandler } from './$types';

/** The highest cuff reading of a session, for the list: found by reading the session, so the list asks when it stands. */
export const GET: RequestHandler = async ({ params, locals: { station } }) => {
  const row = await answered(() => station.store.session(sessionId(params.session)));
  const peak = await answered(() => readPeak(station.store, row));
  return json({ peak }, { headers: { 'cache-control': row.seal ? 'private, max-age=86400, immutable' : 'no-store' } });
};
