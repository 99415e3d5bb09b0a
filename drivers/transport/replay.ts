/**
 * A recording as a link: what a device once sent arrives again, at its own times or at a chosen number of bytes a second.
 * What is sent to it is swallowed, for nobody is there to answer.
 */
import { Observable, type SchedulerLike } from 'rxjs';
import { LinkFailure, type Connect, type Link } from '../link.ts';

/** Bytes as a capture holds them; `out` is what the station sent then. Times in ms from any origin, never decreasing. */
export interface RecordedBytes {
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly bytes: Uint8Array;
}

export interface ReplayOptions {
  readonly scheduler: SchedulerLike;
  /** How much faster than it was, above 0; 1 unless told. Infinity gives everything in one go. */
  readonly speed?: number;
  /** After the last byte: `silence` keeps the link open as a device that says no more; `closed` ends it, and a runner begins again. */
  readonly atEnd?: 'silence' | 'closed';
}

/** As a UART hands them over: one read for so much of time. */
const READ_MS = 20;

/** Plays the received bytes of a capture; the first of them comes at once. */
export function replayRecords(records: Iterable<RecordedBytes>, options: ReplayOptions): Connect {
  return () =>
    new Observable<Link>((out) => {
      const end = () => {
        if (options.atEnd === 'closed') out.error(new LinkFailure('ended', 'The recording has ended.'));
      };
      out.next({ bytes$: play(records, options, end), send: () => Promise.resolve() });
    });
}

/** Plays a plain byte file at a steady rate, in reads of 20 ms each. */
export function replayBytes(bytes: Uint8Array, bytesPerSecond: number, options: ReplayOptions): Connect {
  return replayRecords({ [Symbol.iterator]: () => cutIntoReads(bytes, bytesPerSecond) }, options);
}

function play(records: Iterable<RecordedBytes>, options: ReplayOptions, end: () => void): Observable<Uint8Array> {
  const { scheduler, speed = 1 } = options;
  return new Observable((out) => {
    const received = onlyReceived(records);
    const beganAt = scheduler.now();
    let next = received.next();
    const firstMs = next.done ? 0 : next.value.atMs;
    const dueInMs = ({ atMs }: RecordedBytes) => beganAt + (atMs - firstMs) / speed - scheduler.now();
    return scheduler.schedule(function () {
      while (!out.closed && !next.done && dueInMs(next.value) <= 0) {
        out.next(new Uint8Array(next.value.bytes));
        next = received.next();
      }
      if (next.done) end();
      else this.schedule(undefined, dueInMs(next.value));
    });
  });
}

function* onlyReceived(records: Iterable<RecordedBytes>): Generator<RecordedBytes, undefined> {
  for (const record of records) if (record.direction === 'in') yield record;
  return undefined;
}

function* cutIntoReads(bytes: Uint8Array, bytesPerSecond: number): Generator<RecordedBytes, undefined> {
  const step = (bytesPerSecond * READ_MS) / 1000;
  for (let read = 0; read * step < bytes.length; read += 1) {
    const chunk = bytes.subarray(Math.floor(read * step), Math.floor((read + 1) * step));
    if (chunk.length > 0) yield { atMs: read * READ_MS, direction: 'in', bytes: chunk };
  }
  return undefined;
}
