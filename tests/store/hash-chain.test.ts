import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  GENESIS,
  hashAt,
  hex,
  type JournalRow,
  journalHashes,
  sealHash,
  signalHash,
} from '$lib/store/hash-chain.server.ts';
import { BED, SESSION } from './course.ts';

const sha256 = (...parts: (string | Uint8Array)[]): string => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest('hex');
};

/** What is stored for years can be checked by anyone with SHA-256 and the description: these are its words. */
describe('the canonical bytes', () => {
  const row: JournalRow = {
    slot: 3,
    bed: BED,
    seq: 41,
    kinds: 33,
    wallOffset: 0.5,
    lines: ['[30000,"é"]', '[30001,{}]'],
  };

  test('of an entry follow the hash of the entry before it, also within a row', () => {
    const hashes = journalHashes(GENESIS, row);
    const first = sha256(GENESIS, '3 33 0.5 "bed-1" 41\n[30000,"é"]');
    expect(hex(hashAt(hashes, 0))).toBe(first);
    expect(hex(hashAt(hashes, 1))).toBe(sha256(Buffer.from(first, 'hex'), '3 33 0.5 "bed-1" 42\n[30001,{}]'));
    expect(hashes).toHaveLength(64);
  });

  test('of an entry before the calendar is known say null', () => {
    const hashes = journalHashes(GENESIS, { ...row, wallOffset: null, lines: ['[0,{}]'] });
    expect(hex(hashes)).toBe(sha256(GENESIS, '3 33 null "bed-1" 41\n[0,{}]'));
  });

  test('of a signal row end with its data, however long', () => {
    const data = new Uint8Array(200_000).fill(7);
    const signal = { slot: 2, bed: BED, number: 9, session: SESSION, at: 20_000.25, duration: 500, wall: null, data };
    expect(hex(signalHash(GENESIS, signal))).toBe(sha256(GENESIS, '2 9 20000.25 500 null "bed-1" "s-1"\n', data));
  });

  test('of a seal hold both heads', () => {
    const [journalHead, signalHead] = [new Uint8Array(32).fill(0xab), new Uint8Array(32).fill(1)];
    const seal = { session: SESSION, bed: BED, firstSeq: 2, lastSeq: 9, firstNumber: 1, lastNumber: 4 };
    expect(hex(sealHash({ ...seal, journalHead, signalHead }))).toBe(
      sha256(`["s-1","bed-1",2,9,1,4,"${'ab'.repeat(32)}","${'01'.repeat(32)}"]`),
    );
  });
});
