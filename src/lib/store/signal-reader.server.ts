/** Recorded signals: samples of a short stretch, the envelope of a long one, and where there is anything at all. */
import {
  type BedId,
  later,
  type MonotonicMs,
  monotonicMs,
  type WaveformBlock,
  type WaveformKey,
} from '$lib/domain/index.ts';
import { readEnvelope } from '$lib/recording/envelope.ts';
import { type Damage, decodeBlocks } from '$lib/recording/wave-codec.ts';
import { Columns } from './rows.server.ts';
import { slotOf } from './slot.ts';
import type { Database, Statement } from './sqlite.server.ts';
import { failure, type StoreFailure } from './store-failure.ts';
import type { Range, WaveEnvelope, WaveRun } from './store.ts';
import { joinRuns } from './wave-runs.ts';

/** A slice is at most about a second long; one that was held up may be longer, never this many slots. */
const LONGEST_SLICE_SLOTS = 6;
/** Stretches with less than this between them are one, ms. */
const TOUCHING_MS = 1500;

const FROM_SLICES = `from contents c cross join signal s on s.slot = c.slot and s.bed = c.bed
  where c.bed = ? and c.slot between ? and ? and s.at < ? and s.at + s.duration > ?`;

const EXTENTS = `select s.at, s.duration ${FROM_SLICES} order by s.at`;
const SAMPLES = `select s.data ${FROM_SLICES} order by c.slot, s.number`;
/**
 * All of a range in one row, read from the index alone: handing over a row and a blob for every second costs three times
 * as much. All three lists are in the same order, whichever it is; times come in fifteen digits.
 */
const ENVELOPES = `select json_group_array(s.at) as at, json_group_array(length(s.envelope)) as lengths,
  coalesce(group_concat(hex(s.envelope), ''), '') as envelopes ${FROM_SLICES}`;

export class SignalReader {
  readonly #file: string;
  readonly #extents: Statement;
  readonly #envelopes: Statement;
  readonly #samples: Statement;

  constructor(db: Database) {
    this.#file = db.file;
    this.#extents = db.prepare(EXTENTS);
    this.#envelopes = db.prepare(ENVELOPES);
    this.#samples = db.prepare(SAMPLES);
  }

  runs(bed: BedId, range: Range, waveforms?: readonly WaveformKey[]): readonly WaveRun[] {
    return joinRuns(this.#blocks(bed, range), range, waveforms);
  }

  envelopes(bed: BedId, range: Range): readonly WaveEnvelope[] {
    const byWaveform = new Map<WaveformKey, { at: number[]; low: number[]; high: number[] }>();
    for (const { at, envelope } of this.#envelopesInOrder(bed, range)) {
      const damage = readEnvelope(envelope, (waveform, low, high) => {
        const track = byWaveform.get(waveform) ?? { at: [], low: [], high: [] };
        byWaveform.set(waveform, track);
        track.at.push(at);
        track.low.push(low);
        track.high.push(high);
      });
      if (damage) throw this.#damaged(bed, damage);
    }
    return Array.from(byWaveform, ([waveform, { at, low, high }]) => ({
      waveform,
      at: Float64Array.from(at),
      low: Float32Array.from(low),
      high: Float32Array.from(high),
    }));
  }

  coverage(bed: BedId, range: Range): readonly Range[] {
    const stretches: { from: MonotonicMs; to: MonotonicMs }[] = [];
    for (const row of this.#slices(this.#extents, bed, range)) {
      const from = monotonicMs(Math.max(row.number('at'), range.from));
      const to = monotonicMs(Math.min(row.number('at') + row.number('duration'), range.to));
      const last = stretches.at(-1);
      if (last && from <= later(last.to, TOUCHING_MS)) last.to = monotonicMs(Math.max(last.to, to));
      else stretches.push({ from, to });
    }
    return stretches;
  }

  #envelopesInOrder(bed: BedId, range: Range): { readonly at: number; readonly envelope: Uint8Array }[] {
    const [row] = this.#slices(this.#envelopes, bed, range);
    if (!row) return [];
    const [times, lengths] = [row.numbers('at'), row.numbers('lengths')];
    const bytes = Buffer.from(row.text('envelopes'), 'hex');
    let offset = 0;
    const slices = times.map((at, index) => {
      const start = offset;
      offset += lengths[index] ?? 0;
      return { at, envelope: bytes.subarray(start, offset) };
    });
    return slices.sort((a, b) => a.at - b.at);
  }

  *#blocks(bed: BedId, range: Range): Iterable<WaveformBlock> {
    for (const row of this.#slices(this.#samples, bed, range)) {
      const blocks = decodeBlocks(row.bytes('data'));
      if (!blocks.ok) throw this.#damaged(bed, blocks.error);
      yield* blocks.value;
    }
  }

  *#slices(statement: Statement, bed: BedId, { from, to }: Range): Iterable<Columns> {
    const rows = statement.all(bed, slotOf(from) - LONGEST_SLICE_SLOTS, slotOf(to), to, from);
    for (const row of rows) yield new Columns(row, this.#file);
  }

  #damaged(bed: BedId, { why, offset }: Damage): StoreFailure {
    return failure('damaged', this.#file, new Error(`a signal of ${bed} cannot be decoded: ${why} at byte ${offset}`));
  }
}
