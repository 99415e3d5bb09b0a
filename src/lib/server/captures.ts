/**
 * The raw captures that lie in the station's directory, for the Devices page and for download. A name from outside is only
 * ever compared with what the directory holds: no path is made of it.
 */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export interface CaptureFile {
  readonly name: string;
  readonly bytes: number;
  /** Calendar time of the last write, ms since 1970. */
  readonly writtenMs: number;
}

const ENDING = '.pcapng';

/** Newest first; nothing when nothing was captured yet. */
export async function captureFiles(directory: string): Promise<readonly CaptureFile[]> {
  const names = (await entriesOf(directory)).filter((name) => name.endsWith(ENDING));
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(directory, name));
      return { name, bytes: size, writtenMs: mtimeMs };
    }),
  );
  return files.sort((a, b) => b.writtenMs - a.writtenMs);
}

export interface Download {
  readonly stream: ReadableStream<Uint8Array>;
  readonly bytes: number;
}

/** The file as it is at this moment; undefined when the directory holds no such capture. */
export async function openCapture(directory: string, wanted: string): Promise<Download | undefined> {
  const file = (await captureFiles(directory)).find(({ name }) => name === wanted);
  if (file === undefined) return undefined;
  const source = createReadStream(join(directory, file.name), { end: Math.max(0, file.bytes - 1) });
  return { stream: webStream(source), bytes: file.bytes };
}

/** Whether a capture is of this device: `<device>.pcapng` or one of its older files, `<device>.1.pcapng`. */
export function isOf(device: string, { name }: CaptureFile): boolean {
  const stem = encodeURIComponent(device).replaceAll('.', '%2E');
  return name.startsWith(`${stem}.`) && /^(\d+\.)?pcapng$/.test(name.slice(stem.length + 1));
}

async function entriesOf(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Node's stream as the web's: read as fast as it is taken, closed when nobody takes it any more. */
function webStream(source: Readable): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const chunk = await chunks.next();
      if (chunk.done === true) controller.close();
      else controller.enqueue(chunk.value);
    },
    cancel: () => void source.destroy(),
  });
}
