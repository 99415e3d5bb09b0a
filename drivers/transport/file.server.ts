/**
 * A recording on this computer's disk as a link: the configured file, the files that belong to it, then silence. What is
 * packed with gzip is handed over unpacked, so that no driver has to; a file that is cut off or damaged gives what stands
 * before, and the reason.
 *
 * The bytes come in pieces, each in a turn of its own of the event loop: nobody's alarm waits for a recording.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { Observable } from 'rxjs';
import type { FileReading } from '../driver.ts';
import { LinkFailure, type Connect, type Link } from '../link.ts';

export interface FileOptions {
  readonly path: string;
  readonly reading: FileReading;
  /** All files together, unpacked; 64 MiB unless told. */
  readonly maxBytes?: number;
}

/** Four hours of a monitor’s waves. Reading them takes the driver most of a second, in which the core does nothing else. */
const MAX_BYTES = 32 * 2 ** 20;

/** The link has failed with `missing` or `denied` when the configured file cannot be read; it stays open when all is told. */
export function fileConnect(options: FileOptions): Connect {
  return () =>
    new Observable<Link>((out) => {
      const bytes$ = new Observable<Uint8Array>((bytes) => {
        let isOpen = true;
        void tell(
          options,
          (chunk) => bytes.next(chunk),
          () => isOpen,
        ).catch((failure: unknown) => bytes.error(failure));
        return () => (isOpen = false);
      });
      out.next({ bytes$, send: () => Promise.resolve() });
    });
}

/** Every chunk that the link of a recording carries, in one array: for those who read it without a link. Rejects as the link fails. */
export async function readFileParts(options: FileOptions): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  await tell(
    options,
    (chunk) => chunks.push(chunk),
    () => true,
  );
  return chunks;
}

async function tell(options: FileOptions, give: (chunk: Uint8Array) => void, isOpen: () => boolean): Promise<void> {
  const { path, reading, maxBytes = MAX_BYTES } = options;
  const first = await readBounded(path, maxBytes).catch((error: unknown) => {
    throw failureOf(path, error);
  });
  const names = reading.companions(basename(path), first.bytes);
  const wrapped = async (name: string, { bytes, problem }: Unpacked): Promise<void> => {
    give(reading.wrap({ type: 'begins', name }));
    for (let at = 0; at < bytes.length && isOpen(); at += reading.maxPieceBytes) {
      give(reading.wrap({ type: 'piece', bytes: bytes.subarray(at, at + reading.maxPieceBytes) }));
      await setImmediate();
    }
    if (isOpen()) give(reading.wrap({ type: 'ends', ...(problem !== undefined && { problem }) }));
  };
  await wrapped(basename(path), first);
  let left = maxBytes - first.bytes.length;
  for (const name of names) {
    const companion = isOpen() ? await readCompanion(join(dirname(path), name), left) : undefined;
    if (!companion) continue;
    left -= companion.bytes.length;
    await wrapped(name, companion);
  }
  if (isOpen()) give(reading.wrap({ type: 'complete' }));
}

/** @returns undefined when there is none: what that means is the reader's to say. */
async function readCompanion(path: string, maxBytes: number): Promise<Unpacked | undefined> {
  try {
    return await readBounded(path, maxBytes);
  } catch (error) {
    const failure = failureOf(path, error);
    if (failure.why === 'missing') return undefined;
    throw failure;
  }
}

interface Unpacked {
  readonly bytes: Uint8Array;
  readonly problem?: string;
}

async function readBounded(path: string, maxBytes: number): Promise<Unpacked> {
  const { size } = await stat(path);
  if (size > maxBytes) throw tooLarge(path, maxBytes);
  const bytes = await readFile(path);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isPacked ? unpack(path, bytes, maxBytes) : { bytes };
}

const tooLarge = (path: string, maxBytes: number): LinkFailure =>
  new LinkFailure(
    'other',
    `${basename(path)} is too large: a recording may have ${Math.round(maxBytes / 2 ** 20)} MiB, unpacked and all files together.`,
  );

/** Outside of this thread; stops as soon as it is too much, whatever a small file claims to hold. */
function unpack(path: string, packed: Uint8Array, maxBytes: number): Promise<Unpacked> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const gunzip = createGunzip();
    const end = (problem?: string): void =>
      resolve({ bytes: Buffer.concat(chunks), ...(problem !== undefined && { problem }) });
    gunzip.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) return void chunks.push(chunk);
      gunzip.destroy();
      reject(tooLarge(path, maxBytes));
    });
    gunzip.on('end', () => end());
    gunzip.on('error', (error: NodeJS.ErrnoException) => {
      const isCut = error.code === 'Z_BUF_ERROR';
      end(
        isCut
          ? `${basename(path)} is cut off; what stands before is used.`
          : `${basename(path)} is damaged; what stands before is used.`,
      );
    });
    gunzip.end(packed);
  });
}

function failureOf(path: string, error: unknown): LinkFailure {
  if (error instanceof LinkFailure) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return new LinkFailure('missing', `There is no file ${path}.`);
  if (code === 'EACCES') return new LinkFailure('denied', `The station may not read ${path}.`);
  if (code === 'EISDIR') return new LinkFailure('other', `${path} is a directory; name a file.`);
  return new LinkFailure('other', `${path} cannot be read: ${String(error)}`);
}
