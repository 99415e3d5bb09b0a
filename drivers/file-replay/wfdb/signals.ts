/**
 * The samples of one signal file, in the formats that the recordings at hand have.
 *
 *   16    i16 little endian; no value −32768
 *   212   two samples in three bytes: low 8 of the first │ high 4 of the second, high 4 of the first │ low 8 of the second;
 *         12 bits two's complement; no value −2048
 *   516   FLAC, a channel per signal; no value −32768
 *
 * In 16 and 212 frame follows frame; a frame has each signal's samples, signal after signal.
 */
import { fail, ok, type Result } from '$lib/domain/index.ts';
import type { Samples } from '../recording.ts';
import { decodeFlac, NO_FLAC_SAMPLE } from './flac.ts';
import type { SignalHeader } from './header.ts';

export interface SignalSamples extends Samples {
  /** Sum of all samples as stored, 16 bits. */
  readonly checksum: number;
}

export interface SignalFile {
  /** One for each signal, in their order. */
  readonly signals: readonly SignalSamples[];
  /** A sentence when parts of it could not be read. */
  readonly remark?: string;
}

/** So many samples of a signal are no recording any more. */
const MOST_SAMPLES = 2 ** 26;

/** @param frames as the header says; 0 when it does not. The error is a sentence's end. */
export function readSignalFile(
  bytes: Uint8Array,
  headers: readonly SignalHeader[],
  frames: number,
): Result<SignalFile, string> {
  const format = headers[0]?.format ?? 0;
  if (headers.some((header) => header.format !== format)) return fail('mixes formats');
  const data = bytes.subarray(headers[0]?.byteOffset ?? 0);
  if (format === 516) return readFlacFile(data, headers, frames);
  if (format === 16) return ok({ signals: interleaved(headers, frames, read16(data)) });
  if (format === 212) return ok({ signals: interleaved(headers, frames, read212(data)) });
  return fail(`has format ${format}; only 16, 212 and 516 are read`);
}

interface Stored extends Samples {
  readonly missing: number;
}

function read16(data: Uint8Array): Stored {
  const at = (i: number): number => (((data[2 * i] ?? 0) | ((data[2 * i + 1] ?? 0) << 8)) << 16) >> 16;
  return { length: data.length >> 1, missing: -32_768, at };
}

function read212(data: Uint8Array): Stored {
  const at = (i: number): number => {
    const triple = 3 * (i >> 1);
    const middle = data[triple + 1] ?? 0;
    const bits =
      i % 2 === 0 ? (data[triple] ?? 0) | ((middle & 0x0f) << 8) : (data[triple + 2] ?? 0) | ((middle & 0xf0) << 4);
    return (bits << 20) >> 20;
  };
  const whole = Math.floor(data.length / 3) * 2;
  return { length: whole + (data.length % 3 === 2 ? 1 : 0), missing: -2048, at };
}

function interleaved(headers: readonly SignalHeader[], told: number, { length, missing, at }: Stored): SignalSamples[] {
  const frameSize = headers.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame, 0);
  const stored = Math.floor(length / frameSize);
  const frames = told > 0 ? Math.min(told, stored) : stored;
  let place = 0;
  return headers.map(({ samplesPerFrame }) => {
    const first = place;
    place += samplesPerFrame;
    const raw = (i: number): number => at(Math.floor(i / samplesPerFrame) * frameSize + first + (i % samplesPerFrame));
    return samplesOf(frames * samplesPerFrame, missing, raw);
  });
}

function readFlacFile(data: Uint8Array, headers: readonly SignalHeader[], frames: number): Result<SignalFile, string> {
  const perFrame = headers[0]?.samplesPerFrame ?? 1;
  if (headers.some(({ samplesPerFrame }) => samplesPerFrame !== perFrame)) return fail('mixes sampling rates');
  const most = Math.min(MOST_SAMPLES, frames > 0 ? frames * perFrame : MOST_SAMPLES);
  const decoded = decodeFlac(data, most);
  if (!decoded) return fail('is no FLAC file');
  const { channels, damagedPlaces } = decoded;
  if (channels.length !== headers.length) return fail(`has ${channels.length} channels and not ${headers.length}`);
  const signals = channels.map((channel) => {
    const raw = (i: number): number => channel[i] ?? NO_FLAC_SAMPLE;
    return samplesOf(channel.length, -32_768, (i) => (raw(i) === NO_FLAC_SAMPLE ? -32_768 : raw(i)));
  });
  return ok({ signals, ...(damagedPlaces > 0 && { remark: `is damaged in ${damagedPlaces} places` }) });
}

function samplesOf(length: number, missing: number, raw: (i: number) => number): SignalSamples {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum = (sum + raw(i)) & 0xffff;
  const at = (i: number): number => {
    const value = raw(i);
    return value === missing ? NaN : value;
  };
  return { length, checksum: sum, at };
}
