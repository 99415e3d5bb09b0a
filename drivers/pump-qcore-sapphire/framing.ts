/**
 * Bytes of the line ⇄ frames, alike in both directions.
 *
 *   bb │ target │ 00 │ sender │ type │ size, high byte first │ sequence │ data … │ sum
 *
 * The sum is of all bytes behind `bb`, modulo 256. From PC to pump that is known; whether it holds in the other direction no
 * source has checked. So a frame with another sum is let through when the next frame begins right behind it, which
 * proves its length; what its data are worth is the session's to judge. `bb` may stand inside data: a start is believed by
 * its whole head.
 */
import { concatBytes } from '../bytes.ts';
import { sum8 } from '../checksum.ts';
import { cutPieces, noiseToStart, type Piece } from '../cutting.ts';
import type { CutResult, NoiseReason } from '../driver.ts';

const START = 0xbb;
const HEAD_BYTES = 8;
/** Up to the size, which is where a head can be known. */
const KNOWN_HEAD_BYTES = 7;
const [FIRST_ADDRESS, LAST_ADDRESS] = [100, 103];
/** The highest type that has a name is 26. */
const LAST_TYPE = 31;
/** No source sets a bound; a batch of 171 is known. */
export const MAX_DATA_BYTES = 512;

export const MAX_REST_BYTES = HEAD_BYTES + MAX_DATA_BYTES + 1 + KNOWN_HEAD_BYTES;

export interface FrameContent {
  readonly target: number;
  readonly sender: number;
  readonly type: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** @throws RangeError for more data than a frame may have. */
export function wrapFrame({ target, sender, type, sequence, data }: FrameContent): Uint8Array {
  if (data.length > MAX_DATA_BYTES) throw new RangeError(`a frame with ${data.length} bytes of data`);
  const summed = concatBytes(
    Uint8Array.of(target, 0, sender, type, data.length >> 8, data.length & 0xff, sequence),
    data,
  );
  return concatBytes(Uint8Array.of(START), summed, Uint8Array.of(sum8(summed)));
}

/** Takes a frame as `cut` delivers it apart. @returns undefined when its length is not its own. */
export function openFrame(wire: Uint8Array): (FrameContent & { readonly isSumRight: boolean }) | undefined {
  if (headAt(wire, 0) !== 'start' || wire.length !== lengthAt(wire, 0)) return undefined;
  const [, target = 0, , sender = 0, type = 0, , , sequence = 0] = wire;
  return { target, sender, type, sequence, data: wire.subarray(HEAD_BYTES, -1), isSumRight: isSumRight(wire) };
}

/** Takes frames out of what was received; a payload is the whole frame. Chunks make no difference. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The first cut from `from` on, and where it ends; undefined while that cannot be known yet. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  const head = headAt(bytes, from);
  if (head === 'none') return noise(bytes, from, bytes[from] === START ? 'bad-length' : 'no-start');
  const end = from + lengthAt(bytes, from);
  if (head === 'unfinished' || bytes.length < end) return undefined;
  const wire = bytes.slice(from, end);
  if (isSumRight(wire)) return { cuts: [{ kind: 'frame', wire, payload: wire }], end };
  switch (headAt(bytes, end)) {
    case 'start':
      return { cuts: [{ kind: 'frame', wire, payload: wire }], end };
    case 'unfinished':
      return undefined;
    case 'none':
      return noise(bytes, from, 'bad-sum');
  }
}

/** Whether a frame begins here, by everything that a head has; `unfinished`: by as much of it as has come. */
function headAt(bytes: Uint8Array, at: number): 'start' | 'unfinished' | 'none' {
  const head = bytes.subarray(at, at + KNOWN_HEAD_BYTES);
  const [start = START, target = LAST_ADDRESS, flags = 0, sender = FIRST_ADDRESS, type = 1] = head;
  const isPossible =
    start === START && isAddress(target) && flags === 0 && isAddress(sender) && type >= 1 && type <= LAST_TYPE;
  if (!isPossible) return 'none';
  if (head.length < KNOWN_HEAD_BYTES) return 'unfinished';
  return sizeAt(bytes, at) <= MAX_DATA_BYTES ? 'start' : 'none';
}

const isAddress = (byte: number): boolean => byte >= FIRST_ADDRESS && byte <= LAST_ADDRESS;
const sizeAt = (bytes: Uint8Array, at: number): number => ((bytes[at + 5] ?? 0) << 8) | (bytes[at + 6] ?? 0);
const lengthAt = (bytes: Uint8Array, at: number): number => HEAD_BYTES + sizeAt(bytes, at) + 1;
const isSumRight = (wire: Uint8Array): boolean => sum8(wire.subarray(1, -1)) === wire.at(-1);

/** From here to the next possible start. */
const noise = (bytes: Uint8Array, from: number, why: NoiseReason): Piece | undefined =>
  noiseToStart(bytes, from, START, why);
