import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { catchError, firstValueFrom, ignoreElements, of, switchMap } from 'rxjs';
import { afterAll, describe, expect, test } from 'vitest';
import type { FilePart } from '$drivers/driver.ts';
import { fileConnect, readFileParts } from '$drivers/transport/file.server.ts';

const directory = mkdtempSync(join(tmpdir(), 'infuscope-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** A reading that keeps the parts as they are, and has what follows "with " in a header as its companions. */
function reading() {
  const parts: FilePart[] = [];
  return {
    parts,
    companions: (name: string, bytes: Uint8Array) =>
      name.endsWith('.hea') ? new TextDecoder().decode(bytes).split(' ').slice(1) : [],
    maxPieceBytes: 1000,
    wrap: (part: FilePart) => {
      parts.push(part.type === 'piece' ? { ...part, bytes: new Uint8Array(part.bytes) } : part);
      return new Uint8Array(0);
    },
  };
}

async function partsOf(path: string, maxBytes = 1e6) {
  const wanted = reading();
  await readFileParts({ path, reading: wanted, maxBytes });
  return wanted.parts;
}

const textIn = (parts: readonly FilePart[]) =>
  parts.flatMap((part) => (part.type === 'piece' ? [new TextDecoder().decode(part.bytes)] : [])).join('');

/** Bytes that gzip cannot make smaller. */
const noise = new Uint8Array(50_000);
for (let i = 0, seed = 1; i < noise.length; i += 1) {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  noise[i] = seed >>> 24;
}

describe('what the link of a file carries', () => {
  test('is the file in pieces, then those that belong to it and exist, then the word that this was all', async () => {
    file('b.dat', 'second');
    expect(await partsOf(file('a.hea', 'with b.dat c.dat'))).toEqual([
      { type: 'begins', name: 'a.hea' },
      { type: 'piece', bytes: new TextEncoder().encode('with b.dat c.dat') },
      { type: 'ends' },
      { type: 'begins', name: 'b.dat' },
      { type: 'piece', bytes: new TextEncoder().encode('second') },
      { type: 'ends' },
      { type: 'complete' },
    ]);
    expect((await partsOf(file('long', 'x'.repeat(2500)))).filter(({ type }) => type === 'piece')).toHaveLength(3);
  });

  test('is unpacked when it is packed, in one member or several', async () => {
    expect(textIn(await partsOf(file('a.gz', gzipSync('packed'))))).toBe('packed');
    expect(textIn(await partsOf(file('b.gz', Buffer.concat([gzipSync('one '), gzipSync('two')]))))).toBe('one two');
  });

  test('of a packed file that is cut off is what stands before the cut, and that it is cut', async () => {
    const packed = gzipSync(noise);
    const parts = await partsOf(file('cut.gz', packed.subarray(0, 30_000)));
    const bytes = parts.flatMap((part) => (part.type === 'piece' ? Array.from(part.bytes) : []));
    expect(bytes.length).toBeGreaterThan(25_000);
    expect(bytes).toEqual(Array.from(noise.subarray(0, bytes.length)));
    expect(parts).toContainEqual({ type: 'ends', problem: 'cut.gz is cut off; what stands before is used.' });
  });

  test('of a damaged one is what stands before the damage, and that it is damaged', async () => {
    const packed = gzipSync(noise).fill(0xff, 20_000, 20_400);
    const parts = await partsOf(file('bad.gz', packed));
    expect(parts.at(-2)).toEqual({ type: 'ends', problem: 'bad.gz is damaged; what stands before is used.' });
  });
});

describe('a file that cannot be played ends the link with a sentence', () => {
  const failureOf = (path: string, maxBytes = 1e6) =>
    firstValueFrom(
      fileConnect({ path, reading: reading(), maxBytes })().pipe(
        switchMap((link) => link.bytes$),
        ignoreElements(),
        catchError((failure: unknown) => of(failure)),
      ),
    );

  test('when it is not there, or a directory', async () => {
    const missing = join(directory, 'none.vital');
    expect(await failureOf(missing)).toMatchObject({ why: 'missing', message: `There is no file ${missing}.` });
    expect(await failureOf(directory)).toMatchObject({ message: `${directory} is a directory; name a file.` });
  });

  test('when it is too large, unpacked: a small file that claims to hold gigabytes is stopped', async () => {
    const bomb = file('bomb.gz', gzipSync(new Uint8Array(50 * 2 ** 20)));
    const sentence = 'bomb.gz is too large: a recording may have 1 MiB, unpacked and all files together.';
    expect(await failureOf(bomb, 2 ** 20)).toMatchObject({ why: 'other', message: sentence });
    file('large.dat', new Uint8Array(2 ** 20));
    expect(await failureOf(file('l.hea', 'with large.dat'), 2 ** 20)).toMatchObject({ why: 'other' });
  });
});

test('a link that was closed says no more', async () => {
  const wanted = reading();
  const options = { path: file('closing', 'x'.repeat(5000)), reading: wanted };
  await firstValueFrom(fileConnect(options)().pipe(switchMap((link) => link.bytes$)));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(wanted.parts.length).toBeLessThan(4);
});
