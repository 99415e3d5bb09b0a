/** What a room's tracks say about the patient, in the station's words. What has no word here is handed back by name. */
import type {
  DeviceId,
  MonotonicMs,
  Numerics,
  Observation,
  OtherNumerics,
  Reading,
  VitalKey,
  WaveformKey,
} from '$lib/domain/index.ts';
import { claim, type Claims } from './claims.ts';
import { conversion, numberRowOf, waveRowOf, type CuffKey } from './mapping-table.ts';
import type { NumberTrack, Room, Track, WaveTrack } from './messages.ts';
import { readCuff, type NibpMemory } from './nibp.ts';
import { onOurClock, type RecorderClock } from './recorder-clock.ts';
import { placeRecords, scaleOf, type Traces } from './traces.ts';

/** What is remembered of a room from message to message. */
export interface Picture {
  readonly claims: Claims;
  readonly traces: Traces;
  readonly nibp: NibpMemory;
}

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
  readonly clock: RecorderClock;
}

/** Numbers this much older than the newest record of their message are old values, repeated: not told. */
export const OLD_MS = 10_000;

/** The end of the newest record of a room; undefined when it has none. */
export function newestEnd({ tracks }: Room): number | undefined {
  let newest: number | undefined;
  for (const track of tracks) {
    const stepMs = track.kind === 'wave' ? 1000 / track.rateHz : 0;
    for (const record of track.records) {
      const end = record.time + ('samples' in record ? record.samples.length * stepMs : 0);
      newest = Math.max(newest ?? end, end);
    }
  }
  return newest;
}

interface Gathered {
  readonly claims: Map<string, { readonly track: string; readonly at: MonotonicMs }>;
  readonly traces: Map<WaveformKey, { readonly rateHz: number; readonly time: number; readonly at: MonotonicMs }>;
  /** By the recorder's time. */
  readonly values: Map<number, Partial<Record<VitalKey, Reading>>>;
  readonly cuff: Partial<Record<CuffKey, { readonly time: number; readonly value: number }>>;
  readonly blocks: Observation[];
  readonly raw: string[];
  /** Numbers of tracks without a place, by the recorder's time. */
  readonly others: Map<number, Record<string, { readonly value: number; readonly unit?: string }>>;
}

/** @returns the observations of one message of now, and the names of the tracks that have no place. */
export function observe(
  picture: Picture,
  room: Room,
  moment: Moment,
): { readonly picture: Picture; readonly observations: readonly Observation[]; readonly raw: readonly string[] } {
  const gathered: Gathered = {
    claims: new Map(picture.claims),
    traces: new Map(picture.traces),
    values: new Map(),
    cuff: {},
    blocks: [],
    raw: [],
    others: new Map(),
  };
  for (const track of room.tracks) {
    if (gather(gathered, track, moment)) continue;
    gathered.raw.push(nameOf(track));
    if (track.kind === 'number') keepRaw(gathered, track, moment);
  }
  const { source, at, clock } = moment;
  const [nibp, told] = readCuff(picture.nibp, gathered.cuff, { source, at }, (time) => onOurClock(clock, time, at));
  const { claims, traces, blocks, raw } = gathered;
  return {
    picture: { claims, traces, nibp },
    observations: [...numericsOf(gathered.values, moment), ...othersOf(gathered.others, moment), ...told, ...blocks],
    raw,
  };
}

/** The cuff of a message that is late: a measurement is an event with a time of its own, so it can be told afterwards. */
export function observeLate(picture: Picture, room: Room, moment: Moment): ReturnType<typeof observe> {
  const { picture: next, observations } = observe(picture, room, moment);
  const told = observations.filter(({ kind }) => kind === 'nibp' || kind === 'cuff');
  return { picture: { ...picture, nibp: next.nibp }, observations: told, raw: [] };
}

/** `Intellivue/ECG_II`, as the recorder's own files have it. */
export const nameOf = ({ device, name }: Track): string => (device === '' ? name : `${device}/${name}`);

/** @returns false for a track that has no place. */
function gather(gathered: Gathered, track: Track, moment: Moment): boolean {
  switch (track.kind) {
    case 'number':
      return gatherNumbers(gathered, track, moment);
    case 'wave':
      return gatherWave(gathered, track, moment);
    case 'text':
      return false;
  }
}

function gatherNumbers(gathered: Gathered, track: NumberTrack, { at, clock }: Moment): boolean {
  const row = numberRowOf(track);
  const convert = row && conversion(row.units, track.unit);
  if (!row || !convert) return false;
  if (track.records.length === 0) return true;
  const place = claim<string>(gathered.claims, row.kind === 'vital' ? row.into : [`cuff ${row.into}`], track, at);
  if (place === undefined) return false;
  const records = track.records.filter(({ time }) => time > clock.endedAt - OLD_MS);
  if (row.kind === 'cuff') {
    const newest = records.findLast(({ value }) => value !== undefined);
    if (newest?.value !== undefined) gathered.cuff[row.into] = { time: newest.time, value: convert(newest.value) };
    return true;
  }
  const key = row.into.find((vital) => vital === place);
  if (key === undefined) return false;
  for (const { time, value } of records) {
    const values = gathered.values.get(time) ?? {};
    values[key] = value === undefined ? { missing: 'not-measured' } : { value: convert(value) };
    gathered.values.set(time, values);
  }
  return true;
}

/** As it came, under the recorder's own name. */
function keepRaw({ others }: Gathered, track: NumberTrack, { clock }: Moment): void {
  for (const { time, value } of track.records) {
    if (value === undefined || time <= clock.endedAt - OLD_MS) continue;
    const values = others.get(time) ?? {};
    values[nameOf(track)] = track.unit === '' ? { value } : { value, unit: track.unit };
    others.set(time, values);
  }
}

function gatherWave(gathered: Gathered, track: WaveTrack, { source, at, clock }: Moment): boolean {
  const row = waveRowOf(track);
  if (!row) return false;
  if (track.records.length === 0) return true;
  const waveform = claim(gathered.claims, row.into, track, at);
  const scale = waveform && scaleOf(row, waveform, track);
  if (!waveform || !scale) return false;
  const placing = { source, waveform, gain: row.gain, scale, leadMs: clock.leadMs };
  gathered.blocks.push(...placeRecords(gathered.traces, track, placing));
  return true;
}

/** One for each time in the message, the earliest first. */
const numericsOf = (values: Gathered['values'], moment: Moment): Numerics[] =>
  byTime(values, moment).map((told) => ({ kind: 'numerics', ...told }));

const othersOf = (values: Gathered['others'], moment: Moment): OtherNumerics[] =>
  byTime(values, moment).map((told) => ({ kind: 'other-numerics', ...told }));

const byTime = <Values>(values: ReadonlyMap<number, Values>, { source, at, clock }: Moment) =>
  [...values]
    .toSorted(([a], [b]) => a - b)
    .map(([time, readings]) => ({ source, at: onOurClock(clock, time, at), deviceTime: time, values: readings }));
