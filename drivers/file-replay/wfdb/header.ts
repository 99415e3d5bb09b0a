/**
 * The header of a WFDB record: plain lines.
 *
 *   record   NAME[/SEGMENTS] SIGNALS FRAMES-PER-SECOND[/COUNTER] [FRAMES [HH:MM:SS [DD/MM/YYYY]]]
 *   signal   FILE FORMAT[xSAMPLES-PER-FRAME][:SKEW][+BYTES] GAIN[(BASELINE)][/UNITS] BITS ZERO FIRST CHECKSUM BLOCK NAME
 *   # text   before the record a comment, after the signals a word about the patient
 */
import { fail, ok, type Result } from '$lib/domain/index.ts';

export interface SignalHeader {
  readonly file: string;
  readonly format: number;
  readonly samplesPerFrame: number;
  /** So many samples of the file precede the beginning of the record. */
  readonly skew: number;
  readonly byteOffset: number;
  /** Steps of one physical unit. */
  readonly gain: number;
  readonly baseline: number;
  readonly unit: string;
  /** 16 bits of the sum of all samples; undefined when the header does not say. */
  readonly checksum?: number;
  readonly name: string;
}

export interface WfdbHeader {
  readonly name: string;
  readonly framesPerSecond: number;
  /** 0 when the header does not say. */
  readonly frames: number;
  /** Calendar time of the beginning, ms since 1970; the header names no time zone. */
  readonly startedWallMs?: number;
  readonly signals: readonly SignalHeader[];
  readonly comments: readonly string[];
}

/** What is understood when the header names no gain, no unit or no rate. */
const USUAL = { gain: 200, unit: 'mV', framesPerSecond: 250 };
const MOST_SIGNALS = 64;

/** The error is a sentence's end: what is wrong with the header. */
export function readHeader(text: string): Result<WfdbHeader, string> {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const [name = '', signalCount, rate = '', frames, time, date] = (said[0] ?? '').split(/\s+/);
  if (name.includes('/')) return fail('is a record of several segments, which are not read; name one of its segments');
  const count = Number(signalCount);
  if (!/^\w+$/.test(name) || !(Number.isInteger(count) && count > 0 && count <= MOST_SIGNALS)) {
    return fail('does not begin as a WFDB record does');
  }
  const signals = said.slice(1, 1 + count).map(readSignal);
  const good = signals.filter((signal) => signal !== undefined);
  if (good.length < count) return fail(`describes ${good.length} signals and not ${count}`);
  const framesPerSecond = rate === '' ? USUAL.framesPerSecond : Number.parseFloat(rate);
  if (!(framesPerSecond > 0 && framesPerSecond <= 100_000)) return fail(`names no sampling rate but "${rate}"`);
  const startedWallMs = calendarOf(time, date);
  return ok({
    name,
    framesPerSecond,
    frames: wholeOr(frames, 0),
    ...(startedWallMs !== undefined && { startedWallMs }),
    signals: good,
    comments: lines.filter((line) => line.startsWith('#')).map((line) => line.slice(1).trim()),
  });
}

const SIGNAL = /^([\w.-]+)\s+(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?(?:\s+(.*))?$/;
const GAIN = /^([\d.eE+-]+?)(?:\((-?\d+)\))?(?:\/(\S+))?$/;

function readSignal(line: string): SignalHeader | undefined {
  const [, file, format, perFrame, skew, offset, rest = ''] = SIGNAL.exec(line) ?? [];
  if (file === undefined) return undefined;
  const [gainField = '', , zero, , checksum, , ...words] = rest.split(/\s+/);
  const [, gainText = '', baseline, unit = USUAL.unit] = GAIN.exec(gainField) ?? [];
  const gain = Number(gainText);
  const sum = checksum === undefined ? NaN : Number(checksum);
  return {
    file,
    format: Number(format),
    samplesPerFrame: Math.max(1, wholeOr(perFrame, 1)),
    skew: wholeOr(skew, 0),
    byteOffset: wholeOr(offset, 0),
    gain: Number.isFinite(gain) && gain !== 0 ? gain : USUAL.gain,
    baseline: wholeOr(baseline, wholeOr(zero, 0)),
    unit,
    ...(Number.isInteger(sum) && { checksum: sum & 0xffff }),
    name: words.join(' ').trim(),
  };
}

function wholeOr(text: string | undefined, otherwise: number): number {
  const number = Number(text);
  return text !== undefined && text !== '' && Number.isSafeInteger(number) ? number : otherwise;
}

function calendarOf(time: string | undefined, date: string | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(time ?? '') ?? [];
  const [, day, month, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(date ?? '') ?? [];
  if (hours === undefined || day === undefined) return undefined;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return midnight + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
