import { error } from '@sveltejs/kit';
import { sessionId } from '$lib/domain/index.ts';
import { answered } from '$lib/server/review-answer.ts';
import { readWaves, waveRange } from '$lib/server/review-waves.ts';
import type { RequestHandler } from './$types';

/** Every sample of a short range, as `realtime/review-waves.ts` packs them. A sealed session does not change any more. */
export const GET: RequestHandler = async ({ params, url, locals: { station } }) => {
  const range = waveRange(url.searchParams);
  if (!range.ok) error(400, range.error);
  const row = await answered(() => station.store.session(sessionId(params.session)));
  const packed = await answered(() => readWaves(station.store, row, range.value));
  return new Response(packed, {
    headers: {
      'content-type': 'application/octet-stream',
      'cache-control': row.seal ? 'private, max-age=86400, immutable' : 'no-store',
    },
  });
};
