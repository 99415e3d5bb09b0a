/** The burden of all sessions of some days. Only entries about alarms are read: a ward's month stays small. */
import { MINUTE_MS, wallMs, type WallMs } from '$lib/domain/index.ts';
import type { Burden } from '$lib/realtime/burden.ts';
import type { StoreReader } from '$lib/store/store.ts';
import { foldSession, sessionsSince } from './alarm-log-read.ts';
import { burdenOf, type Burdened } from './burden.ts';
import { rulesOfSession } from './rules-in-force.ts';

const KINDS = ['alarm', 'audio', 'session', 'phase'];
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Days that can be asked for. */
export const BURDEN_DAYS = [1, 7, 30, 90] as const;
export type BurdenDays = (typeof BURDEN_DAYS)[number];

/** Out of an address: what is not one of them is a week. */
export const burdenDays = (text: string | null): BurdenDays => BURDEN_DAYS.find((days) => String(days) === text) ?? 7;

export const sinceDays = (now: WallMs, days: BurdenDays): WallMs => wallMs(now - days * DAY_MS);

/** Sessions that ended within the last days or go on. Simulated ones are left out unless there are no others. */
export interface SiteBurden {
  readonly burden: Burden;
  readonly isSimulated: boolean;
}

export async function readSiteBurden(store: StoreReader, now: WallMs, days: BurdenDays): Promise<SiteBurden> {
  const rows = sessionsSince(store, sinceDays(now, days));
  const real = rows.filter(({ isSimulated, isReplay }) => !isSimulated && isReplay !== true);
  const sessions: Burdened[] = [];
  const names = new Map<string, string>();
  for (const row of real.length > 0 ? real : rows) {
    for (const { id, name } of rulesOfSession(store, row)?.rules ?? []) names.set(id, name);
    const fold = await foldSession(store, row, KINDS);
    const to = row.to ?? store.head(row.bed)?.at ?? row.from;
    sessions.push({ span: { from: row.from, to }, alarms: fold.alarms(), audible: fold.audible.sounded(to) });
  }
  return { burden: burdenOf(sessions, (rule) => names.get(rule)), isSimulated: rows.length > 0 && real.length === 0 };
}
