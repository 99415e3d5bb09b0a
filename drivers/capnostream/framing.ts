/**
 * Bytes of the line ⇄ frames, in both directions.
 *
 *   85 │ LEN │ CODE │ payload … │ CHK        LEN counts CODE and payload, CHK is LEN, CODE and payload, XORed
 *
 * Behind the 85 neither 85 nor 80 stands by itself: `80 00` is 80, `80 05` is 85. So an 85 always begins a frame, and a damaged
 * one never takes the next with it. Of what stands between frames up to 64 bytes are one noise, so that the cuts do not
 * depend on the chunks.
 */
import { copyOf, cutPieces, noise, noiseToStart, type Piece } from '../cutting.ts';
import type { CutResult } from '../driver.ts';

const START = 0x85;
const ESCAPE = 0x80;

/** LEN, as many as a byte can count, CHK; each escaped. */
export const MAX_FRAME_BYTES = 1 + 2 * (1 + 0xff + 1);

/** Takes frames out of what was received; the payload of a frame is its CODE and what follows it, unescaped. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The frame of a code and its payload. @throws RangeError when it is longer than LEN can say. */
export function frame(code: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  const length = payload.length + 1;
  if (length > 0xff) throw new RangeError(`a frame of ${length} bytes`);
  const content = Uint8Array.of(length, code, ...payload);
  const wire = [START];
  for (const byte of [...content, xor(content)]) {
    if (byte === START || byte === ESCAPE) wire.push(ESCAPE, byte - ESCAPE);
    else wire.push(byte);
  }
  return Uint8Array.from(wire);
}

/** The first cut from `from` on, and where it ends; undefined while its end has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  return bytes[from] === START ? cutFrame(bytes, from) : noiseToStart(bytes, from, START, 'no-start');
}

function cutFrame(bytes: Uint8Array, from: number): Piece | undefined {
  const content: number[] = [];
  for (let at = from + 1; at < bytes.length;) {
    const [value, next] = unescape(bytes, at);
    if (value === 'incomplete') return undefined;
    if (value === 'start') return noise(bytes, from, next, 'bad-length');
    if (value === 'wrong') return noise(bytes, from, next, 'bad-sum');
    content.push(value);
    at = next;
    const [length = 0] = content;
    if (length === 0) return noise(bytes, from, at, 'bad-length');
    if (content.length === length + 2) return close(bytes, from, at, Uint8Array.from(content));
  }
  return undefined;
}

/** The byte that stands at `at`, and where the next one does. */
function unescape(bytes: Uint8Array, at: number): readonly [number | 'start' | 'wrong' | 'incomplete', next: number] {
  const byte = bytes[at];
  if (byte === undefined) return ['incomplete', at];
  if (byte === START) return ['start', at];
  if (byte !== ESCAPE) return [byte, at + 1];
  const second = bytes[at + 1];
  if (second === undefined) return ['incomplete', at];
  if (second === START) return ['start', at + 1];
  return second === 0 || second === START - ESCAPE ? [ESCAPE + second, at + 2] : ['wrong', at + 2];
}

function close(bytes: Uint8Array, from: number, end: number, content: Uint8Array): Piece {
  const checked = content.subarray(0, -1);
  if (xor(checked) !== content.at(-1)) return noise(bytes, from, end, 'bad-sum');
  return { cuts: [{ kind: 'frame', wire: copyOf(bytes, from, end), payload: checked.slice(1) }], end };
}

const xor = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0);
