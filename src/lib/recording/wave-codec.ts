/**
 * The waveforms of one bed between two commits as one blob, without loss: every block comes back as it was, in its order.
 * Blocks of the same signal share a head (a series), and a block that begins where the one before it ended says no time.
 *
 *   u8      format, 1
 *   varint  number of blocks, each:
 *             u8      flags: 1 gap before · 2 a time follows · 4 a new series follows
 *             varint  series, counted from 0
 *             [series: u8 waveform id · varint source, counted from 0 · [text of a new source: varint length, UTF-8]
 *                      · f64 rate · f64 gain · f64 offset]
 *             [f64 time of the first sample, ms]
 *             varint  number of samples
 *             samples: i8 difference to the sample before of the series (0 before the first);
 *                      where that is beyond ±127: 0x80 and the sample itself, i16
 *
 * Numbers are little endian. One byte holds most differences of an ECG and nearly all of pleth and pressure, and a run of
 * NO_SAMPLE takes one byte each. What a straight line through two samples foretells wrongly, as a varint, is a tenth shorter
 * on recorded ECGs and takes twice the time.
 */
import {
  type DeviceId,
  type Result,
  type WaveformBlock,
  type WaveformKey,
  deviceId,
  fail,
  monotonicMs,
  ok,
  WAVEFORM_IDS,
  waveformOfId,
} from '$lib/domain/index.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';

const FORMAT = 1;
const GAP_BEFORE = 1;
const HAS_TIME = 2;
const NEW_SERIES = 4;
/** Stands where a difference of -128 would; the whole sample follows. */
const WHOLE_SAMPLE = 0x80;
const LARGEST_STEP = 127;
const MAX_SAMPLE_BYTES = 3;

/** `offset`: the byte after the last one understood. */
export interface Damage {
  readonly why: 'unknown-format' | 'cut-short' | 'unknown-waveform' | 'malformed';
  readonly offset: number;
}

/** What blocks of one signal have in common, and where its last block left off. */
interface Series {
  readonly waveform: WaveformKey;
  readonly source: DeviceId;
  readonly rateHz: number;
  readonly gain: number;
  readonly offset: number;
  endMs: number;
  last: number;
}

const writer = new ByteWriter();

export function encodeBlocks(blocks: readonly WaveformBlock[]): Uint8Array {
  const sources: DeviceId[] = [];
  const series: Series[] = [];
  writer.clear();
  writer.u8(FORMAT);
  writer.varint(blocks.length);
  for (const block of blocks) writeBlock(block, sources, series);
  return writer.bytes();
}

function writeBlock(block: WaveformBlock, sources: DeviceId[], series: Series[]): void {
  const known = series.findIndex((candidate) => isSameSignal(candidate, block));
  const one = series[known] ?? startSeries(block);
  const isNew = known === -1;
  const hasTime = isNew || block.at !== one.endMs;
  writer.u8((block.isGapBefore ? GAP_BEFORE : 0) | (hasTime ? HAS_TIME : 0) | (isNew ? NEW_SERIES : 0));
  writer.varint(isNew ? series.length : known);
  if (isNew) {
    series.push(one);
    writeSeries(one, sources);
  }
  if (hasTime) writer.f64(block.at);
  writeSamples(block.samples, one);
  one.endMs = block.at + (block.samples.length * 1000) / block.rateHz;
}

function writeSeries({ waveform, source, rateHz, gain, offset }: Series, sources: DeviceId[]): void {
  const known = sources.indexOf(source);
  writer.u8(WAVEFORM_IDS[waveform]);
  writer.varint(known === -1 ? sources.length : known);
  if (known === -1) {
    sources.push(source);
    writer.text(source);
  }
  writer.f64(rateHz);
  writer.f64(gain);
  writer.f64(offset);
}

/** Runs for every sample of the ward: an index instead of an iterator, and bytes put down right here, cost a quarter. */
function writeSamples(samples: Int16Array, series: Series): void {
  writer.varint(samples.length);
  const bytes = writer.room(samples.length * MAX_SAMPLE_BYTES);
  let { length } = writer;
  let { last } = series;
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index] ?? 0;
    const step = sample - last;
    if (step >= -LARGEST_STEP && step <= LARGEST_STEP) {
      bytes[length++] = step;
    } else {
      bytes[length++] = WHOLE_SAMPLE;
      bytes[length++] = sample;
      bytes[length++] = sample >> 8;
    }
    last = sample;
  }
  writer.length = length;
  series.last = last;
}

/** Never throws: what is not the whole of something {@link encodeBlocks} wrote is a {@link Damage}. */
export function decodeBlocks(bytes: Uint8Array): Result<readonly WaveformBlock[], Damage> {
  const reader = new ByteReader(bytes);
  const damage = (why: Damage['why']) => fail({ why, offset: reader.offset });
  if (reader.u8() !== FORMAT) return damage(bytes.length === 0 ? 'cut-short' : 'unknown-format');
  const sources: DeviceId[] = [];
  const series: Series[] = [];
  const blocks: WaveformBlock[] = [];
  for (let left = reader.varint(); left > 0; left -= 1) {
    const block = readBlock(reader, sources, series);
    if (reader.isPastEnd) return damage('cut-short');
    if (typeof block === 'string') return damage(block);
    blocks.push(block);
  }
  if (reader.isPastEnd) return damage('cut-short');
  return reader.remaining === 0 ? ok(blocks) : damage('malformed');
}

function readBlock(
  reader: ByteReader,
  sources: DeviceId[],
  series: Series[],
): WaveformBlock | 'unknown-waveform' | 'malformed' {
  const flags = reader.u8();
  const index = reader.varint();
  const isNew = (flags & NEW_SERIES) !== 0;
  if (isNew !== (index === series.length)) return 'malformed';
  if (isNew) {
    const started = readSeries(reader, sources);
    if (typeof started === 'string') return started;
    series.push(started);
  }
  const one = series[index];
  if (!one) return 'malformed';
  const at = flags & HAS_TIME ? reader.f64() : one.endMs;
  const samples = readSamples(reader, one);
  if (!samples) return 'malformed';
  one.endMs = at + (samples.length * 1000) / one.rateHz;
  const { waveform, source, rateHz, gain, offset } = one;
  const isGapBefore = (flags & GAP_BEFORE) !== 0;
  return { kind: 'waveform', source, waveform, at: monotonicMs(at), rateHz, samples, gain, offset, isGapBefore };
}

function readSeries(reader: ByteReader, sources: DeviceId[]): Series | 'unknown-waveform' | 'malformed' {
  const waveform = waveformOfId(reader.u8());
  if (waveform === undefined) return 'unknown-waveform';
  const index = reader.varint();
  if (index === sources.length) sources.push(deviceId(reader.text()));
  const source = sources[index];
  if (source === undefined) return 'malformed';
  return startSeries({ waveform, source, rateHz: reader.f64(), gain: reader.f64(), offset: reader.f64() });
}

/** @returns undefined when a sample leaves the range of 16 bits. A damaged count cannot ask for more memory than there are bytes. */
function readSamples(reader: ByteReader, series: Series): Int16Array | undefined {
  const count = reader.varint();
  const { rest } = reader;
  const samples = new Int16Array(Math.min(count, rest.length));
  let { last } = series;
  let offset = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const step = rest[offset++] ?? 0;
    if (step === WHOLE_SAMPLE) {
      const [low = 0, high = 0] = [rest[offset++], rest[offset++]];
      last = signed16(low | (high << 8));
    } else {
      last += signed8(step);
      if (last !== signed16(last)) return undefined;
    }
    samples[index] = last;
  }
  reader.skip(Math.max(offset, count));
  series.last = last;
  return samples;
}

const signed8 = (byte: number): number => (byte << 24) >> 24;
const signed16 = (word: number): number => (word << 16) >> 16;

type Signal = Pick<WaveformBlock, 'waveform' | 'source' | 'rateHz' | 'gain' | 'offset'>;

const startSeries = ({ waveform, source, rateHz, gain, offset }: Signal): Series => ({
  waveform,
  source,
  rateHz,
  gain,
  offset,
  endMs: Number.NaN,
  last: 0,
});

/** Whether samples of both mean the same and may stand in one run, if their times agree. */
export const isSameSignal = (a: Signal, b: Signal): boolean =>
  a.waveform === b.waveform &&
  a.source === b.source &&
  Object.is(a.rateHz, b.rateHz) &&
  Object.is(a.gain, b.gain) &&
  Object.is(a.offset, b.offset);
