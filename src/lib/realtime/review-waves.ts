/**
 * Every recorded sample of a short range, on its way from the station to a review page: runs without a hole, one after the
 * other, little endian.
 *
 *   0  u16  version   1
 *   2  u16  count     runs that follow
 *   4  u32  0         keeps what follows on a border of eight bytes
 *   then per run:
 *   0  f64  at        station time of the first sample, ms
 *   8  f64  rate      samples per second
 *  16  f64  gain      physical value = sample · gain + offset
 *  24  f64  offset
 *  32  u32  length    samples
 *  36  u16  waveform  number in WAVEFORM_IDS
 *  38  u16  0
 *  40  i16  × length, then zeros up to the next border of eight bytes
 */
import { monotonicMs, WAVEFORM_IDS, waveformOfId, type MonotonicMs, type WaveformKey } from '$lib/domain/index.ts';

export interface RecordedRun {
  readonly waveform: WaveformKey;
  readonly at: MonotonicMs;
  readonly rateHz: number;
  readonly gain: number;
  readonly offset: number;
  readonly samples: Int16Array;
}

const VERSION = 1;
const HEADER_BYTES = 8;
const RUN_HEADER_BYTES = 40;

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

export function packRuns(runs: readonly RecordedRun[]): Uint8Array<ArrayBuffer> {
  const size = runs.reduce((sum, { samples }) => sum + RUN_HEADER_BYTES + padded(2 * samples.length), HEADER_BYTES);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, VERSION, true);
  view.setUint16(2, runs.length, true);
  let at = HEADER_BYTES;
  for (const run of runs) {
    view.setFloat64(at, run.at, true);
    view.setFloat64(at + 8, run.rateHz, true);
    view.setFloat64(at + 16, run.gain, true);
    view.setFloat64(at + 24, run.offset, true);
    view.setUint32(at + 32, run.samples.length, true);
    view.setUint16(at + 36, WAVEFORM_IDS[run.waveform], true);
    new Int16Array(bytes.buffer, at + RUN_HEADER_BYTES, run.samples.length).set(run.samples);
    at += RUN_HEADER_BYTES + padded(2 * run.samples.length);
  }
  return bytes;
}

/** @returns undefined for bytes that are not the whole of something {@link packRuns} made. */
export function unpackRuns(buffer: ArrayBuffer): readonly RecordedRun[] | undefined {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint16(0, true) !== VERSION) return undefined;
  const runs: RecordedRun[] = [];
  let at = HEADER_BYTES;
  for (let left = view.getUint16(2, true); left > 0; left -= 1) {
    if (at + RUN_HEADER_BYTES > buffer.byteLength) return undefined;
    const length = view.getUint32(at + 32, true);
    const key = waveformOfId(view.getUint16(at + 36, true));
    const end = at + RUN_HEADER_BYTES + padded(2 * length);
    if (key === undefined || end > buffer.byteLength) return undefined;
    runs.push({
      waveform: key,
      at: monotonicMs(view.getFloat64(at, true)),
      rateHz: view.getFloat64(at + 8, true),
      gain: view.getFloat64(at + 16, true),
      offset: view.getFloat64(at + 24, true),
      samples: new Int16Array(buffer, at + RUN_HEADER_BYTES, length),
    });
    at = end;
  }
  return at === buffer.byteLength ? runs : undefined;
}
