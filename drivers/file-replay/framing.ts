/**
 * Files on a link. A recording has no wire of its own, so the transport hands its files over in this one, and the driver
 * takes them as it would take bytes of a device.
 *
 *   "FILE" │ kind u8 │ length u32 │ sum of these nine bytes u8 │ content
 *   kind   1 a file begins: its name · 2 a piece of it · 3 it ends: empty, or why it is not all of it · 4 that was all
 */
import { concatBytes, view } from '$drivers/bytes.ts';
import { sum8 } from '$drivers/checksum.ts';
import { cutPieces, noise, noiseToStart, type Piece } from '$drivers/cutting.ts';
import type { CutResult, Decoded, FilePart } from '$drivers/driver.ts';

/** The longest content. */
export const MAX_PIECE_BYTES = 65_536;
const HEAD_BYTES = 10;
export const MAX_REST_BYTES = HEAD_BYTES + MAX_PIECE_BYTES - 1;

const SIGN = [0x46, 0x49, 0x4c, 0x45] as const;
const KINDS = { begins: 1, piece: 2, ends: 3, complete: 4 } as const satisfies Record<FilePart['type'], number>;
const NOTHING = new Uint8Array(0);

/** @throws RangeError for a piece above {@link MAX_PIECE_BYTES}; a name or a reason is cut to it. */
export function wrapPart(part: FilePart): Uint8Array {
  const content = contentOf(part);
  if (content.length > MAX_PIECE_BYTES) throw new RangeError(`a piece of ${content.length} bytes is too long`);
  const head = new Uint8Array(HEAD_BYTES);
  head.set(SIGN);
  head[4] = KINDS[part.type];
  view(head).setUint32(5, content.length, true);
  head[HEAD_BYTES - 1] = sum8(head);
  return concatBytes(head, content);
}

function contentOf(part: FilePart): Uint8Array {
  switch (part.type) {
    case 'begins':
      return new TextEncoder().encode(part.name).subarray(0, MAX_PIECE_BYTES);
    case 'piece':
      return part.bytes;
    case 'ends':
      return new TextEncoder().encode(part.problem ?? '').subarray(0, MAX_PIECE_BYTES);
    case 'complete':
      return NOTHING;
  }
}

/** The payload of a frame is its kind and its content. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The first cut from `from` on; undefined while its end has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  const signed = SIGN.findIndex((byte, i) => from + i < bytes.length && bytes[from + i] !== byte);
  if (signed >= 0) return noiseToStart(bytes, from, SIGN[0], 'no-start');
  if (bytes.length - from < HEAD_BYTES) return undefined;
  const head = bytes.subarray(from, from + HEAD_BYTES);
  const [kind = 0, length, sum] = [head[4], view(head).getUint32(5, true), head[HEAD_BYTES - 1]];
  if (sum !== sum8(head.subarray(0, -1))) return noise(bytes, from, from + 1, 'bad-sum');
  if (kind < 1 || kind > 4 || length > MAX_PIECE_BYTES) return noise(bytes, from, from + 1, 'bad-length');
  const end = from + HEAD_BYTES + length;
  if (end > bytes.length) return undefined;
  const wire = new Uint8Array(bytes.subarray(from, end));
  const payload = concatBytes(wire.subarray(4, 5), wire.subarray(HEAD_BYTES));
  return { cuts: [{ kind: 'frame', wire, payload }], end };
}

export function decode(payload: Uint8Array): Decoded<FilePart> {
  const content = payload.subarray(1);
  const text = (): string => new TextDecoder().decode(content);
  if (payload.length === 0) return { ok: false, why: 'too-short', detail: `${payload.length} bytes` };
  switch (payload[0]) {
    case KINDS.begins:
      return { ok: true, message: { type: 'begins', name: text() } };
    case KINDS.piece:
      return { ok: true, message: { type: 'piece', bytes: content } };
    case KINDS.ends:
      return { ok: true, message: content.length === 0 ? { type: 'ends' } : { type: 'ends', problem: text() } };
    case KINDS.complete:
      return { ok: true, message: { type: 'complete' } };
    default:
      return { ok: false, why: 'unknown-code', detail: `kind ${payload[0] ?? 0}` };
  }
}

export function describe(part: FilePart): string {
  switch (part.type) {
    case 'begins':
      return `file ${part.name}`;
    case 'piece':
      return `${part.bytes.length} bytes of it`;
    case 'ends':
      return part.problem === undefined ? 'the file is whole' : `the file ends: ${part.problem}`;
    case 'complete':
      return 'that was the recording';
  }
}
