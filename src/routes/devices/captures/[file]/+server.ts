import { error } from '@sveltejs/kit';
import { openCapture } from '$lib/server/captures.ts';
import type { RequestHandler } from './$types';

/** A raw capture, as Wireshark opens it. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const download = await openCapture(locals.station.captureDirectory, params.file);
  if (download === undefined) error(404, 'There is no such capture.');
  return new Response(download.stream, {
    headers: {
      'content-type': 'application/x-pcapng',
      'content-length': String(download.bytes),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(params.file)}`,
      'cache-control': 'no-store',
    },
  });
};
