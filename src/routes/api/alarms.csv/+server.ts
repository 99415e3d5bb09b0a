import { wallMs } from '$lib/domain/index.ts';
import { siteLogCsv } from '$lib/server/alarm-log-read.ts';
import { burdenDays, sinceDays } from '$lib/server/burden-read.ts';
import { csvHeaders, textStream } from '$lib/server/csv-answer.ts';
import type { RequestHandler } from './$types';

/** The alarm log of all beds over some days, session by session as it is read. */
export const GET: RequestHandler = ({ url, locals: { station } }) => {
  const days = burdenDays(url.searchParams.get('days'));
  const parts = siteLogCsv(station.store, sinceDays(wallMs(Date.now()), days));
  return new Response(textStream(parts), {
    headers: csvHeaders(`alarms-${days}-days`),
  });
};
