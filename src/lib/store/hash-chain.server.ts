/**
 * What makes a later edit visible: every row's hash covers the hash of the row before it in its bed's chain, so that one
 * changed byte breaks the chain there. SHA-256; the canonical bytes of a row are
 *
 *   journal  JSON [slot, bed, seq, at, wall, kind] ‖ newline ‖ the stored body text in UTF-8
 *   signal   JSON [slot, bed, number, session, at, duration, wall, envelope length, data length] ‖ newline ‖ envelope ‖ data
 *   seal     JSON [session, bed, firstSeq, lastSeq, firstNumber, lastNumber, journal head, signal head], heads in hex
 *
 * A chain cannot tell that its end was cut off: the seals (and the snapshots, which name an entry) do.
 */
import { createHash } from 'node:crypto';
import type { BedId, SessionId } from '$lib/domain/index.ts';

/** Stands before the first row of every chain. */
export const GENESIS: Uint8Array = new Uint8Array(32);

export interface JournalRow {
  readonly slot: number;
  readonly bed: BedId;
  readonly seq: number;
  readonly at: number;
  /** Calendar time, ms since 1970; null before the bed's first `clock` entry. */
  readonly wall: number | null;
  readonly kind: string;
  readonly body: string;
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
  readonly envelope: Uint8Array;
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

export function journalHash(before: Uint8Array, row: JournalRow): Uint8Array {
  const head = JSON.stringify([row.slot, row.bed, row.seq, row.at, row.wall, row.kind]);
  return createHash('sha256').update(before).update(`${head}\n${row.body}`).digest();
}

export function signalHash(before: Uint8Array, row: SignalRow): Uint8Array {
  const { slot, bed, number, session, at, duration, wall, envelope, data } = row;
  const head = JSON.stringify([slot, bed, number, session, at, duration, wall, envelope.length, data.length]);
  return createHash('sha256').update(before).update(`${head}\n`).update(envelope).update(data).digest();
}

export function sealHash(row: SealRow): Uint8Array {
  const { session, bed, firstSeq, lastSeq, firstNumber, lastNumber, journalHead, signalHead } = row;
  const heads = [hex(journalHead), hex(signalHead)];
  const text = JSON.stringify([session, bed, firstSeq, lastSeq, firstNumber, lastNumber, ...heads]);
  return createHash('sha256').update(text).digest();
}

/** Lower case, without blanks. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const isSameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
