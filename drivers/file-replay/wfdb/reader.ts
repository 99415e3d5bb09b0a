/**
 * A WFDB record as a {@link Recording}: its header and the signal files that it names. A signal of so low a rate that it
 * cannot be a wave is a numeric. The header's checksum of every signal is compared with what was read.
 */
import { fail, ok, type Result } from '$lib/domain/index.ts';
import { endOf, type NumericTrack, type Recording, type RecordingFile, type WaveTrack } from '../recording.ts';
import { readHeader, type SignalHeader, type WfdbHeader } from './header.ts';
import { readSignalFile, type SignalSamples } from './signals.ts';

/** A signal with fewer samples in a second is a row of numerics. */
const SLOWEST_WAVE_HZ = 10;

const textOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

/** The signal files that a header names, which must stand beside it. */
export function signalFilesOf(bytes: Uint8Array): readonly string[] {
  const header = readHeader(textOf(bytes));
  return header.ok ? [...new Set(header.value.signals.map(({ file }) => file))] : [];
}

interface Signal extends Pick<WfdbHeader, 'framesPerSecond' | 'frames'> {
  readonly header: SignalHeader;
  readonly samples: SignalSamples;
}

export function readWfdb({ name, bytes }: RecordingFile, files: readonly RecordingFile[]): Result<Recording, string> {
  const header = readHeader(textOf(bytes));
  if (!header.ok) return fail(`${name} ${header.error}.`);
  const { framesPerSecond, frames, startedWallMs, comments } = header.value;
  const signals: Signal[] = [];
  const remarks: string[] = comments.map((comment) => `The record says: ${comment}.`);
  for (const fileName of signalFilesOf(bytes)) {
    const file = files.find((each) => each.name === fileName);
    if (!file) return fail(`${fileName}, which ${name} names, is missing.`);
    const headers = header.value.signals.filter((signal) => signal.file === fileName);
    const read = readSignalFile(file.bytes, headers, frames);
    if (!read.ok) return fail(`${fileName} ${read.error}.`);
    if (file.problem !== undefined) remarks.push(file.problem);
    if (read.value.remark !== undefined) remarks.push(`${fileName} ${read.value.remark}.`);
    const found = headers.flatMap((each, i) => {
      const samples = read.value.signals[i];
      return samples ? [{ header: each, samples, framesPerSecond, frames }] : [];
    });
    signals.push(...found);
  }
  remarks.push(...signals.flatMap(disagreement));
  const waves = signals.filter(isWave).map(asWave);
  const numerics = signals.filter((signal) => !isWave(signal)).map(asNumeric);
  return ok({
    name,
    ...(startedWallMs !== undefined && { startedWallMs }),
    durationMs: endOf({ waves, numerics, events: [] }),
    waves,
    numerics,
    events: [],
    remarks,
  });
}

const rateOf = ({ header, framesPerSecond }: Signal): number => framesPerSecond * header.samplesPerFrame;

const isWave = (signal: Signal): boolean => rateOf(signal) >= SLOWEST_WAVE_HZ;

function disagreement({ header, samples, frames }: Signal): readonly string[] {
  const { name, file, checksum, samplesPerFrame } = header;
  const isShort = samples.length < frames * samplesPerFrame;
  if (isShort) return [`${file} ends early: ${name} has ${samples.length} of ${frames * samplesPerFrame} samples.`];
  const isSame = checksum === undefined || checksum === samples.checksum;
  return isSame ? [] : [`The samples of ${name} in ${file} are not those of its checksum.`];
}

function asWave(signal: Signal): WaveTrack {
  const { name, unit, gain, baseline, skew } = signal.header;
  const rateHz = rateOf(signal);
  const run = { fromMs: (-skew * 1000) / rateHz, parts: [signal.samples] };
  return { name, unit, rateHz, gain: 1 / gain, offset: -baseline / gain, runs: [run] };
}

/** In rows of numerics 0 stands for no value as well: no monitor measures a rate, a pressure or a saturation of 0. */
function asNumeric(signal: Signal): NumericTrack {
  const { name, unit, gain, baseline, skew } = signal.header;
  const stepMs = 1000 / rateOf(signal);
  const points = Array.from({ length: signal.samples.length }, (_, i) => {
    const stored = signal.samples.at(i);
    return { atMs: (i - skew) * stepMs, value: stored === 0 ? NaN : (stored - baseline) / gain };
  });
  return { name, unit, points: points.filter(({ atMs }) => atMs >= 0) };
}
