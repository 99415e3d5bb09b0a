/**
 * FLAC (RFC 9639) as WFDB's format 516 uses it: every signal of the file is a channel. Decoded here and not by a library,
 * because those at hand answer asynchronously and in floating point, say nothing about damaged frames, and bring six
 * packages or eight megabytes; a recording must be read in one pure step, to the bit, with every check looked at.
 *
 *   "fLaC" │ metadata: 1 last, 7 type, 24 length, content │ … │ frame │ frame │ …
 *   frame   14 sync 3FFE │ 1 zero │ 1 variable │ 4 block size │ 4 rate │ 4 channels │ 3 width │ 1 zero │ number as in UTF-8 │
 *           [8 or 16 block size] │ [8 or 16 rate] │ CRC-8 │ a subframe per channel │ to the byte │ CRC-16
 *
 * A frame whose check fails is passed over; the next good one knows its own place, and what lies between has no value.
 */
import { BitReader } from './bit-reader.ts';
import { crc16, crc8 } from './flac-crc.ts';
import { readSubframe } from './flac-subframe.ts';

/** A sample that no good frame holds. */
export const NO_FLAC_SAMPLE = -(2 ** 31);

/** So many places of damage, and the file is given up there. */
const MOST_DAMAGE = 1000;

export interface DecodedFlac {
  readonly channels: readonly Int32Array[];
  /** Stretches of bytes that are no good frame. */
  readonly damagedPlaces: number;
}

interface StreamInfo {
  readonly blockSize: number;
  readonly channels: number;
  readonly width: number;
  /** 0 when the file does not say. */
  readonly samples: number;
  readonly framesFrom: number;
}

interface Frame {
  readonly at: number;
  readonly channels: readonly Int32Array[];
  readonly nextByte: number;
}

/** @param mostSamples per channel; what goes beyond is left out. @returns undefined when it is no FLAC file. */
export function decodeFlac(bytes: Uint8Array, mostSamples: number): DecodedFlac | undefined {
  const info = readStreamInfo(bytes);
  if (!info) return undefined;
  const frames: Frame[] = [];
  let damagedPlaces = 0;
  let [end, isInDamage] = [0, false];
  for (let at = info.framesFrom; at < bytes.length && damagedPlaces <= MOST_DAMAGE;) {
    const frame = readFrame(bytes, at, info);
    if (frame && frame.at >= end && lengthOf(frame) + frame.at <= mostSamples) {
      frames.push(frame);
      [at, end, isInDamage] = [frame.nextByte, frame.at + lengthOf(frame), false];
    } else {
      if (!isInDamage) damagedPlaces += 1;
      isInDamage = true;
      at = nextSync(bytes, at + 1);
    }
  }
  const length = Math.max(end, Math.min(info.samples, mostSamples));
  return { channels: assemble(frames, info.channels, length), damagedPlaces };
}

const lengthOf = ({ channels }: Frame): number => channels[0]?.length ?? 0;

function assemble(frames: readonly Frame[], count: number, length: number): readonly Int32Array[] {
  return Array.from({ length: count }, (_, channel) => {
    const whole = new Int32Array(length).fill(NO_FLAC_SAMPLE);
    for (const { at, channels } of frames) whole.set(channels[channel] ?? [], at);
    return whole;
  });
}

function nextSync(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    if (bytes[at] === 0xff && ((bytes[at + 1] ?? 0) & 0xfe) === 0xf8) return at;
  }
  return bytes.length;
}

const STREAMINFO_BYTES = 34;

function readStreamInfo(bytes: Uint8Array): StreamInfo | undefined {
  const head = new BitReader(bytes, 0);
  if (head.unsigned(32) !== 0x664c6143) return undefined;
  let info: Omit<StreamInfo, 'framesFrom'> | undefined;
  for (let at = 4, isLast = false; !isLast;) {
    const block = new BitReader(bytes, at);
    isLast = block.unsigned(1) === 1;
    const [type, length] = [block.unsigned(7), block.unsigned(24)];
    if (type === 0 && length === STREAMINFO_BYTES) info = streamInfo(block);
    if (block.isPastEnd) return undefined;
    at += 4 + length;
    if (isLast && info) return { ...info, framesFrom: at };
  }
  return undefined;
}

function streamInfo(bits: BitReader): Omit<StreamInfo, 'framesFrom'> {
  const blockSize = bits.unsigned(16);
  bits.unsigned(16 + 20);
  bits.unsigned(28);
  bits.unsigned(20);
  const channels = bits.unsigned(3) + 1;
  return { blockSize, channels, width: bits.unsigned(5) + 1, samples: bits.unsigned(36) };
}

/** Codes of the block size and of the width; 0 is taken from elsewhere or reserved. */
const BLOCK_SIZES = [0, 192, 576, 1152, 2304, 4608, 0, 0, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768] as const;
const WIDTHS = [0, 8, 12, 0, 16, 20, 24, 32] as const;

function readFrame(bytes: Uint8Array, from: number, info: StreamInfo): Frame | undefined {
  const bits = new BitReader(bytes, from);
  const head = readFrameHead(bits, info);
  if (!head) return undefined;
  const headEnd = bits.alignedByte();
  if (crc8(bytes.subarray(from, headEnd)) !== bits.unsigned(8) || bits.isPastEnd) return undefined;
  const channels: Int32Array[] = [];
  for (let channel = 0; channel < info.channels; channel += 1) {
    const isSide = channel === SIDE_CHANNEL[head.stereo];
    const samples = readSubframe(bits, head.blockSize, head.width + (isSide ? 1 : 0));
    if (!samples) return undefined;
    channels.push(samples);
  }
  const end = bits.alignedByte();
  if (crc16(bytes.subarray(from, end)) !== bits.unsigned(16) || bits.isPastEnd) return undefined;
  return { at: head.at, channels: joined(channels, head.stereo), nextByte: end + 2 };
}

type Stereo = 'apart' | 'left-side' | 'side-right' | 'mid-side';

const SIDE_CHANNEL: Readonly<Record<Stereo, number | undefined>> = {
  apart: undefined,
  'left-side': 1,
  'side-right': 0,
  'mid-side': 1,
};

interface FrameHead {
  readonly at: number;
  readonly blockSize: number;
  readonly width: number;
  readonly stereo: Stereo;
}

function readFrameHead(bits: BitReader, info: StreamInfo): FrameHead | undefined {
  if (bits.unsigned(15) !== 0x7ffc) return undefined;
  const isVariable = bits.unsigned(1) === 1;
  const [sizeCode, rateCode, channelCode, widthCode] = [4, 4, 4, 3].map((count) => bits.unsigned(count));
  if (bits.unsigned(1) !== 0) return undefined;
  const number = readNumber(bits);
  const blockSize =
    sizeCode === 6 ? bits.unsigned(8) + 1 : sizeCode === 7 ? bits.unsigned(16) + 1 : BLOCK_SIZES[sizeCode ?? 0];
  if (rateCode === 12) bits.unsigned(8);
  else if (rateCode === 13 || rateCode === 14) bits.unsigned(16);
  const width = widthCode === 0 ? info.width : WIDTHS[widthCode ?? 3];
  const stereo = stereoOf(channelCode ?? 15, info.channels);
  if (number === undefined || !blockSize || width !== info.width || !stereo || bits.isPastEnd) return undefined;
  return { at: isVariable ? number : number * info.blockSize, blockSize, width, stereo };
}

function stereoOf(code: number, channels: number): Stereo | undefined {
  if (code < 8) return code + 1 === channels ? 'apart' : undefined;
  const joint = (['left-side', 'side-right', 'mid-side'] as const)[code - 8];
  return channels === 2 ? joint : undefined;
}

/** As in UTF-8, up to 36 bits. */
function readNumber(bits: BitReader): number | undefined {
  const first = bits.unsigned(8);
  if (first < 0x80) return first;
  const length = Math.clz32(~(first << 24));
  if (length < 2 || length > 7) return undefined;
  let number = first & (2 ** Math.max(0, 7 - length) - 1);
  for (let i = 1; i < length; i += 1) {
    const next = bits.unsigned(8);
    if ((next & 0xc0) !== 0x80) return undefined;
    number = number * 64 + (next & 0x3f);
  }
  return number;
}

function joined(channels: readonly Int32Array[], stereo: Stereo): readonly Int32Array[] {
  const [a, b] = channels;
  if (stereo === 'apart' || !a || !b) return channels;
  if (stereo === 'left-side') return [a, a.map((left, i) => left - (b[i] ?? 0))];
  if (stereo === 'side-right') return [a.map((side, i) => side + (b[i] ?? 0)), b];
  const right = a.map((mid, i) => (2 * mid + ((b[i] ?? 0) & 1) - (b[i] ?? 0)) / 2);
  return [right.map((value, i) => value + (b[i] ?? 0)), right];
}
