import { MINUTE_MS } from '$lib/domain/index.ts';
import type { SessionRow } from '$lib/store/store.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, parse, say, type Command } from './command.ts';
import { DATA_USAGE, openRecording } from './recording.ts';

export const sessionsCommand: Command = {
  name: 'sessions',
  summary: 'list the recorded sessions, newest first',
  usage: [
    'infuscope sessions [--data DIR] [--json]',
    '',
    DATA_USAGE,
    '  --json      one JSON array instead of lines',
  ].join('\n'),
  run: (args) => Promise.resolve(list(args)),
};

function list(args: readonly string[]): number {
  const parsed = parse(args, { data: { type: 'string' }, json: { type: 'boolean' } });
  if (!parsed.ok || parsed.value.positionals.length > 0) {
    complain(`infuscope sessions: ${parsed.ok ? 'it takes no file name.' : parsed.error}`);
    return EXIT_USAGE;
  }
  const { values } = parsed.value;
  const store = openRecording(values['data'] === undefined ? undefined : String(values['data']));
  if (!store.ok) {
    complain(store.error);
    return EXIT_WRONG;
  }
  const sessions = store.value.sessions();
  store.value.close();
  if (values['json'] === true) say(JSON.stringify(sessions, null, 2));
  else if (sessions.length === 0) say('No session has been recorded yet.');
  else for (const session of sessions) say(line(session));
  return EXIT_OK;
}

function line(session: SessionRow): string {
  const { alarms, seal } = session;
  const minutes = session.to === undefined ? undefined : (session.to - session.from) / MINUTE_MS;
  return [
    admitted(session),
    session.bed.padEnd(8),
    session.identifier.padEnd(14),
    (minutes === undefined ? 'running' : `${Math.round(minutes)} min`).padStart(8),
    `alarms ${alarms.high} high ${alarms.medium} medium ${alarms.low} low`,
    seal ? 'sealed' : 'not sealed',
    session.isSimulated ? 'simulated' : '',
    session.isReplay ? 'replay' : '',
    session.id,
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function admitted({ admittedWall }: SessionRow): string {
  if (admittedWall === undefined) return 'date unknown'.padEnd(20);
  return `${new Date(admittedWall).toISOString().replace('T', ' ').slice(0, 16)} UTC`;
}
