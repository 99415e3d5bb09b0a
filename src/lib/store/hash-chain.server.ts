/**
 * What makes a later edit visible: every entry's and every signal row's hash covers the hash of the one before it in its
 * bed's chain, so that one changed byte breaks the chain there. SHA-256; the canonical bytes are
 *
 *   entry    slot, kinds, wall offset and bed of its row, seq ‖ newline ‖ its line as stored, in UTF-8
 *   signal   slot, number, at, duration, wall, bed, session ‖ newline ‖ data
 *   seal     JSON [session, bed, firstSeq, lastSeq, firstNumber, lastNumber, journal head, signal head], heads in hex
 *
 * with a blank between two values, numbers as JavaScript writes them, `null` for none and texts as JSON.
 *
 * A chain cannot tell that its end was cut off. Whatever else names something that is not there any more tells it: a seal, a
 * snapshot, the list of sessions, the table of contents, an overview. Who cuts off the end together with all of these leaves
 * a recording that is whole and shorter: only a copy of a seal or of a chain's head, kept elsewhere, shows that.
 */
import { hash } from 'node:crypto';
import type { BedId, SessionId } from '$lib/domain/index.ts';

export const HASH_BYTES = 32;

/** Stands before the first link of every chain. */
export const GENESIS: Uint8Array = new Uint8Array(HASH_BYTES);

/** Entries of one bed, slot and commit. */
export interface JournalRow {
  readonly slot: number;
  readonly bed: BedId;
  /** Number of the first entry; the others follow without a hole. */
  readonly seq: number;
  readonly kinds: number;
  /** Calendar minus station time after the last entry, ms; null before the bed's first `clock` entry. */
  readonly wallOffset: number | null;
  /** One per entry, without a newline in it. */
  readonly lines: readonly string[];
}

export interface SignalRow {
  readonly slot: number;
  readonly bed: BedId;
  /** Place in the bed's chain, from 1. */
  readonly number: number;
  readonly session: SessionId;
  readonly at: number;
  readonly duration: number;
  readonly wall: number | null;
  readonly data: Uint8Array;
}

export interface SealRow {
  readonly session: SessionId;
  readonly bed: BedId;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstNumber: number;
  readonly lastNumber: number;
  readonly journalHead: Uint8Array;
  readonly signalHead: Uint8Array;
}

/** The hashes of a row's entries, one behind the other. */
export function journalHashes(before: Uint8Array, row: JournalRow): Uint8Array {
  const head = `${row.slot} ${row.kinds} ${row.wallOffset} ${JSON.stringify(row.bed)}`;
  const hashes = new Uint8Array(HASH_BYTES * row.lines.length);
  let last = before;
  row.lines.forEach((line, index) => {
    last = link(last, `${head} ${row.seq + index}\n${line}`);
    hashes.set(last, HASH_BYTES * index);
  });
  return hashes;
}

/** The hash of one entry of a row. */
export const hashAt = (hashes: Uint8Array, index: number): Uint8Array =>
  hashes.subarray(HASH_BYTES * index, HASH_BYTES * (index + 1));

export function signalHash(before: Uint8Array, row: SignalRow): Uint8Array {
  const { slot, bed, number, session, at, duration, wall, data } = row;
  const texts = `${JSON.stringify(bed)} ${JSON.stringify(session)}`;
  return link(before, `${slot} ${number} ${at} ${duration} ${wall} ${texts}\n`, data);
}

export function sealHash(row: SealRow): Uint8Array {
  const { session, bed, firstSeq, lastSeq, firstNumber, lastNumber, journalHead, signalHead } = row;
  const heads = [hex(journalHead), hex(signalHead)];
  const text = JSON.stringify([session, bed, firstSeq, lastSeq, firstNumber, lastNumber, ...heads]);
  return hash('sha256', text, 'buffer');
}

const NOTHING = new Uint8Array(0);
const MAX_BYTES_PER_UNIT = 3;

/** The bytes that are hashed, put together here for every row of the ward; grows. */
let joined = Buffer.alloc(2 ** 16);

/** SHA-256(before ‖ text ‖ data). In one call: for rows of our length a hash object costs more than the hashing. */
function link(before: Uint8Array, text: string, data: Uint8Array = NOTHING): Uint8Array {
  const most = HASH_BYTES + MAX_BYTES_PER_UNIT * text.length + data.length;
  if (most > joined.length) joined = Buffer.alloc(2 * most);
  joined.set(before);
  const end = HASH_BYTES + joined.write(text, HASH_BYTES);
  joined.set(data, end);
  return hash('sha256', joined.subarray(0, end + data.length), 'buffer');
}

/** Lower case, without blanks. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const isSameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
