/** How a table is handed to a browser: as a file to keep, never from a cache. */

/** @param name without its ending; what no file name may hold is left out of it. */
export const csvHeaders = (name: string): Record<string, string> => ({
  'content-type': 'text/csv; charset=utf-8; header=present',
  'content-disposition': `attachment; filename="${name.replace(/[^\w.-]+/g, '-')}.csv"`,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

/** Pieces of text as they are asked for; who goes away in the middle ends the reading. */
export function textStream(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await pieces.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
