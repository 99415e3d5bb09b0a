/**
 * What the attributes of a wave object say.
 *
 *   samples         u16 physio id · u16 state · u16 bytes · samples, 8 or 16 bit      compound: list of them
 *   specification   u16 samples in a block · u8 bits of a sample · u8 significant bits · u16 flags
 *   scale           float lower · float upper · u16 lower scaled · u16 upper scaled   NaN floats: no physical unit
 *   fixed values    list of u16 meaning · u16 sample
 */
import { concatBytes } from '../bytes.ts';
import { isRead, readValue } from './attributes.ts';
import { fromFloat, toFloat, type FloatValue } from './floats.ts';
import type { PolledObject } from './messages.ts';
import { ATTRIBUTE } from './protocol-codes.ts';
import { list, sized, words, type Reader } from './wire.ts';

export interface WaveValue {
  readonly physioId: number;
  readonly state: number;
  /** As on the wire. */
  readonly samples: Uint8Array;
}

export interface WaveSpecification {
  readonly blockSize: number;
  readonly sampleBits: number;
  readonly significantBits: number;
  readonly flags: number;
}

export interface WaveScale {
  readonly lower: FloatValue;
  readonly upper: FloatValue;
  readonly lowerScaled: number;
  readonly upperScaled: number;
}

/** How the samples of an object are to be understood. Each part comes when the monitor repeats it. */
export interface WaveContext {
  readonly specification?: WaveSpecification;
  readonly scale?: WaveScale;
  /** Ticks of 1/8 ms from sample to sample. */
  readonly samplePeriod?: number;
  readonly unit?: number;
  readonly fixedValues?: readonly { readonly meaning: number; readonly sample: number }[];
}

/** @returns undefined when the samples end early. */
export function readWaves({ attributes }: PolledObject): readonly WaveValue[] | undefined {
  const single = readValue(attributes, ATTRIBUTE.wave, (reader) => [readWave(reader)]);
  const compound = readValue(attributes, ATTRIBUTE.waveCompound, (reader) => reader.list(readWave));
  return single === 'damaged' || compound === 'damaged' ? undefined : [...(single ?? []), ...(compound ?? [])];
}

/** What of the context this message repeats; what cannot be read is left out. */
export function readWaveContext({ attributes }: PolledObject): WaveContext {
  const specification = readValue(attributes, ATTRIBUTE.waveSpecification, readSpecification);
  const scale = readValue(attributes, ATTRIBUTE.waveScale, readScale);
  const samplePeriod = readValue(attributes, ATTRIBUTE.samplePeriod, (reader) => reader.u32());
  const unit = readValue(attributes, ATTRIBUTE.unit, (reader) => reader.u16());
  const fixedValues = readValue(attributes, ATTRIBUTE.fixedValues, (reader) =>
    reader.list((item) => ({ meaning: item.u16(), sample: item.u16() })),
  );
  return {
    ...(isRead(specification) && { specification }),
    ...(isRead(scale) && { scale }),
    ...(isRead(samplePeriod) && samplePeriod > 0 && { samplePeriod }),
    ...(isRead(unit) && { unit }),
    ...(isRead(fixedValues) && { fixedValues }),
  };
}

const readWave = (reader: Reader): WaveValue => ({
  physioId: reader.u16(),
  state: reader.u16(),
  samples: reader.take(reader.u16()),
});

export const writeWave = ({ physioId, state, samples }: WaveValue): Uint8Array =>
  concatBytes(words(physioId, state), sized(samples));

export const writeCompoundWave = (waves: readonly WaveValue[]): Uint8Array => list(waves.map(writeWave));

const readSpecification = (reader: Reader): WaveSpecification => ({
  blockSize: reader.u16(),
  sampleBits: reader.u8(),
  significantBits: reader.u8(),
  flags: reader.u16(),
});

export const writeSpecification = (specification: WaveSpecification): Uint8Array => {
  const { blockSize, sampleBits, significantBits, flags } = specification;
  return concatBytes(words(blockSize), Uint8Array.of(sampleBits, significantBits), words(flags));
};

const readScale = (reader: Reader): WaveScale => ({
  lower: toFloat(reader.u32()),
  upper: toFloat(reader.u32()),
  lowerScaled: reader.u16(),
  upperScaled: reader.u16(),
});

export const writeScale = ({ lower, upper, lowerScaled, upperScaled }: WaveScale, decimals: number): Uint8Array =>
  concatBytes(fromFloat(lower, decimals), fromFloat(upper, decimals), words(lowerScaled, upperScaled));
