import { sessionId } from '$lib/domain/index.ts';
import { logCsv } from '$lib/server/alarm-log.ts';
import { readAlarmLog } from '$lib/server/alarm-log-read.ts';
import { csvHeaders } from '$lib/server/csv-answer.ts';
import { answered } from '$lib/server/review-answer.ts';
import type { RequestHandler } from './$types';

/** The alarm log of one session. */
export const GET: RequestHandler = async ({ params, locals: { station } }) => {
  const row = await answered(() => station.store.session(sessionId(params.session)));
  const rows = await answered(() => readAlarmLog(station.store, row));
  return new Response(logCsv(rows), { headers: csvHeaders(`alarms-${row.id}`) });
};
