/** Recorded signals: samples of a short stretch, the envelope of a long one, and where there is anything at all. */
import {
  type BedId,
  later,
  type MonotonicMs,
  monotonicMs,
  type WaveformBlock,
  type WaveformKey,
} from '$lib/domain/index.ts';
import { type Extents, readPairs, readTrack } from '$lib/recording/envelope.ts';
import { OpenMinutes } from './open-minute.server.ts';
import { Columns } from './rows.server.ts';
import { blocksOf, damagedSignal } from './signal-blocks.server.ts';
import { minuteOfSlot, slotOf } from './slot.ts';
import type { Database, Statement } from './sqlite.server.ts';
import type { Range, WaveEnvelope, WaveRun } from './store.ts';
import { joinRuns } from './wave-runs.ts';

/** A slice is at most about a second long; one that was held up may be longer, never this many slots. */
const LONGEST_SLICE_SLOTS = 6;
/** Stretches with less than this between them are one, ms. */
const TOUCHING_MS = 1500;

const SAMPLES = `select s.data from contents c cross join signal s on s.slot = c.slot and s.bed = c.bed
  where c.bed = ? and c.slot between ? and ? and s.at < ? and s.at + s.duration > ? order by c.slot, s.number`;
const TRACKS = `select track from overview where bed = ? and minute between ? and ? and number <= ?
  order by minute, number`;

export class SignalReader {
  readonly #file: string;
  readonly #samples: Statement;
  readonly #tracks: Statement;
  readonly #openMinutes: OpenMinutes;

  constructor(db: Database) {
    this.#file = db.file;
    this.#samples = db.prepare(SAMPLES);
    this.#tracks = db.prepare(TRACKS);
    this.#openMinutes = new OpenMinutes(db);
  }

  runs(bed: BedId, range: Range, waveforms?: readonly WaveformKey[]): readonly WaveRun[] {
    return joinRuns(this.#blocks(bed, range), range, waveforms);
  }

  envelopes(bed: BedId, range: Range): readonly WaveEnvelope[] {
    const all = this.#extents(bed, range);
    const byWaveform = new Map<WaveformKey, Envelope>();
    for (const extents of all) {
      const damage = readPairs(extents, (waveform, low, high) => {
        const envelope = byWaveform.get(waveform) ?? new Envelope(all.length);
        byWaveform.set(waveform, envelope);
        envelope.add(extents.at, low, high);
      });
      if (damage) throw damagedSignal(this.#file, bed, damage);
    }
    return Array.from(byWaveform, ([waveform, envelope]) => envelope.finished(waveform));
  }

  coverage(bed: BedId, range: Range): readonly Range[] {
    const stretches: { from: MonotonicMs; to: MonotonicMs }[] = [];
    for (const { at, duration } of this.#extents(bed, range)) {
      const from = monotonicMs(Math.max(at, range.from));
      const to = monotonicMs(Math.min(at + duration, range.to));
      const last = stretches.at(-1);
      if (last && from <= later(last.to, TOUCHING_MS)) last.to = monotonicMs(Math.max(last.to, to));
      else stretches.push({ from, to });
    }
    return stretches;
  }

  /** Slices that touch the range, in the order of time. */
  #extents(bed: BedId, range: Range): readonly Extents[] {
    const found: Extents[] = [];
    for (const track of this.#tracksOf(bed, range)) {
      const damage = readTrack(track, (extents) => {
        if (extents.at < range.to && extents.at + extents.duration > range.from) found.push(extents);
      });
      if (damage) throw damagedSignal(this.#file, bed, damage);
    }
    return found.sort((a, b) => a.at - b.at);
  }

  /** The open minute first: should it be summed up meanwhile, it is not read again from there. */
  #tracksOf(bed: BedId, range: Range): readonly Uint8Array[] {
    const open = this.#openMinutes.of(bed);
    if (!open) return [];
    const [first, last] = minutesOf(range);
    const rows = this.#tracks.all(bed, first, last, open.summed);
    const tracks = rows.map((row) => new Columns(row, this.#file).bytes('track'));
    const isOpenWanted = open.minute >= first && open.minute <= last;
    return isOpenWanted ? [...tracks, this.#openMinutes.track(bed, open).bytes()] : tracks;
  }

  *#blocks(bed: BedId, range: Range): Iterable<WaveformBlock> {
    const [first, last] = slotsOf(range);
    for (const row of this.#samples.all(bed, first, last, range.to, range.from))
      yield* blocksOf(this.#file, bed, new Columns(row, this.#file).bytes('data'));
  }
}

/** Slots in which slices stand that touch the range. */
const slotsOf = ({ from, to }: Range) => [slotOf(from) - LONGEST_SLICE_SLOTS, slotOf(to)] as const;

function minutesOf(range: Range): readonly [number, number] {
  const [first, last] = slotsOf(range);
  return [minuteOfSlot(first), minuteOfSlot(last)];
}

/** Pairs of one waveform while they are gathered. */
class Envelope {
  readonly #at: Float64Array;
  readonly #low: Float32Array;
  readonly #high: Float32Array;
  #length = 0;

  constructor(most: number) {
    this.#at = new Float64Array(most);
    this.#low = new Float32Array(most);
    this.#high = new Float32Array(most);
  }

  add(at: number, low: number, high: number): void {
    this.#at[this.#length] = at;
    this.#low[this.#length] = low;
    this.#high[this.#length] = high;
    this.#length += 1;
  }

  finished(waveform: WaveformKey): WaveEnvelope {
    const length = this.#length;
    return {
      waveform,
      at: this.#at.slice(0, length),
      low: this.#low.slice(0, length),
      high: this.#high.slice(0, length),
    };
  }
}
