/** The list of sessions: what the store keeps of each, filtered as asked. The query is text from an address: everything is checked. */
import { z } from 'zod';
import { bedId, wallMs, type BedId, type WallMs } from '$lib/domain/index.ts';
import type { SessionSummary } from '$lib/realtime/review.ts';
import type { SessionRow, StoreReader } from '$lib/store/store.ts';

/** As many as a page shows; older ones come with the next page. */
export const PAGE_SIZE = 40;
/** As many as are looked through for a text before the reader is asked to narrow the search. */
const MOST_LOOKED_AT = 2000;

export interface SessionFilter {
  readonly bed: string;
  readonly text: string;
  /** `2026-11-21`, a day of the station's calendar. */
  readonly day: string;
  /** Sessions admitted before this, ms since 1970: the next page. */
  readonly before?: number;
}

const querySchema = z.object({
  bed: z.string().trim().max(80).catch(''),
  text: z.string().trim().max(60).catch(''),
  day: z.iso.date().catch(''),
  before: z.coerce.number().int().positive().optional().catch(undefined),
});

/** A value that makes no sense is left out: a list that shows too much is better than a page that shows nothing. */
export function sessionFilter(query: URLSearchParams): SessionFilter {
  const { before, ...rest } = querySchema.parse({
    bed: query.get('bed') ?? '',
    text: query.get('text') ?? '',
    day: query.get('day') ?? '',
    before: query.get('before') ?? undefined,
  });
  return { ...rest, ...(before !== undefined && { before }) };
}

export interface SessionPage {
  readonly sessions: readonly SessionSummary[];
  /** Where the next page begins; absent on the last one. */
  readonly before?: WallMs;
}

export function listSessions(store: StoreReader, filter: SessionFilter, labelOf: (bed: BedId) => string): SessionPage {
  const found: SessionRow[] = [];
  let { before } = filter;
  for (let looked = 0; found.length <= PAGE_SIZE && looked < MOST_LOOKED_AT; looked += PAGE_SIZE) {
    const rows = store.sessions({
      limit: PAGE_SIZE,
      ...(filter.bed !== '' && { bed: bedId(filter.bed) }),
      ...(before !== undefined && { before: wallMs(before) }),
    });
    found.push(...rows.filter((row) => isWanted(row, filter)));
    const last = rows.at(-1);
    if (last?.admittedWall === undefined || rows.length < PAGE_SIZE || isBeforeDay(last.admittedWall, filter)) break;
    before = last.admittedWall;
  }
  const shown = found.slice(0, PAGE_SIZE);
  const last = shown.at(-1);
  return {
    sessions: shown.map((row) => summaryOf(store, row, labelOf)),
    ...(found.length > PAGE_SIZE && last?.admittedWall !== undefined && { before: last.admittedWall }),
  };
}

function isWanted({ identifier, shortName = '', admittedWall }: SessionRow, { text, day }: SessionFilter): boolean {
  const wanted = text.toLowerCase();
  const isNamed = [identifier, shortName].some((word) => word.toLowerCase().includes(wanted));
  return isNamed && (day === '' || (admittedWall !== undefined && dayOf(admittedWall) === day));
}

const isBeforeDay = (admittedWall: WallMs, { day }: SessionFilter): boolean => day !== '' && dayOf(admittedWall) < day;

/** The day in the station's own time zone: the one in which the nurse was on duty. */
export function dayOf(wall: WallMs): string {
  const at = new Date(wall);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function summaryOf(store: StoreReader, row: SessionRow, labelOf: (bed: BedId) => string): SessionSummary {
  const { id, bed, identifier, shortName, admittedWall, endedWall, isSimulated, isReplay, plan, alarms, seal } = row;
  return {
    id,
    bed,
    bedLabel: labelOf(bed),
    identifier,
    ...(shortName !== undefined && { shortName }),
    ...(admittedWall !== undefined && { admittedWall }),
    ...(endedWall !== undefined && { endedWall }),
    durationMs: (row.to ?? store.head(bed)?.at ?? row.from) - row.from,
    isSimulated,
    ...(isReplay && { isReplay }),
    ...(plan && { plan }),
    alarms,
    isSealed: seal !== undefined,
  };
}
