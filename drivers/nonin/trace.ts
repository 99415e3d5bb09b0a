/**
 * The pleth of a packet as the station's waveform. Its height is a share of the oximeter's own scale, in percent: what a
 * step means in light is not known.
 *
 * The wire carries no times. The first block is put so that its last sample is now, and each further one begins where the
 * one before ended, as long as nothing is missing between them and our clock agrees.
 */
import { later, NO_SAMPLE, type DeviceId, type MonotonicMs, type WaveformBlock } from '$lib/domain/index.ts';
import { qualityOf } from './codec-packets.ts';
import { FRAMES_PER_PACKET, PLETH_FORMATS, PLETH_HZ } from './layout-table.ts';
import type { Packet } from './messages.ts';

/** Arrival may stray from the samples' own time by so much before the trace is put anew. */
export const MAX_DRIFT_MS = 1500;

const SAMPLE_MS = 1000 / PLETH_HZ;

/** Where the next block begins; undefined when the trace has to begin anew. */
export type PlethClock = MonotonicMs | undefined;

/** The block, and the clock behind it. Samples without a sensor on the finger are none. */
export function traceOf(
  clock: PlethClock,
  { format, frames }: Packet,
  source: DeviceId,
  now: MonotonicMs,
): readonly [PlethClock, WaveformBlock] {
  const durationMs = frames.length * SAMPLE_MS;
  const anew = later(now, SAMPLE_MS - durationMs);
  const isNext = clock !== undefined && Math.abs(clock - anew) <= MAX_DRIFT_MS;
  const at = isNext ? clock : anew;
  const { zero, ...scale } = SCALES[format];
  const samples = Int16Array.from(frames, ({ status, pleth }) =>
    qualityOf(status).isSensorOff ? NO_SAMPLE : Math.max(pleth - zero, NO_SAMPLE + 1),
  );
  const isWhole = frames.length === FRAMES_PER_PACKET;
  return [
    isWhole ? later(at, durationMs) : undefined,
    { kind: 'waveform', source, waveform: 'pleth', at, rateHz: PLETH_HZ, samples, ...scale, isGapBefore: !isNext },
  ];
}

/** Sixteen bits without a sign need a shifted zero; their lowest value becomes the second lowest. */
const SCALES = {
  df2: { zero: 0, gain: 100 / PLETH_FORMATS.df2.plethMax, offset: 0 },
  df7: { zero: 0x8000, gain: 100 / PLETH_FORMATS.df7.plethMax, offset: (100 * 0x8000) / PLETH_FORMATS.df7.plethMax },
} as const;
