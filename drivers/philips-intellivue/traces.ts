/**
 * Blocks of samples as the station's waveforms: which trace, which scale, and when.
 *
 * Each wave result carries the time of its first sample in the monitor's ticks, so a block has its time from there and not
 * from its arrival, which is more than a second later. Blocks that follow without a hole are put without a seam; the trace
 * is put anew, with a gap before it, when ticks are missing or our two clocks have drifted apart by {@link MAX_DRIFT_MS}.
 */
import {
  later,
  NO_SAMPLE,
  WAVEFORMS,
  type MonotonicMs,
  type WaveformBlock,
  type WaveformKey,
} from '$lib/domain/index.ts';
import { hostTime, ticksBetween, type TickClock } from './clocks.ts';
import { TICKS_PER_MS, type PolledObject, type PollResult } from './messages.ts';
import type { Moment } from './nibp.ts';
import { MMHG_PER_KPA, UNIT } from './numerics-table.ts';
import { hex } from './observations.ts';
import { FIXED_VALUE_INVALID, WAVE_FLAGS } from './protocol-codes.ts';
import { isValid, type Trust } from './readings.ts';
import { readWaveContext, readWaves, type WaveContext, type WaveScale, type WaveValue } from './wave-values.ts';
import { ABP, ART, CVP, ICP, PAP, PLETH, PRESSURE, WAVES, type WaveKind } from './waves-table.ts';

/** A wave block leaves a real monitor so long after its first sample. */
export const USUAL_LATENESS_MS = 1408;
export const MAX_DRIFT_MS = 400;
/** What is so much older than what is there was stamped by another clock; less is a datagram that came twice or late. */
const LATE_TICKS = 5000 * TICKS_PER_MS;
/** Between stamp and arrival; outside of this the anchor is wrong. */
const EARLIEST_MS = -500;
const LATEST_MS = 15_000;

interface Track {
  readonly nextTicks: number;
  readonly nextAt: MonotonicMs;
}

export interface WaveMemory {
  readonly contexts: ReadonlyMap<number, WaveContext>;
  readonly tracks: ReadonlyMap<number, Track>;
  /** Leads in the order in which they have the station's places for an ECG. */
  readonly leads: readonly number[];
  readonly hasAbp: boolean;
  /** Blocks that came twice or too late, and are not shown. */
  readonly lateBlocks: number;
}

export const NO_WAVES_YET: WaveMemory = {
  contexts: new Map(),
  tracks: new Map(),
  leads: [],
  hasAbp: false,
  lateBlocks: 0,
};

export interface TakenWaves {
  readonly memory: WaveMemory;
  readonly clock: TickClock | undefined;
  readonly blocks: readonly WaveformBlock[];
  readonly strangers: readonly string[];
}

export function takeWaves(
  memory: WaveMemory,
  clock: TickClock | undefined,
  { relativeTime, contexts }: PollResult,
  trust: Trust,
  moment: Moment,
): TakenWaves {
  const objects = contexts.flatMap((each) => each.objects);
  const hasSamples = objects.some((object) => (readWaves(object) ?? []).length > 0);
  const anchored = hasSamples ? checkAnchor(clock, relativeTime, moment.at) : clock;
  let taken: TakenWaves = { memory, clock: anchored, blocks: [], strangers: [] };
  for (const object of objects) taken = takeObject(taken, object, relativeTime, trust, moment);
  return taken;
}

/** The anchor as it is when it fits this block, else one from the usual lateness of a block. */
function checkAnchor(clock: TickClock | undefined, stamp: number, now: MonotonicMs): TickClock {
  const lateMs = clock ? now - hostTime(clock, stamp) : NaN;
  const isFitting = lateMs >= EARLIEST_MS && lateMs <= LATEST_MS;
  return clock && isFitting ? clock : { ticks: stamp, at: later(now, -USUAL_LATENESS_MS), isRough: true };
}

function takeObject(
  taken: TakenWaves,
  object: PolledObject,
  stamp: number,
  trust: Trust,
  { source }: Moment,
): TakenWaves {
  const { memory, clock } = taken;
  const context = { ...memory.contexts.get(object.handle), ...readWaveContext(object) };
  const contexts = new Map(memory.contexts).set(object.handle, context);
  const waves = readWaves(object);
  const damaged = waves ? [] : [`unreadable wave ${hex(object.handle)}`];
  let next: TakenWaves = { ...taken, memory: { ...memory, contexts }, strangers: [...taken.strangers, ...damaged] };
  for (const wave of waves ?? []) {
    const [placing, waveform] = traceOf(next.memory, wave.physioId);
    const shape = waveform && shapeOf(wave, waveform, context, trust);
    if (!shape || !clock) {
      next = { ...next, memory: placing, strangers: [...next.strangers, ...strangenessOf(wave.physioId, context)] };
      continue;
    }
    const [placed, at] = place(placing, wave.physioId, stamp, shape, clock);
    const block: readonly WaveformBlock[] = at ? [{ kind: 'waveform', source, waveform, ...shape, ...at }] : [];
    next = { ...next, memory: placed, blocks: [...next.blocks, ...block] };
  }
  return next;
}

/** Why a wave is not shown; nothing for one that waits for its context, or has no place here. */
function strangenessOf(physioId: number, { unit, scale }: WaveContext): readonly string[] {
  const known = WAVES[physioId];
  if (!known) return [`wave ${hex(physioId)}`];
  if (!scale || known.kind === 'other' || known.kind === 'pleth') return [];
  if (unit !== undefined && FACTORS[known.kind][unit] === undefined)
    return [`unit ${hex(unit)} of the wave ${known.name}`];
  const hasLimits = typeof scale.lower === 'number' && typeof scale.upper === 'number';
  return hasLimits && scale.lowerScaled !== scale.upperScaled ? [] : [`scale of the wave ${known.name}`];
}

const ECG_PLACES = ['ecg1', 'ecg2', 'ecg3'] as const;

/**
 * The station's place for this wave. A second arterial line takes the first one's place as long as that is not there. A
 * wave that is known and has no place is left out.
 */
function traceOf(memory: WaveMemory, physioId: number): readonly [WaveMemory, WaveformKey | undefined] {
  const kind = WAVES[physioId]?.kind;
  if (kind === 'ecg') {
    const leads = memory.leads.includes(physioId) ? memory.leads : [...memory.leads, physioId];
    return [{ ...memory, leads }, ECG_PLACES[leads.indexOf(physioId)]];
  }
  if (kind === 'pleth' || kind === 'respiration') return [memory, kind];
  if (kind === 'co2') return [memory, 'co2Pressure'];
  const isAbp = physioId === ABP;
  const known = isAbp && !memory.hasAbp ? { ...memory, hasAbp: true } : memory;
  if (physioId === ART && !known.hasAbp) return [known, 'abp'];
  return [known, PRESSURE_PLACES[physioId]];
}

const PRESSURE_PLACES: Readonly<Record<number, WaveformKey>> = {
  [ABP]: 'abp',
  [ART]: 'pressure1',
  [PRESSURE]: 'pressure1',
  [PAP]: 'pressure2',
  [CVP]: 'cvp',
  [ICP]: 'icp',
};

type Shape = Pick<WaveformBlock, 'rateHz' | 'samples' | 'gain' | 'offset'>;

/** @returns undefined until rate, sample size and scale have been told: none of them is guessed. */
function shapeOf(wave: WaveValue, waveform: WaveformKey, context: WaveContext, trust: Trust): Shape | undefined {
  const { specification, samplePeriod, scale, unit } = context;
  if (!specification || !samplePeriod || !scale) return undefined;
  const size = scaleOf(scale, waveform, WAVES[wave.physioId]?.kind ?? 'other', unit);
  if (!size) return undefined;
  const raw = readSamples(wave.samples, context);
  const isOff =
    !isValid(wave.state, trust) || (wave.physioId === PLETH && raw.every((sample) => sample === FLAT_PLETH));
  const invalid = context.fixedValues?.find(({ meaning }) => meaning === FIXED_VALUE_INVALID)?.sample;
  const isWide = specification.significantBits > 15;
  const shift = isWide ? WIDE_SHIFT : 0;
  const isExtended = (specification.flags & WAVE_FLAGS.extendedRange) !== 0;
  const mask = isExtended ? 2 ** specification.significantBits - 1 : 0xffff;
  const toSample = (value: number): number =>
    isOff || value === invalid ? NO_SAMPLE : Math.max(NO_SAMPLE + 1, Math.min(MOST, (value & mask) - shift));
  return {
    rateHz: (1000 * TICKS_PER_MS) / samplePeriod,
    samples: Int16Array.from(raw, toSample),
    gain: size.gain,
    offset: size.offset + size.gain * shift,
  };
}

/** What a real monitor sends of its pleth without a sensor, in a state that says nothing. */
const FLAT_PLETH = 0x0800;
/** Sixteen significant bits do not fit into a signed sample as they are. */
const WIDE_SHIFT = 0x8000;
const MOST = 0x7fff;

function readSamples(bytes: Uint8Array, { specification }: WaveContext): readonly number[] {
  if (specification?.sampleBits === 8) return Array.from(bytes);
  return Array.from({ length: bytes.length >> 1 }, (_, i) => 256 * (bytes[2 * i] ?? 0) + (bytes[2 * i + 1] ?? 0));
}

/** Sample → the waveform's own unit. A pleth without a physical unit is drawn to fill its usual range. */
function scaleOf(
  { lower, upper, lowerScaled, upperScaled }: WaveScale,
  waveform: WaveformKey,
  kind: WaveKind,
  unit: number | undefined,
): { gain: number; offset: number } | undefined {
  const steps = upperScaled - lowerScaled;
  if (steps === 0) return undefined;
  const isNumber = typeof lower === 'number' && typeof upper === 'number';
  if (!isNumber && kind !== 'pleth') return undefined;
  const [bottom, top] = isNumber && kind !== 'pleth' ? [lower, upper] : WAVEFORMS[waveform].range;
  const factor = kind === 'pleth' ? 1 : FACTORS[kind][unit ?? NaN];
  if (factor === undefined) return undefined;
  const gain = (factor * (top - bottom)) / steps;
  return { gain, offset: factor * bottom - gain * lowerScaled };
}

const FACTORS: Readonly<Record<Exclude<WaveKind, 'pleth'>, Readonly<Record<number, number>>>> = {
  ecg: { [UNIT.volt]: 1000, [UNIT.millivolt]: 1, [UNIT.microvolt]: 0.001 },
  pressure: { [UNIT.mmHg]: 1, [UNIT.kilopascal]: MMHG_PER_KPA },
  respiration: { [UNIT.ohm]: 1 },
  co2: { [UNIT.mmHg]: 1, [UNIT.kilopascal]: MMHG_PER_KPA },
  other: {},
};

/** Where the block stands in time; undefined for one that came twice or too late. */
function place(
  memory: WaveMemory,
  physioId: number,
  stamp: number,
  { samples, rateHz }: Shape,
  clock: TickClock,
): readonly [WaveMemory, Pick<WaveformBlock, 'at' | 'isGapBefore'> | undefined] {
  const track = memory.tracks.get(physioId);
  const ahead = track ? ticksBetween(track.nextTicks, stamp) : undefined;
  if (ahead !== undefined && ahead < 0 && ahead >= -LATE_TICKS) {
    return [{ ...memory, lateBlocks: memory.lateBlocks + 1 }, undefined];
  }
  const stamped = hostTime(clock, stamp);
  const isNext = track !== undefined && ahead === 0 && Math.abs(track.nextAt - stamped) <= MAX_DRIFT_MS;
  const at = isNext ? track.nextAt : stamped;
  const durationMs = (samples.length * 1000) / rateHz;
  const nextTicks = (stamp + Math.round(durationMs * TICKS_PER_MS)) >>> 0;
  const next: Track = { nextTicks, nextAt: later(at, durationMs) };
  return [
    { ...memory, tracks: new Map(memory.tracks).set(physioId, next) },
    { at, isGapBefore: !isNext },
  ];
}
