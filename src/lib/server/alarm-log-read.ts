/** The alarm log out of the store: of one session, or of all beds since a day. Read in portions, as the review is. */
import { setImmediate } from 'node:timers/promises';
import { adjustableOf, MINUTE_MS, monotonicMs, type BedId, type RuleSet, type WallMs } from '$lib/domain/index.ts';
import { csvLine } from '$lib/recording/csv.ts';
import type { SessionRow, StoreReader } from '$lib/store/store.ts';
import { LOG_COLUMNS, logRows, utcText, type LogHead, type LogRow } from './alarm-log.ts';
import { ReviewFold, REVIEWED_KINDS } from './review-fold.ts';
import { rulesOfSession } from './rules-in-force.ts';

const PORTION = 400;

/** @throws StoreFailure for a damaged recording. */
export async function readAlarmLog(store: StoreReader, row: SessionRow): Promise<readonly LogRow[]> {
  const fold = await foldSession(store, row, REVIEWED_KINDS);
  return logRows(headOf(row), { alarms: fold.alarms(), events: fold.events }, presetsOf(rulesOfSession(store, row)));
}

/** The entries of a session of some kinds, folded. */
export async function foldSession(store: StoreReader, row: SessionRow, kinds: readonly string[]): Promise<ReviewFold> {
  const fold = new ReviewFold();
  let count = 0;
  for (const entry of store.entries(row.bed, row.firstSeq, row.lastSeq, kinds)) {
    fold.take(entry);
    count += 1;
    if (count % PORTION === 0) await setImmediate();
  }
  return fold;
}

/**
 * Of every session that ended after `since` or goes on, oldest first, each bed by itself, with the starts of the station and
 * the settings of its calendar between the sessions.
 */
export async function* readAlarmLogSince(store: StoreReader, since: WallMs): AsyncGenerator<readonly LogRow[]> {
  const sessions = sessionsSince(store, since);
  for (const bed of store.beds()) {
    const own = sessions.filter((row) => row.bed === bed);
    yield betweenSessions(store, bed, own, since);
    for (const row of own) yield await readAlarmLog(store, row);
  }
}

/** The same as a table, piece by piece. */
export async function* siteLogCsv(store: StoreReader, since: WallMs): AsyncGenerator<string> {
  yield csvLine(LOG_COLUMNS);
  for await (const rows of readAlarmLogSince(store, since)) {
    yield rows.map((row) => csvLine(LOG_COLUMNS.map((name) => row[name]))).join('');
  }
}

const PAGE = 100;
/** Sessions are hours long; one that was admitted so long before is not looked for. */
const LONGEST_SESSION_MS = 72 * 60 * MINUTE_MS;

/** Oldest first. A session whose day is not known is among them: what cannot be dated is not left out. */
export function sessionsSince(store: StoreReader, since: WallMs): readonly SessionRow[] {
  const found: SessionRow[] = [];
  let before: WallMs | undefined;
  for (;;) {
    const rows = store.sessions({ limit: PAGE, ...(before !== undefined && { before }) });
    found.push(...rows.filter(({ endedWall }) => endedWall === undefined || endedWall >= since));
    const last = rows.at(-1)?.admittedWall;
    if (rows.length < PAGE || last === undefined || last < since - LONGEST_SESSION_MS) return found.reverse();
    before = last;
  }
}

function headOf({ id, bed, identifier, admittedWall, from }: SessionRow): LogHead {
  return {
    bed,
    session: id,
    patient: identifier,
    ...(admittedWall !== undefined && { wallOffsetMs: admittedWall - from }),
  };
}

function betweenSessions(
  store: StoreReader,
  bed: BedId,
  sessions: readonly SessionRow[],
  since: WallMs,
): readonly LogRow[] {
  const isInSession = (seq: number): boolean =>
    sessions.some(({ firstSeq, lastSeq = Infinity }) => seq >= firstSeq && seq <= lastSeq);
  const rows: LogRow[] = [];
  for (const { seq, at, body } of store.entries(bed, 1, undefined, ['started', 'clock'])) {
    if (isInSession(seq) || !('wallTime' in body) || body.wallTime < since) continue;
    const head = { time_utc: utcText(body.wallTime), station_time_ms: monotonicMs(at), bed };
    if (body.kind === 'started') rows.push({ ...head, record: 'power', event: 'started', text: body.version });
    else if (body.stepMs !== 0) {
      rows.push({ ...head, record: 'clock', event: 'set', new_value: body.stepMs, text: 'milliseconds' });
    }
  }
  return rows;
}

/** What people call the rules by which a session was judged; nothing where its journal does not hold them. */
export const namesOf =
  (ruleSet: RuleSet | undefined) =>
  (rule: string): string | undefined =>
    ruleSet?.rules.find(({ id }) => id === rule)?.name;

/** The limit that a rule of the session has where nobody set another one. */
const presetsOf = (ruleSet: RuleSet | undefined) => {
  const presets = new Map(ruleSet?.rules.map((rule) => [rule.id, adjustableOf(rule)?.limit]));
  return (rule: string): number | undefined => presets.get(rule);
};
