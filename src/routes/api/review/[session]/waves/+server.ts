import { error } from '@sveltejs/kit';
import { sessionId } from '$lib/domain/index.ts';
import { readWaves, waveRange } from '$lib/server/review-waves.ts';
import type { RequestHandler } from './$types';

/** Every sample of a short range, as `realtime/review-waves.ts` packs them. A sealed session does not change any more. */
export const GET: RequestHandler = ({ params, url, locals: { station } }) => {
  const range = waveRange(url.searchParams);
  if (!range.ok) error(400, range.error);
  const row = station.store.session(sessionId(params.session));
  if (row === undefined) error(404, 'There is no such session in this recording.');
  return new Response(readWaves(station.store, row, range.value), {
    headers: {
      'content-type': 'application/octet-stream',
      'cache-control': row.seal ? 'private, max-age=86400, immutable' : 'no-store',
    },
  });
};
