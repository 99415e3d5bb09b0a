/**
 * A Vital Recorder file as a {@link Recording}. Its wave records are about a quarter of a second or a second each; those
 * that follow without a hole are one run.
 */
import { fail, ok, type Result } from '$lib/domain/index.ts';
import { view } from '$drivers/bytes.ts';
import {
  endOf,
  LONGEST_RECORDING_MS,
  type NumericTrack,
  type RecordedEvent,
  type Recording,
  type RecordingFile,
  type WaveTrack,
} from '../recording.ts';
import { joinRuns, type Chunk } from '../runs.ts';
import { NUMBER_FORMATS, VITALS_BY_TYPE, WAVES_BY_TYPE } from './codes.ts';
import { readPackets, readText, type RecordPacket, type TrackPacket, type VitalPackets } from './packets.ts';

/** No bedside monitor samples faster. */
const HIGHEST_RATE_HZ = 10_000;

export function readVital({ name, bytes, problem }: RecordingFile): Result<Recording, string> {
  const packets = readPackets(bytes);
  if (!packets) return fail(`${name} is no Vital Recorder file of version 3.`);
  const records = credible(packets.records);
  const first = records[0];
  if (!first) return fail(`${name} has no records${problem === undefined ? '' : `: ${problem}`}.`);
  const beganMs = records.reduce((earliest, { atMs }) => Math.min(earliest, atMs), first.atMs);
  const sorted = byTrack(records, beganMs);
  const tracks = [...packets.tracks.values()].map((track) => ({ track, records: sorted.get(track.id) ?? [] }));
  const waves = tracks.flatMap(({ track, records: own }) => readWave(packets, track, own));
  const numerics = tracks.flatMap(({ track, records: own }) => readNumeric(packets, track, own));
  const events = tracks.flatMap(({ track, records: own }) => (track.kind === 'text' ? readEvents(own) : []));
  const lost = packets.records.length - records.length;
  return ok({
    name,
    startedWallMs: beganMs,
    durationMs: endOf({ waves, numerics, events }),
    waves,
    numerics,
    events,
    remarks: remarksOf(packets, lost, problem),
  });
}

/** Damaged times would make the recording years long: what is far from the median is left out. */
function credible(records: readonly RecordPacket[]): readonly RecordPacket[] {
  const times = Float64Array.from(records, ({ atMs }) => atMs).sort();
  const median = times[times.length >> 1] ?? 0;
  return records.filter(({ atMs }) => Math.abs(atMs - median) <= LONGEST_RECORDING_MS / 2);
}

interface OwnRecord {
  readonly fromMs: number;
  readonly content: Uint8Array;
}

function byTrack(records: readonly RecordPacket[], beganMs: number): ReadonlyMap<number, OwnRecord[]> {
  const sorted = new Map<number, OwnRecord[]>();
  for (const { track, atMs, content } of records) {
    const own = sorted.get(track) ?? [];
    own.push({ fromMs: atMs - beganMs, content });
    sorted.set(track, own);
  }
  for (const own of sorted.values()) own.sort((a, b) => a.fromMs - b.fromMs);
  return sorted;
}

function nameOf({ devices }: VitalPackets, { name, device }: TrackPacket): string {
  const owner = devices.get(device);
  return owner === undefined || owner === '' ? name : `${owner}/${name}`;
}

function readWave(packets: VitalPackets, track: TrackPacket, records: readonly OwnRecord[]): readonly WaveTrack[] {
  const { kind, format, unit, rateHz, gain, offset, monitorType } = track;
  const stored = NUMBER_FORMATS[format];
  const isSound = rateHz > 0 && rateHz <= HIGHEST_RATE_HZ && Number.isFinite(gain) && Number.isFinite(offset);
  if (kind !== 'wave' || !stored || !isSound) return [];
  const chunks = records.map(({ fromMs, content }): Chunk => {
    const samples = view(content.subarray(4));
    const told = content.length < 4 ? 0 : view(content).getUint32(0, true);
    const length = Math.min(told, Math.floor(samples.byteLength / stored.bytes));
    const at = (index: number): number => {
      const value = stored.read(samples, index * stored.bytes);
      return value === stored.missing ? NaN : value;
    };
    return { fromMs, length, at };
  });
  const waveform = WAVES_BY_TYPE[monitorType];
  const name = nameOf(packets, track);
  return [{ name, unit, rateHz, gain, offset, runs: joinRuns(chunks, rateHz), ...(waveform && { waveform }) }];
}

function readNumeric(
  packets: VitalPackets,
  track: TrackPacket,
  records: readonly OwnRecord[],
): readonly NumericTrack[] {
  const { kind, format, unit, monitorType } = track;
  const stored = NUMBER_FORMATS[format];
  if (kind !== 'numeric' || !stored) return [];
  const points = records.flatMap(({ fromMs, content }) => {
    if (content.length < stored.bytes) return [];
    const value = stored.read(view(content), 0);
    return [{ atMs: fromMs, value: value === stored.missing || !Number.isFinite(value) ? NaN : value }];
  });
  const vital = VITALS_BY_TYPE[monitorType];
  return [{ name: nameOf(packets, track), unit, points, ...(vital && { vital }) }];
}

const readEvents = (records: readonly OwnRecord[]): readonly RecordedEvent[] =>
  records.flatMap(({ fromMs, content }) => {
    const text = readText(content);
    return text === undefined ? [] : [{ atMs: fromMs, text }];
  });

function remarksOf({ unreadable, cutOffBytes }: VitalPackets, lost: number, problem: string | undefined): string[] {
  return [
    ...(problem === undefined ? [] : [problem]),
    ...(cutOffBytes > 0 ? [`The file ends inside a packet; ${cutOffBytes} bytes of it are not used.`] : []),
    ...(unreadable > 0 ? [`${unreadable} packets contradict themselves and are not used.`] : []),
    ...(lost > 0 ? [`${lost} records have an impossible time and are not used.`] : []),
  ];
}
