/** From recorded runs to what a still strip draws, and how its scale is written. Pure. */
import type { StillWave } from '$lib/charts/sweep/still-strip.ts';
import { STRIP_DEFAULTS } from '$lib/charts/sweep/strip-defaults.ts';
import { WAVEFORMS, type WaveformKey } from '$lib/domain/index.ts';
import type { RecordedRun } from '$lib/realtime/review-waves.ts';
import type { TimeSpan } from '$lib/realtime/review.ts';

/**
 * The strip has one scale, that of the first run; runs with another one (the monitor's gain was changed) are brought to it.
 * @returns undefined without samples. Runs at another rate are left out: they belong to another device.
 */
export function stillWave(
  waveform: WaveformKey,
  runs: readonly RecordedRun[],
  { from, to }: TimeSpan,
): StillWave | undefined {
  const [first] = runs;
  if (first === undefined) return undefined;
  const { rateHz, gain, offset } = first;
  return {
    waveform,
    rateHz,
    gain,
    offset,
    fromMs: from,
    toMs: to,
    runs: runs
      .filter((run) => run.rateHz === rateHz)
      .map((run) => ({
        at: run.at,
        samples: run.gain === gain && run.offset === offset ? run.samples : rescaled(run, first),
      })),
  };
}

const rescaled = ({ samples, gain, offset }: RecordedRun, to: RecordedRun): Int16Array =>
  samples.map((sample) =>
    Math.max(-32_767, Math.min(32_767, Math.round((sample * gain + offset - to.offset) / to.gain))),
  );

/** `10 mm/mV`, `0 to 8 %`, `gain auto`. */
export function scaleWords(waveform: WaveformKey): string {
  const { vertical } = STRIP_DEFAULTS[waveform];
  const unit = WAVEFORMS[waveform].unit.replaceAll(/[[\]]/g, '');
  switch (vertical.type) {
    case 'gain':
      return `${vertical.mmPerUnit} mm/${unit}`;
    case 'range':
      return `${vertical.low} to ${vertical.high} ${unit}`;
    case 'auto':
      return 'gain auto';
  }
}
