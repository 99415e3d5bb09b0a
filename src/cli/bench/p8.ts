/**
 * P8: what the recorder's store costs, and how large a recording becomes, over a bare journal file that gets the same bytes
 * with the same durability. Per bed and second: 4 waveforms of 250 Hz in blocks of 250 ms, and 20 numbers as one entry.
 *
 *   batch every half second, as the recorder hands them over ─▶ ours: the store's writer │ floor: append + fdatasync
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  bedId,
  deviceId,
  monotonicMs,
  sessionId,
  wallMs,
  VITALS,
  keysOf,
  type BedId,
  type JournalEntry,
  type WaveformBlock,
  type WaveformKey,
} from '$lib/domain/index.ts';
import { openWriter } from '$lib/store/index.ts';
import type { RecordBatch } from '$lib/store/store.ts';
import { FLUSH_MS } from '$core/recorder.ts';
import { alternate, inFolder, type Goal, type Setting } from './goal.ts';
import { JournalFile } from './journal-file.ts';
import type { Figure } from './report.ts';

const WAVEFORMS: readonly WaveformKey[] = ['ecg1', 'pleth', 'respiration', 'abp'];
const RATE_HZ = 250;
const BLOCK_MS = 250;
const NUMBERS = keysOf(VITALS).slice(0, 20);
const MONITOR = deviceId('monitor');
/** Different blocks, as many as are needed that the same one does not come again at once. */
const SHAPES = 64;

/** Beats, a wander and the noise of a real amplifier: what a beautiful curve would compress to is nobody's recording. */
const SHAPE: readonly Int16Array[] = Array.from({ length: SHAPES }, (_, seed) => {
  let state = seed + 1;
  const noise = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (23 * state) / 0x7fffffff;
  };
  return Int16Array.from({ length: (RATE_HZ * BLOCK_MS) / 1000 }, (_, i) => {
    const phase = ((i + seed * 37) % RATE_HZ) / RATE_HZ;
    return Math.round(2000 * Math.exp(-((phase - 0.3) ** 2) / 0.0008) + 300 * Math.sin(2 * Math.PI * phase) + noise());
  });
});

/** What the beds of a ward bring, one batch after the other, on the recorder's own grid. */
function* batches(beds: number, seconds: number): Generator<RecordBatch> {
  const ids = Array.from({ length: beds }, (_, i) => bedId(`bed-${i}`));
  const seqs = new Map<BedId, number>();
  const entry = (bed: BedId, at: number, body: JournalEntry['body']): JournalEntry => {
    const seq = (seqs.get(bed) ?? 0) + 1;
    seqs.set(bed, seq);
    return { bed, seq, at: monotonicMs(at), body };
  };
  yield { entries: ids.map((bed) => entry(bed, 0, STARTED)), signals: [], snapshots: [] };
  for (let at = 0; at < 1000 * seconds; at += FLUSH_MS) {
    yield {
      // Each bed tells its numbers once a second; half of them in each batch.
      entries: ids.flatMap((bed, i) => (i % 2 === (at / FLUSH_MS) % 2 ? [entry(bed, at, numbersAt(at))] : [])),
      signals: ids.map((bed, i) => ({ bed, session: sessionId(`session-${i}`), blocks: blocksAt(at, i) })),
      snapshots: [],
    };
  }
}

const STARTED: JournalEntry['body'] = { kind: 'started', version: 'bench', stateVersion: 0, wallTime: wallMs(1.7e12) };

const numbersAt = (at: number): JournalEntry['body'] => ({
  kind: 'observed',
  observation: {
    kind: 'numerics',
    source: MONITOR,
    at: monotonicMs(at),
    deviceTime: 1.7e12 + at,
    values: Object.fromEntries(NUMBERS.map((vital, i) => [vital, { value: 60 + i + ((at / 1000) % 10) }])),
  },
});

const blocksAt = (at: number, bed: number): readonly WaveformBlock[] =>
  WAVEFORMS.flatMap((waveform, i) =>
    Array.from({ length: FLUSH_MS / BLOCK_MS }, (_, part): WaveformBlock => {
      const start = at + part * BLOCK_MS;
      const samples = SHAPE[(bed * WAVEFORMS.length + i + (start / BLOCK_MS) * 5) % SHAPES] ?? new Int16Array(0);
      const scale = { rateHz: RATE_HZ, gain: 0.001, offset: 0, isGapBefore: start === 0 };
      return { kind: 'waveform', source: MONITOR, waveform, at: monotonicMs(start), samples, ...scale };
    }),
  );

interface Round {
  readonly msPerS: number;
  readonly bytesPerSample: number;
}

/** Only what happens between a batch and its being on the disk counts, not the making of the batch. */
function record(
  recording: { readonly file: string; write(batch: RecordBatch): void; close(): void },
  beds: number,
  seconds: number,
): Round {
  let spentMs = 0;
  let isFirst = true;
  for (const batch of batches(beds, seconds)) {
    const began = performance.now();
    recording.write(batch);
    if (!isFirst) spentMs += performance.now() - began;
    isFirst = false;
  }
  recording.close();
  const samples = beds * seconds * (WAVEFORMS.length * RATE_HZ + NUMBERS.length);
  return { msPerS: spentMs / seconds, bytesPerSample: statSync(recording.file).size / samples };
}

function ours(beds: number, seconds: number): Promise<Round> {
  return inFolder(async (folder) => {
    const file = join(folder, 'infuscope.db');
    const writer = openWriter(file);
    await Promise.resolve();
    return record({ file, write: (batch) => writer.commit(batch), close: () => writer.close() }, beds, seconds);
  });
}

function floor(beds: number, seconds: number): Promise<Round> {
  return inFolder(async (folder) => {
    await Promise.resolve();
    return record(new JournalFile(join(folder, 'journal.bin')), beds, seconds);
  });
}

async function figuresFor(setting: Setting, beds: number): Promise<readonly Figure[]> {
  const seconds = setting.isQuick ? 10 : 60;
  setting.tell(`  ${beds} beds, ${seconds} simulated seconds a round`);
  const rounds = await alternate(
    setting,
    () => ours(beds, seconds),
    () => floor(beds, seconds),
  );
  const both = (value: (round: Round) => number): Pick<Figure, 'ours' | 'floor'> => ({
    ours: rounds.ours.map(value),
    floor: rounds.floor.map(value),
  });
  return [
    {
      what: `${beds} beds: time per second recorded`,
      unit: 'ms',
      ...both(({ msPerS }) => msPerS),
      limit: { of: 'ratio', atMost: 4 },
    },
    {
      what: `${beds} beds: bytes per sample`,
      unit: 'B',
      ...both(({ bytesPerSample }) => bytesPerSample),
      limit: { of: 'value', atMost: 3 },
    },
  ];
}

export const p8: Goal = {
  id: 'P8',
  title: 'recorder: time and bytes of the store, 50 and 200 beds',
  needs: [],
  measure: async (setting) => ({
    id: 'P8',
    title: p8.title,
    floor: `the same blocks and numbers appended to one file, fdatasync with each batch, every ${FLUSH_MS} ms of recorded time`,
    figures: [...(await figuresFor(setting, 50)), ...(await figuresFor(setting, 200))],
    remarks: [
      'The store also chains every row by SHA-256 and keeps the overview of each slice; the file does neither.',
      'A virtual disk may confirm what is only in its cache: repeat on the disk that will be used before quoting times.',
    ],
  }),
};
