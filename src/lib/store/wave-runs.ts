/**
 * Recorded blocks as runs without a hole. A run ends where a sample is missing (`NO_SAMPLE`, a gap mark, another scale,
 * another device) and where the next block does not begin within half a sample of the run's own time axis: so the n-th
 * sample of a run always stands within half a sample of the time that was recorded for it, however long the run is.
 */
import { later, NO_SAMPLE, type WaveformBlock, type WaveformKey } from '$lib/domain/index.ts';
import { isSameSignal } from '$lib/recording/wave-codec.ts';
import type { Range, WaveRun } from './store.ts';

interface OpenRun {
  readonly first: WaveformBlock;
  readonly parts: Int16Array[];
  length: number;
}

/** Runs of the samples with `from <= time < to`, by waveform and then by time; of all waveforms when none are named. */
export function joinRuns(
  blocks: Iterable<WaveformBlock>,
  range: Range,
  waveforms?: readonly WaveformKey[],
): readonly WaveRun[] {
  const runs: OpenRun[] = [];
  const latest = new Map<string, OpenRun>();
  for (const block of blocks) {
    if (waveforms && !waveforms.includes(block.waveform)) continue;
    const signal = `${block.waveform} ${block.source}`;
    for (const piece of unbroken(block, range)) {
      const run = latest.get(signal);
      if (run && continues(run, piece)) {
        run.parts.push(piece.samples);
        run.length += piece.samples.length;
      } else {
        const next = { first: piece, parts: [piece.samples], length: piece.samples.length };
        latest.set(signal, next);
        runs.push(next);
      }
    }
  }
  return runs.sort(byWaveformAndTime).map(finished);
}

function continues({ first, length }: OpenRun, piece: WaveformBlock): boolean {
  const expectedMs = first.at + (length * 1000) / first.rateHz;
  const isOnTime = Math.abs(piece.at - expectedMs) <= 500 / first.rateHz;
  return isOnTime && !piece.isGapBefore && isSameSignal(first, piece);
}

/** The stretches of a block that lie in the range and have every sample; only the first can keep the block's gap mark. */
function unbroken(block: WaveformBlock, range: Range): WaveformBlock[] {
  const { samples, rateHz } = block;
  const stretches: WaveformBlock[] = [];
  const last = Math.min(samples.length, Math.ceil(((range.to - block.at) * rateHz) / 1000));
  let index = Math.max(0, Math.ceil(((range.from - block.at) * rateHz) / 1000));
  while (index < last) {
    const start = index;
    while (index < last && samples[index] !== NO_SAMPLE) index += 1;
    if (index > start) {
      const at = later(block.at, (start * 1000) / rateHz);
      const isGapBefore = block.isGapBefore && start === 0;
      stretches.push({ ...block, at, isGapBefore, samples: samples.subarray(start, index) });
    }
    index += 1;
  }
  return stretches;
}

const byWaveformAndTime = ({ first: a }: OpenRun, { first: b }: OpenRun): number =>
  a.waveform === b.waveform ? a.at - b.at : a.waveform < b.waveform ? -1 : 1;

function finished({ first, parts, length }: OpenRun): WaveRun {
  const samples = new Int16Array(length);
  let offset = 0;
  for (const part of parts) {
    samples.set(part, offset);
    offset += part.length;
  }
  const { waveform, at, rateHz, gain } = first;
  return { waveform, at, rateHz, gain, offset: first.offset, samples };
}
