/**
 * Why the store could not do what it was asked, for programs (`why`) and for people (`message`, plain sentences that name
 * the file, what happened and what to do). Nothing was deleted or repaired when one is thrown.
 *
 * `missing` no recording there · `foreign` a file, but not one of ours · `newer`, `older` written by another version ·
 * `damaged` the file contradicts itself · `full` no room on the disk · `denied` no permission or no directory ·
 * `shared` a second program records into it · `io` the disk failed · `out-of-order` the caller broke the journal's numbering ·
 * `other` the message says it.
 */
export type StoreFailureReason =
  | 'missing'
  | 'foreign'
  | 'newer'
  | 'older'
  | 'damaged'
  | 'full'
  | 'denied'
  | 'shared'
  | 'io'
  | 'out-of-order'
  | 'other';

export class StoreFailure extends Error {
  readonly why: StoreFailureReason;
  readonly file: string;

  constructor(why: StoreFailureReason, file: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreFailure';
    this.why = why;
    this.file = file;
  }
}

const SENTENCES = {
  missing: (file: string) =>
    `There is no recording at ${file}. Check the data directory, or start the station once: it makes a new recording.`,
  foreign: (file: string) =>
    `${file} is not a recording of Infuscope. Nothing was changed in it. Choose another data directory, or move the file away.`,
  damaged: (file: string) =>
    `The recording ${file} is damaged. Nothing was changed in it. Stop the station, keep this file and those beside it ` +
    `that end in -wal and -shm, then restore the last backup or start with an empty data directory.`,
  full: (file: string) =>
    `The disk that holds ${file} is full, so nothing more is recorded. Free some space: recording then goes on by itself.`,
  denied: (file: string) =>
    `${file} cannot be opened for recording. Check that its directory exists, that its disk can be written to, and that ` +
    `both belong to the user who runs the station.`,
  shared: (file: string) =>
    `Another program records into ${file}. One recording belongs to one station: stop the other program.`,
  io: (file: string) =>
    `The disk reported an error while the recording ${file} was used. Check the disk and its cable; recording is tried again.`,
} as const;

/** A failure with its usual sentences. `detail`: what the layer below said, for those who repair it. */
export const failure = (why: keyof typeof SENTENCES, file: string, detail?: unknown): StoreFailure =>
  new StoreFailure(
    why,
    file,
    SENTENCES[why](file) + (detail instanceof Error ? ` (${detail.message})` : ''),
    detail === undefined ? undefined : { cause: detail },
  );

/** What `read` makes of stored bytes; what it cannot make anything of is damage. */
export function orDamaged<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw failure('damaged', file, error);
  }
}
