/**
 * The waveforms of one bed between two commits as one blob, without loss: every block comes back as it was, in its order.
 * Blocks of the same signal share a head (a series), and a block that begins where the one before it ended says no time.
 *
 *   u8      format, 1
 *   varint  number of sources, each: varint length, UTF-8 text
 *   varint  number of blocks, each:
 *             u8      flags: 1 gap before · 2 a time follows · 4 a new series follows
 *             varint  series, counted from 0
 *             [series: u8 waveform id · varint source · f64 rate · f64 gain · f64 offset]
 *             [f64 time of the first sample, ms]
 *             varint  number of samples
 *             samples: zigzag varint of what a straight line through the two samples before foretold wrongly
 *
 * The line foretells pleth and pressure to within one byte per sample and keeps NO_SAMPLE runs at one byte each; a
 * difference to the sample before alone was longer on every real recording tried. Numbers are little endian.
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
} from '$lib/domain/index.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';
import { waveformOfId, WAVEFORM_IDS } from './waveform-ids.ts';

const FORMAT = 1;
const GAP_BEFORE = 1;
const HAS_TIME = 2;
const NEW_SERIES = 4;
/** 18 bits: twice the span of a sample, and a sign. */
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
  slope: number;
}

const writer = new ByteWriter();

export function encodeBlocks(blocks: readonly WaveformBlock[]): Uint8Array {
  const sources = [...new Set(blocks.map((block) => block.source))];
  const series: Series[] = [];
  writer.clear();
  writer.u8(FORMAT);
  writer.varint(sources.length);
  for (const source of sources) writer.text(source);
  writer.varint(blocks.length);
  for (const block of blocks) writeBlock(block, sources, series);
  return writer.bytes();
}

function writeBlock(block: WaveformBlock, sources: readonly DeviceId[], series: Series[]): void {
  const known = series.findIndex((candidate) => isSameSignal(candidate, block));
  const one = series[known] ?? startSeries(block);
  const isNew = known === -1;
  const hasTime = isNew || block.at !== one.endMs;
  writer.u8((block.isGapBefore ? GAP_BEFORE : 0) | (hasTime ? HAS_TIME : 0) | (isNew ? NEW_SERIES : 0));
  writer.varint(isNew ? series.length : known);
  if (isNew) {
    series.push(one);
    writer.u8(WAVEFORM_IDS[one.waveform]);
    writer.varint(sources.indexOf(one.source));
    writer.f64(one.rateHz);
    writer.f64(one.gain);
    writer.f64(one.offset);
  }
  if (hasTime) writer.f64(block.at);
  writeSamples(block.samples, one, isNew);
  one.endMs = block.at + (block.samples.length * 1000) / block.rateHz;
}

/** Runs for every sample of the ward: an index instead of an iterator, and bytes put down right here, cost a quarter. */
function writeSamples(samples: Int16Array, series: Series, isFirst: boolean): void {
  writer.varint(samples.length);
  const bytes = writer.room(samples.length * MAX_SAMPLE_BYTES);
  let { length } = writer;
  let { last, slope } = series;
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index] ?? 0;
    const error = sample - last - slope;
    let rest = (error << 1) ^ (error >> 31);
    while (rest > 0x7f) {
      bytes[length++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    bytes[length++] = rest;
    slope = isFirst && index === 0 ? 0 : sample - last;
    last = sample;
  }
  writer.length = length;
  series.last = last;
  series.slope = slope;
}

/** Never throws: what is not the whole of something {@link encodeBlocks} wrote is a {@link Damage}. */
export function decodeBlocks(bytes: Uint8Array): Result<readonly WaveformBlock[], Damage> {
  const reader = new ByteReader(bytes);
  const damage = (why: Damage['why']) => fail({ why, offset: reader.offset });
  if (reader.u8() !== FORMAT) return damage(bytes.length === 0 ? 'cut-short' : 'unknown-format');
  const sources: DeviceId[] = [];
  for (let left = reader.varint(); left > 0 && !reader.isPastEnd; left -= 1) sources.push(deviceId(reader.text()));
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
  sources: readonly DeviceId[],
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
  const samples = readSamples(reader, one, isNew);
  if (!samples) return 'malformed';
  one.endMs = at + (samples.length * 1000) / one.rateHz;
  const { waveform, source, rateHz, gain, offset } = one;
  const isGapBefore = (flags & GAP_BEFORE) !== 0;
  return { kind: 'waveform', source, waveform, at: monotonicMs(at), rateHz, samples, gain, offset, isGapBefore };
}

function readSeries(reader: ByteReader, sources: readonly DeviceId[]): Series | 'unknown-waveform' | 'malformed' {
  const waveform = waveformOfId(reader.u8());
  const source = sources[reader.varint()];
  if (waveform === undefined) return 'unknown-waveform';
  if (source === undefined) return 'malformed';
  return startSeries({ waveform, source, rateHz: reader.f64(), gain: reader.f64(), offset: reader.f64() });
}

/** @returns undefined when a sample leaves the range of 16 bits. A damaged count cannot ask for more memory than there are bytes. */
function readSamples(reader: ByteReader, series: Series, isFirst: boolean): Int16Array | undefined {
  const count = reader.varint();
  const samples = new Int16Array(Math.min(count, reader.remaining));
  let { last, slope } = series;
  for (let index = 0; index < count && !reader.isPastEnd; index += 1) {
    const sample = reader.zigzag() + last + slope;
    if (sample < -32768 || sample > 32767) return undefined;
    samples[index] = sample;
    slope = isFirst && index === 0 ? 0 : sample - last;
    last = sample;
  }
  series.last = last;
  series.slope = slope;
  return samples;
}

type Signal = Pick<WaveformBlock, 'waveform' | 'source' | 'rateHz' | 'gain' | 'offset'>;

const startSeries = ({ waveform, source, rateHz, gain, offset }: Signal): Series => ({
  waveform,
  source,
  rateHz,
  gain,
  offset,
  endMs: Number.NaN,
  last: 0,
  slope: 0,
});

/** Whether samples of both mean the same and may stand in one run, if their times agree. */
export const isSameSignal = (a: Signal, b: Signal): boolean =>
  a.waveform === b.waveform &&
  a.source === b.source &&
  Object.is(a.rateHz, b.rateHz) &&
  Object.is(a.gain, b.gain) &&
  Object.is(a.offset, b.offset);
