/**
 * One channel's samples in a FLAC frame (RFC 9639 §9.2).
 *
 *   bits   1 zero │ 6 type │ 1 wasted bits follow (unary) │ content
 *   type   0 constant: one sample · 1 verbatim: all samples · 8–12 fixed predictor of order 0–4 ·
 *          32–63 linear predictor of order 1–32: warm-up samples, 4 precision−1, 5 shift, coefficients
 *   rest   2 method │ 4 partition order │ for each partition: 4 or 5 Rice parameter, or all ones: 5 width of plain numbers
 */
import type { BitReader } from './bit-reader.ts';

/** What each fixed predictor makes of the samples before, the newest first. */
const FIXED: readonly (readonly number[])[] = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

/** @returns undefined when a code is reserved or the bytes end. */
export function readSubframe(bits: BitReader, blockSize: number, width: number): Int32Array | undefined {
  if (bits.unsigned(1) !== 0) return undefined;
  const type = bits.unsigned(6);
  const wasted = bits.unsigned(1) === 1 ? bits.zeros() + 1 : 0;
  const used = width - wasted;
  if (used <= 0 || bits.isPastEnd) return undefined;
  const samples = readContent(bits, type, new Int32Array(blockSize), used);
  if (!samples || bits.isPastEnd) return undefined;
  return wasted === 0 ? samples : samples.map((sample) => sample << wasted);
}

function readContent(bits: BitReader, type: number, samples: Int32Array, width: number): Int32Array | undefined {
  if (type === 0) return samples.fill(bits.signed(width));
  if (type === 1) return plain(bits, samples, 0, samples.length, width) ? samples : undefined;
  const fixed = type >= 8 ? FIXED[type - 8] : undefined;
  if (fixed) return predicted(bits, samples, width, fixed.length, () => ({ coefficients: fixed, shift: 0 }));
  if (type < 32) return undefined;
  return predicted(bits, samples, width, type - 31, () => readPredictor(bits, type - 31));
}

interface Predictor {
  readonly coefficients: readonly number[];
  readonly shift: number;
}

function readPredictor(bits: BitReader, order: number): Predictor | undefined {
  const precision = bits.unsigned(4) + 1;
  const shift = bits.signed(5);
  const coefficients = Array.from({ length: order }, () => bits.signed(precision));
  return precision === 16 || shift < 0 ? undefined : { coefficients, shift };
}

function predicted(
  bits: BitReader,
  samples: Int32Array,
  width: number,
  order: number,
  read: () => Predictor | undefined,
): Int32Array | undefined {
  if (order > samples.length || !plain(bits, samples, 0, order, width)) return undefined;
  const predictor = read();
  if (!predictor || !readResidual(bits, samples, order)) return undefined;
  const { coefficients, shift } = predictor;
  const scale = 2 ** shift;
  for (let i = order; i < samples.length; i += 1) {
    let sum = 0;
    for (let tap = 0; tap < order; tap += 1) sum += (coefficients[tap] ?? 0) * (samples[i - 1 - tap] ?? 0);
    samples[i] = (samples[i] ?? 0) + Math.floor(sum / scale);
  }
  return samples;
}

/** What the predictor misses, put where the samples will stand. */
function readResidual(bits: BitReader, samples: Int32Array, order: number): boolean {
  const method = bits.unsigned(2);
  if (method > 1) return false;
  const parameterBits = method === 0 ? 4 : 5;
  const partitions = 2 ** bits.unsigned(4);
  const size = samples.length / partitions;
  if (!Number.isInteger(size) || size < order) return false;
  for (let partition = 0; partition < partitions; partition += 1) {
    const [from, to] = [partition === 0 ? order : partition * size, (partition + 1) * size];
    const parameter = bits.unsigned(parameterBits);
    const isPlain = parameter === 2 ** parameterBits - 1;
    const isRead = isPlain
      ? plain(bits, samples, from, to, bits.unsigned(5))
      : rice(bits, samples, from, to, parameter);
    if (!isRead) return false;
  }
  return true;
}

function plain(bits: BitReader, samples: Int32Array, from: number, to: number, width: number): boolean {
  for (let i = from; i < to && !bits.isPastEnd; i += 1) samples[i] = bits.signed(width);
  return !bits.isPastEnd;
}

function rice(bits: BitReader, samples: Int32Array, from: number, to: number, parameter: number): boolean {
  for (let i = from; i < to && !bits.isPastEnd; i += 1) {
    const folded = bits.zeros() * 2 ** parameter + bits.unsigned(parameter);
    samples[i] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }
  return !bits.isPastEnd;
}
