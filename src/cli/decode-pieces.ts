/** What `infuscope decode` is given, as pieces with times: raw bytes, a capture of the station, or a recording. */
import { readFile } from 'node:fs/promises';
import { fail, ok, type Result } from '$lib/domain/index.ts';
import { decodePcapng, type Capture } from '$lib/recording/pcapng-decode.ts';
import type { AnyDriver, FileReading } from '$drivers/driver.ts';
import { LinkFailure } from '$drivers/link.ts';
import { readFileParts } from '$drivers/transport/file.server.ts';

/** Bytes of the file that came together. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** When the byte before this place in the piece had arrived, ms since the beginning of the file. */
  readonly atMs: (place: number) => number;
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly remark: Readonly<Record<string, unknown>>;
}

/** The file as a link would have given it. The error is a plain sentence. */
export async function readPieces(path: string, driver: AnyDriver, chunk: number): Promise<Result<Pieces, string>> {
  if (driver.file) return readRecordingPieces(path, driver.file);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return fail(`There is no file ${path}.`);
    if (code === 'EISDIR') return fail(`${path} is a directory; name a file.`);
    return fail(`${path} cannot be read: ${String(error)}`);
  }
  const capture = decodePcapng(bytes);
  return ok(capture.ok ? captured(capture.value) : raw(bytes, driver, chunk));
}

/** As the link of a recording gives them: all at once, at the beginning. */
async function readRecordingPieces(path: string, reading: FileReading): Promise<Result<Pieces, string>> {
  try {
    const parts = await readFileParts({ path, reading });
    return ok({ pieces: parts.map((bytes) => ({ bytes, atMs: () => 0 })), remark: {} });
  } catch (failure) {
    if (failure instanceof LinkFailure) return fail(failure.message);
    throw failure;
  }
}

function raw(bytes: Uint8Array, driver: AnyDriver, chunk: number): Pieces {
  const { baudRate = 9600, parity = 'none' } = driver.serial ?? {};
  const msPerByte = (1000 * (parity === 'none' ? 10 : 11)) / baudRate;
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    pieces.push({ bytes: bytes.subarray(at, at + chunk), atMs: (place) => (at + place) * msPerByte });
  }
  return { pieces, remark: {} };
}

function captured({ packets, stopped }: Capture): Pieces {
  const first = packets[0]?.wallTime ?? 0;
  return {
    pieces: packets
      .filter(({ direction }) => direction === 'in')
      .map(({ bytes, wallTime }) => ({ bytes, atMs: () => wallTime - first })),
    remark: stopped === undefined ? {} : { captureEnds: stopped },
  };
}
