/** Which waveforms of a bed are drawn, and when a strip has to be made anew. Pure. */
import type { WaveformKey } from '$lib/domain/index.ts';
import type { WaveChannel } from '$lib/realtime/index.ts';

/** The first channel that carries one of these waveforms. */
export const channelOf = (waves: readonly WaveChannel[], ...wanted: readonly WaveformKey[]): WaveChannel | undefined =>
  wanted.map((key) => waves.find(({ waveform }) => waveform === key)).find((channel) => channel !== undefined);

/** Equal for channels that draw alike: a strip with another key is another strip. */
export const stripKey = ({ number, waveform, rateHz, gain, offset }: WaveChannel): string =>
  [number, waveform, rateHz, gain, offset].join(' ');

const ROWS: readonly (readonly WaveformKey[])[] = [
  ['ecg1', 'ecg2', 'ecg3'],
  ['abp', 'pressure1'],
  ['pleth'],
  ['co2', 'co2Pressure', 'respiration'],
];

/** The rows of a bed's page, from the heart outwards: one waveform of each kind. */
export const bedRows = (waves: readonly WaveChannel[]): readonly WaveChannel[] =>
  ROWS.flatMap((row) => channelOf(waves, ...row) ?? []);
