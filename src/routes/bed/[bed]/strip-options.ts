/** How a bed's waveforms are drawn: paper speed and ECG gain as chosen, everything else as usual for the waveform. Pure. */
import { STRIP_DEFAULTS, stripCaption, type SpeedMmPerS } from '$lib/charts/sweep/strip-defaults.ts';
import type { StripOptions } from '$lib/charts/sweep/strip.ts';
import type { WaveChannel } from '$lib/realtime/index.ts';

export const SPEEDS: readonly SpeedMmPerS[] = [25, 50, 12.5];
export const GAINS: readonly number[] = [5, 10, 20];

/** Ten millimetres for a millivolt as on paper; five where ten would not fit into a row of this height. */
export const gainFor = (rowPx: number): number => (rowPx >= 54 ? 10 : 5);

/** The choice after this one, round and round. */
export const nextOf = <T>(choices: readonly T[], chosen: T): T =>
  choices[(choices.indexOf(chosen) + 1) % choices.length] ?? chosen;

export interface DrawnStrip {
  readonly options: StripOptions;
  readonly token: string;
  readonly caption: string;
}

/** Breathing and CO₂ keep their own slow speed. */
export function drawnStrip(channel: WaveChannel, speed: SpeedMmPerS, mmPerUnit: number): DrawnStrip {
  const { speedMmPerS: usual, vertical: usualVertical, token } = STRIP_DEFAULTS[channel.waveform];
  const speedMmPerS = usual === 25 ? speed : usual;
  const vertical = usualVertical.type === 'gain' ? { ...usualVertical, mmPerUnit } : usualVertical;
  return {
    options: { channel, speedMmPerS, vertical, hasScale: true },
    token,
    caption: stripCaption(channel.waveform, vertical, speedMmPerS),
  };
}
