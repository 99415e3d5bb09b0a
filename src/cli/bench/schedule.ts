/**
 * What the pseudo terminals are to say and when, as a file for the player, and the player's log. Little endian:
 *
 *   schedule  u32 count, then per write:  u32 µs after the start · u16 port · u16 length · bytes
 *   log       i64 per write, in the same order: ns of CLOCK_MONOTONIC right before the bytes were handed to the terminal
 */
export interface LineWrite {
  readonly atUs: number;
  readonly port: number;
  readonly bytes: Uint8Array;
}

const COUNT_BYTES = 4;
const HEAD_BYTES = 8;
const STAMP_BYTES = 8;

/** In order of time; writes of the same instant keep their order. */
export const inOrder = <W extends LineWrite>(writes: readonly W[]): readonly W[] =>
  [...writes].sort((a, b) => a.atUs - b.atUs);

/** For each write, how many bytes its terminal will have carried when the last byte of it has arrived. */
export function endsOf(writes: readonly LineWrite[]): readonly number[] {
  const totals = new Map<number, number>();
  return writes.map(({ port, bytes }) => {
    const end = (totals.get(port) ?? 0) + bytes.length;
    totals.set(port, end);
    return end;
  });
}

/** The file for these writes, which must be in order of time. @throws RangeError for more bytes than one write can have */
export function encodeSchedule(writes: readonly LineWrite[]): Uint8Array {
  const size = writes.reduce((sum, { bytes }) => sum + HEAD_BYTES + bytes.length, COUNT_BYTES);
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  view.setUint32(0, writes.length, true);
  let offset = COUNT_BYTES;
  for (const { atUs, port, bytes } of writes) {
    if (bytes.length > 0xffff) throw new RangeError(`a write of ${bytes.length} bytes`);
    view.setUint32(offset, atUs, true);
    view.setUint16(offset + 4, port, true);
    view.setUint16(offset + 6, bytes.length, true);
    file.set(bytes, offset + HEAD_BYTES);
    offset += HEAD_BYTES + bytes.length;
  }
  return file;
}

/** The times of a log, ns; exact up to 104 days after the computer was started. */
export function decodeStamps(log: Uint8Array): Float64Array {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  return Float64Array.from({ length: Math.floor(log.byteLength / STAMP_BYTES) }, (_, i) =>
    Number(view.getBigInt64(i * STAMP_BYTES, true)),
  );
}
