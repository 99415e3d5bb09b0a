import { sessionId, wallMs, type Result, fail, ok, type WallMs } from '$lib/domain/index.ts';
import { logCsv, LOG_COLUMNS } from '$lib/server/alarm-log.ts';
import { readAlarmLog, siteLogCsv } from '$lib/server/alarm-log-read.ts';
import { StoreFailure, type StoreReader } from '$lib/store/index.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, parse, type Command } from './command.ts';
import { DATA_USAGE, openRecording } from './recording.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'write the alarm log as comma-separated values',
  usage: [
    'infuscope export alarms SESSION [--data DIR]',
    'infuscope export alarms --since YYYY-MM-DD [--data DIR]',
    '',
    DATA_USAGE,
    '  --since DAY  all beds: every session that ended on that day (UTC) or later, and those that go on',
    '',
    'The table goes to the standard output: RFC 4180, UTF-8. Times are UTC (ISO 8601), empty where the calendar was not',
    'known; a cell is empty where nothing was known. The columns:',
    ...wrapped(LOG_COLUMNS.join(' '), 110),
    '',
    'One row per alarm (record "alarm"), one for everything that became of it ("change"), and rows for pauses of the sound,',
    'settings, sessions, starts of the station and settings of its calendar. "infuscope verify" proves that what they were',
    'made from was not altered.',
  ].join('\n'),
  run: exportAlarms,
};

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

interface Asked {
  readonly data: string | undefined;
  readonly session?: string;
  readonly since?: WallMs;
}

async function exportAlarms(args: readonly string[]): Promise<number> {
  const asked = understood(args);
  if (!asked.ok) {
    complain(`infuscope export: ${asked.error}`);
    return EXIT_USAGE;
  }
  const opened = openRecording(asked.value.data);
  if (!opened.ok) {
    complain(opened.error);
    return EXIT_WRONG;
  }
  try {
    return await write(opened.value, asked.value);
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    complain(error.message);
    return EXIT_WRONG;
  } finally {
    opened.value.close();
  }
}

function understood(args: readonly string[]): Result<Asked, string> {
  const parsed = parse(args, { data: { type: 'string' }, since: { type: 'string' } });
  if (!parsed.ok) return fail(parsed.error);
  const { values, positionals } = parsed.value;
  const [what, session, ...others] = positionals;
  if (what !== 'alarms') return fail('Say what: infuscope export alarms …');
  const data = values['data'] === undefined ? undefined : String(values['data']);
  if (values['since'] === undefined) {
    if (session === undefined || others.length > 0)
      return fail('Name one session (see infuscope sessions), or --since.');
    return ok({ data, session });
  }
  if (session !== undefined) return fail('Name either a session or --since.');
  const day = String(values['since']);
  const since = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(since)) return fail(`--since: "${day}" is not a day such as 2026-03-01.`);
  return ok({ data, since: wallMs(since) });
}

async function write(store: StoreReader, { session, since }: Asked): Promise<number> {
  if (session !== undefined) {
    const row = store.session(sessionId(session));
    if (row === undefined) {
      complain(`There is no session ${session} in this recording; “infuscope sessions” lists them.`);
      return EXIT_WRONG;
    }
    process.stdout.write(logCsv(await readAlarmLog(store, row)));
    return EXIT_OK;
  }
  for await (const part of siteLogCsv(store, since ?? wallMs(0))) process.stdout.write(part);
  return EXIT_OK;
}
