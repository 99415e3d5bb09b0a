/**
 * zlib, the one thing of Node that this driver uses: a function of its arguments, and older and better tested than any that
 * we would write. The bound is kept while inflating: a message of a kilobyte that stands for a gigabyte costs the bound.
 */
import { deflateSync, inflateSync } from 'node:zlib';

/** @returns why it cannot be inflated: it is more than `maxBytes`, or damaged. */
export function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array | 'too-large' | 'damaged' {
  try {
    return inflateSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge ? 'too-large' : 'damaged';
  }
}

export const deflate = (bytes: Uint8Array): Uint8Array => new Uint8Array(deflateSync(bytes));
