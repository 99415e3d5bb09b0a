import { error, json } from '@sveltejs/kit';
import { sessionId } from '$lib/domain/index.ts';
import { readPeak } from '$lib/server/review.ts';
import type { RequestHandler } from './$types';

/** The highest cuff reading of a session, for the list: found by reading the session, so the list asks when it stands. */
export const GET: RequestHandler = async ({ params, locals: { station } }) => {
  const row = station.store.session(sessionId(params.session));
  if (row === undefined) error(404, 'There is no such session in this recording.');
  return json(
    { peak: await readPeak(station.store, row) },
    { headers: { 'cache-control': row.seal ? 'private, max-age=86400, immutable' : 'no-store' } },
  );
};
