/**
 * The floor of the recorder: records one behind the other in one file, in memory until the batch is whole, then one write and
 * one fdatasync. Little endian; a reader could find its way by the heads alone.
 *
 *   u16 kind (1 block, 2 number) · u16 length · u32 stream · f64 time, ms · data: int16 samples, or one f64
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import type { JournalEntry, WaveformBlock } from '$lib/domain/index.ts';
import type { RecordBatch } from '$lib/store/store.ts';

const HEAD_BYTES = 16;
const NUMBER_BYTES = 8;
const BLOCK = 1;
const NUMBER = 2;
/** More than any batch of 200 beds. */
const BUFFER_BYTES = 16 * 2 ** 20;

export class JournalFile {
  readonly file: string;
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  #length = 0;

  constructor(file: string) {
    this.file = file;
    this.#descriptor = openSync(file, 'a');
  }

  write({ entries, signals }: RecordBatch): void {
    let stream = 0;
    for (const { blocks } of signals) for (const block of blocks) this.#block((stream += 1), block);
    for (const entry of entries) this.#numbers(entry);
    writeSync(this.#descriptor, this.#buffer, 0, this.#length);
    fdatasyncSync(this.#descriptor);
    this.#length = 0;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #block(stream: number, { at, samples }: WaveformBlock): void {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    this.#head(BLOCK, stream, at, bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #numbers({ at, body }: JournalEntry): void {
    if (body.kind !== 'observed' || body.observation.kind !== 'numerics') return;
    let stream = 0;
    for (const reading of Object.values(body.observation.values)) {
      this.#head(NUMBER, (stream += 1), at, NUMBER_BYTES);
      this.#view.setFloat64(this.#length, 'value' in reading ? reading.value : Number.NaN, true);
      this.#length += NUMBER_BYTES;
    }
  }

  #head(kind: number, stream: number, at: number, length: number): void {
    this.#view.setUint16(this.#length, kind, true);
    this.#view.setUint16(this.#length + 2, length, true);
    this.#view.setUint32(this.#length + 4, stream, true);
    this.#view.setFloat64(this.#length + 8, at, true);
    this.#length += HEAD_BYTES;
  }
}
