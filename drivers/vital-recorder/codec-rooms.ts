/**
 * The parsed JSON of a message as rooms and tracks, every part looked at before it is believed.
 *
 *   {ver, vrcode, rooms: [room] | {name: room}}
 *   room  {roomname, trks: [track], evts: [{dt, val}], dtstart, dtend, …}
 *   track {id, name, type: wav | num | str, montype, srate, mindisp, maxdisp, unit, dname?, recs: [{dt, val}]}
 *
 * What is not understood is left out by its smallest part and named; a recorder of another version may add what it likes.
 * Members are taken from the object itself only, names are never used as keys of one: `__proto__` is a name like another.
 */
import type { Feed, NumberRecord, Room, TextRecord, Track, WaveRecord } from './messages.ts';

/** More than any recorder sends in a second, and few enough to walk through. */
const MAX = { rooms: 64, tracks: 512, records: 1024, events: 256, name: 128, text: 1024, unread: 32 } as const;
const MAX_RATE_HZ = 10_000;
/** The year 2100, s since 1970: what is beyond is no time. */
const MAX_TIME_S = 4_102_444_800;
/** More samples than a message's own time has room for are something else, as numbers written with decimal commas are. */
const SPARE_SAMPLES = 2;
const SPARE_SHARE = 1.25;

type Json = Readonly<Record<string, unknown>>;

/** Where we are, for the list of what was not understood; what is too many for it is only counted. */
class Reader {
  readonly unread: string[] = [];
  #more = 0;

  leave(where: string): undefined {
    if (this.unread.length < MAX.unread) this.unread.push(where);
    else this.#more += 1;
    return undefined;
  }

  get all(): readonly string[] {
    return this.#more === 0 ? this.unread : [...this.unread, `${this.#more} more`];
  }
}

/** @returns undefined when there are no rooms to speak of. */
export function readFeed(json: unknown, isRepaired: boolean): Feed | undefined {
  if (!isObject(json)) return undefined;
  const reader = new Reader();
  const entries = roomEntries(member(json, 'rooms'));
  if (entries === undefined) return undefined;
  const rooms = atMost(entries, MAX.rooms, reader, 'rooms').flatMap(
    ([name, room], i) => readRoom(room, name, `rooms[${i}]`, reader) ?? [],
  );
  return { kind: 'feed', vrcode: readName(member(json, 'vrcode')), rooms, unread: reader.all, isRepaired };
}

/** A list, or a map by name. */
function roomEntries(rooms: unknown): readonly (readonly [name: string, room: unknown])[] | undefined {
  if (Array.isArray(rooms)) return rooms.map((room: unknown) => ['', room]);
  return isObject(rooms) ? Object.entries(rooms) : undefined;
}

function readRoom(room: unknown, key: string, where: string, reader: Reader): Room | undefined {
  if (!isObject(room)) return reader.leave(where);
  const tracks = listOf(member(room, 'trks'), `${where}.trks`, MAX.tracks, reader);
  const events = listOf(member(room, 'evts'), `${where}.evts`, MAX.events, reader);
  const spanS = spanOf(room);
  return {
    name: readName(member(room, 'roomname')) ?? key.slice(0, MAX.name),
    tracks: tracks.flatMap((track, i) => readTrack(track, spanS, `${where}.trks[${i}]`, reader) ?? []),
    events: events.flatMap((event, i) => readText(event) ?? reader.leave(`${where}.evts[${i}]`) ?? []),
  };
}

/** The time that the message is about, s, where it says so. */
function spanOf(room: Json): number | undefined {
  const [from, to] = [readTime(member(room, 'dtstart')), readTime(member(room, 'dtend'))];
  return from !== undefined && to !== undefined && to > from ? (to - from) / 1000 : undefined;
}

function readTrack(track: unknown, spanS: number | undefined, where: string, reader: Reader): Track | undefined {
  if (!isObject(track)) return reader.leave(where);
  const name = readName(member(track, 'name'));
  const records = listOf(member(track, 'recs'), `${where}.recs`, MAX.records, reader);
  if (name === undefined) return reader.leave(`${where}.name`);
  const id = member(track, 'id');
  const montype = member(track, 'montype');
  const head = {
    id: typeof id === 'number' ? String(id) : (readName(id) ?? ''),
    name,
    device: readName(member(track, 'dname')) ?? '',
    montype: typeof montype === 'number' && Number.isInteger(montype) ? montype : 0,
    unit: readName(member(track, 'unit')) ?? '',
  };
  const each = <T>(read: (record: unknown) => T | undefined): T[] =>
    records.flatMap((record, i) => read(record) ?? reader.leave(`${where}.recs[${i}]`) ?? []);
  switch (member(track, 'type')) {
    case 'num':
      return { ...head, kind: 'number', records: each(readNumber) };
    case 'str':
      return { ...head, kind: 'text', records: each(readText) };
    case 'wav': {
      const rateHz = member(track, 'srate');
      if (typeof rateHz !== 'number' || !(rateHz > 0 && rateHz <= MAX_RATE_HZ)) return reader.leave(`${where}.srate`);
      const most = spanS === undefined ? Infinity : spanS * rateHz * SPARE_SHARE + SPARE_SAMPLES;
      return { ...head, kind: 'wave', rateHz, range: readRange(track), records: each((one) => readWave(one, most)) };
    }
    default:
      return reader.leave(`${where}.type`);
  }
}

function readRange(track: Json): readonly [number, number] | undefined {
  const [low, high] = [member(track, 'mindisp'), member(track, 'maxdisp')];
  return typeof low === 'number' && typeof high === 'number' && high > low ? [low, high] : undefined;
}

function readNumber(record: unknown): NumberRecord | undefined {
  if (!isObject(record)) return undefined;
  const [time, value] = [readTime(member(record, 'dt')), member(record, 'val')];
  if (time === undefined) return undefined;
  if (value === null) return { time, value: undefined };
  return typeof value === 'number' && Number.isFinite(value) ? { time, value } : undefined;
}

function readText(record: unknown): TextRecord | undefined {
  if (!isObject(record)) return undefined;
  const [time, text] = [readTime(member(record, 'dt')), member(record, 'val')];
  return time !== undefined && typeof text === 'string' ? { time, text: text.slice(0, MAX.text) } : undefined;
}

/** A record with one sample that is neither number nor `null` is no record. */
function readWave(record: unknown, most: number): WaveRecord | undefined {
  if (!isObject(record)) return undefined;
  const [time, list] = [readTime(member(record, 'dt')), member(record, 'val')];
  if (time === undefined || !Array.isArray(list) || list.length > most) return undefined;
  const samples = new Float64Array(list.length);
  for (let i = 0; i < list.length; i += 1) {
    const sample: unknown = list[i];
    if (sample !== null && typeof sample !== 'number') return undefined;
    samples[i] = sample === null || !Number.isFinite(sample) ? NaN : sample;
  }
  return { time, samples };
}

/** Seconds on the wire, ms here. */
const readTime = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 && value < MAX_TIME_S ? value * 1000 : undefined;

const readName = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.trim().slice(0, MAX.name) : undefined;

/** What is absent is empty; what is something else is left out and named. */
function listOf(value: unknown, where: string, most: number, reader: Reader): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? atMost<unknown>(value, most, reader, where) : (reader.leave(where) ?? []);
}

function atMost<T>(list: readonly T[], most: number, reader: Reader, where: string): readonly T[] {
  if (list.length <= most) return list;
  reader.leave(`${where}: ${list.length - most} of ${list.length}`);
  return list.slice(0, most);
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (object: Json, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);
