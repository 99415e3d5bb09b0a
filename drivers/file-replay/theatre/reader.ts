/**
 * A recording that was written out as plain tables, as the IntelliVue theatre record of the waveformtools package is: a
 * description, one table of numerics, and one file for each wave.
 *
 *   meta.json       {"waves": {"Intellivue/ABP": {"file", "rateHz", "unit", "segments": [[start in s, samples], …]}, …}}
 *   numerics.csv    t_s,device,track,value     a track that the description calls text holds events
 *   a wave file     one sample in a line, segment after segment; an empty line is no value
 */
import { fail, ok, type Result } from '$lib/domain/index.ts';
import {
  endOf,
  LONGEST_RECORDING_MS,
  type NumericPoint,
  type NumericTrack,
  type RecordedEvent,
  type Recording,
  type RecordingFile,
  type WaveTrack,
} from '../recording.ts';
import { joinRuns, type Chunk } from '../runs.ts';

export const NUMERICS_FILE = 'numerics.csv.gz';

interface WaveDescription {
  readonly track: string;
  readonly file: string;
  readonly rateHz: number;
  readonly unit: string;
  readonly segments: readonly (readonly [startS: number, samples: number])[];
}

interface Description {
  readonly waves: readonly WaveDescription[];
  /** Units of the numerics by track. */
  readonly units: ReadonlyMap<string, string>;
}

/** The files beside a description; empty when it is none. */
export function tablesOf(bytes: Uint8Array): readonly string[] {
  const description = readDescription(bytes);
  return description ? [NUMERICS_FILE, ...new Set(description.waves.map(({ file }) => file))] : [];
}

export function readTheatre(
  { name, bytes }: RecordingFile,
  files: readonly RecordingFile[],
): Result<Recording, string> {
  const description = readDescription(bytes);
  if (!description) return fail(`${name} describes no recording: it needs "waves", each with file, rate and segments.`);
  const missing = tablesOf(bytes).find((file) => !files.some((each) => each.name === file));
  if (missing !== undefined) return fail(`${missing}, which belongs to ${name}, is missing.`);
  const remarks = files.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const waves = description.waves.map((wave) => {
    const samples = numbersOf(bytesOf(files, wave.file));
    const [track, left] = asTrack(wave, samples);
    if (left !== 0)
      remarks.push(`${wave.file} has ${Math.abs(left)} samples ${left > 0 ? 'more' : 'fewer'} than told.`);
    return track;
  });
  const { numerics, events, unreadable } = readTable(
    new TextDecoder().decode(bytesOf(files, NUMERICS_FILE)),
    description.units,
  );
  if (unreadable > 0) remarks.push(`${unreadable} lines of ${NUMERICS_FILE} are not understood and not used.`);
  return ok({ name, durationMs: endOf({ waves, numerics, events }), waves, numerics, events, remarks });
}

const bytesOf = (files: readonly RecordingFile[], name: string): Uint8Array =>
  files.find((file) => file.name === name)?.bytes ?? new Uint8Array(0);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readDescription(bytes: Uint8Array): Description | undefined {
  const json = jsonOf(new TextDecoder().decode(bytes));
  if (!isObject(json) || !isObject(json['waves'])) return undefined;
  const waves = Object.entries(json['waves']).map(([track, told]) => readWave(track, told));
  const numerics = isObject(json['numerics']) ? Object.entries(json['numerics']) : [];
  const units = numerics.map(([track, told]): [string, string] => [track, isObject(told) ? textIn(told, 'unit') : '']);
  const good = waves.filter((wave) => wave !== undefined);
  return good.length < waves.length ? undefined : { waves: good, units: new Map(units) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const textIn = (told: Readonly<Record<string, unknown>>, key: string): string => {
  const value = told[key];
  return typeof value === 'string' ? value : '';
};

const HIGHEST_RATE_HZ = 10_000;

function readWave(track: string, told: unknown): WaveDescription | undefined {
  if (!isObject(told) || !Array.isArray(told['segments'])) return undefined;
  const { rateHz } = told;
  const file = textIn(told, 'file');
  if (file === '' || typeof rateHz !== 'number' || !(rateHz > 0 && rateHz <= HIGHEST_RATE_HZ)) return undefined;
  const segments = told['segments'].flatMap((segment: unknown) => readSegment(segment));
  if (segments.length < told['segments'].length) return undefined;
  return { track, file, rateHz, unit: textIn(told, 'unit'), segments };
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function readSegment(segment: unknown): readonly (readonly [number, number])[] {
  const [startS, samples]: readonly unknown[] = isList(segment) ? segment : [];
  const isTime = typeof startS === 'number' && startS >= 0 && startS * 1000 <= LONGEST_RECORDING_MS;
  const isCount = typeof samples === 'number' && Number.isSafeInteger(samples) && samples > 0;
  return isTime && isCount ? [[startS, samples]] : [];
}

const [NEW_LINE, MINUS, POINT, ZERO, NINE] = [0x0a, 0x2d, 0x2e, 0x30, 0x39] as const;

/** A number in each line; NaN for a line that holds none. From the bytes, since a wave has a million lines. */
function numbersOf(bytes: Uint8Array): Float64Array {
  const isOpen = bytes.length > 0 && bytes.at(-1) !== NEW_LINE;
  const lines = bytes.reduce((count, byte) => count + (byte === NEW_LINE ? 1 : 0), isOpen ? 1 : 0);
  const numbers = new Float64Array(lines);
  let from = 0;
  for (let i = 0; i < lines; i += 1) {
    const end = bytes.indexOf(NEW_LINE, from);
    numbers[i] = numberOf(bytes, from, end < 0 ? bytes.length : end);
    from = end + 1;
  }
  return numbers;
}

function numberOf(bytes: Uint8Array, from: number, end: number): number {
  const isNegative = bytes[from] === MINUS;
  let [digits, scale, isFraction] = [0, 1, false];
  for (let at = isNegative ? from + 1 : from; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) {
      digits = digits * 10 + (byte - ZERO);
      if (isFraction) scale *= 10;
    } else if (byte === POINT && !isFraction) isFraction = true;
    else return otherNumber(bytes.subarray(from, end));
  }
  if (from === end) return NaN;
  return (isNegative ? -digits : digits) / scale;
}

/** With an exponent, blanks or a carriage return. */
function otherNumber(line: Uint8Array): number {
  const text = new TextDecoder().decode(line).trim();
  return text === '' ? NaN : Number(text);
}

/** @returns the track, and how many samples more or fewer there are than its segments need. */
function asTrack(
  { track, rateHz, unit, segments }: WaveDescription,
  samples: Float64Array,
): readonly [WaveTrack, number] {
  const chunks: Chunk[] = [];
  let from = 0;
  for (const [startS, count] of segments) {
    const own = samples.subarray(from, from + count);
    from += count;
    chunks.push({ fromMs: startS * 1000, length: own.length, at: (i) => own[i] ?? NaN });
  }
  const runs = joinRuns(chunks, rateHz);
  return [{ name: track, unit, rateHz, gain: 1, offset: 0, runs }, samples.length - from];
}

function readTable(text: string, units: ReadonlyMap<string, string>) {
  const tracks = new Map<string, NumericPoint[]>();
  const events: RecordedEvent[] = [];
  let unreadable = 0;
  for (const line of text.split('\n').slice(1)) {
    if (line.trim() === '') continue;
    const [time = '', device = '', track = '', ...rest] = line.trim().split(',');
    const [atMs, value] = [Number(time) * 1000, Number(rest[0])];
    const isTime = time !== '' && atMs >= 0 && atMs <= LONGEST_RECORDING_MS;
    const name = `${device}/${track}`;
    if (isTime && track === 'EVENT') events.push({ atMs, text: rest.join(',').replaceAll('"', '') });
    else if (isTime && rest[0] !== undefined && rest[0] !== '' && Number.isFinite(value)) {
      const points = tracks.get(name) ?? [];
      points.push({ atMs, value });
      tracks.set(name, points);
    } else unreadable += 1;
  }
  const numerics = [...tracks].map(([name, points]): NumericTrack => ({
    name,
    unit: units.get(name) ?? '',
    points: points.sort((a, b) => a.atMs - b.atMs),
  }));
  return { numerics, events, unreadable };
}
