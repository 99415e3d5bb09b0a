/** The driver folded by hand, and an oximeter made of frames that the test itself sums up. */
import { concatBytes } from '$drivers/bytes.ts';
import { packNumbers } from '$drivers/nonin/codec-packets.ts';
import { nonin } from '$drivers/nonin/index.ts';
import type { Message, PacketNumbers, Query } from '$drivers/nonin/messages.ts';
import type { State } from '$drivers/nonin/session.ts';
import { FoldedDriver } from '../../support/folded-driver.ts';
import { CAPTURED_PACKET } from './vectors.ts';

export const SET_FORMAT = (number: number): string => `02 70 02 02 ${number.toString(16).padStart(2, '0')} 03`;

export class Bench extends FoldedDriver<Message, Query, State> {
  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    super({ ...nonin, start: (context) => nonin.start({ ...context, settings }) });
  }

  /** Receives these bytes every `everyMs` up to `until`. */
  stream(until: number, everyMs: number, bytes: Uint8Array): this {
    while (this.now + everyMs <= until) this.waitUntil(this.now + everyMs).receive(bytes);
    return this;
  }
}

const PUBLISHED: PacketNumbers = {
  rate: 72,
  saturation: 97,
  revision: 0x30,
  timer: 0,
  stat2: 0,
  saturationDisplayed: 97,
  saturationFast: 97,
  saturationBeatToBeat: 97,
  extendedRate: 72,
  extendedSaturation: 97,
  extendedSaturationDisplayed: 97,
  rateDisplayed: 72,
  extendedRateDisplayed: 72,
};

export const numbersWith = (changes: Partial<PacketNumbers>): PacketNumbers => ({ ...PUBLISHED, ...changes });

/** A frame of five bytes around three or four, with the sum that the description asks for. */
const summed = (...bytes: readonly number[]): Uint8Array =>
  Uint8Array.of(...bytes, bytes.reduce((sum, byte) => sum + byte, 0) % 256);

export interface PacketParts {
  readonly format?: 'df2' | 'df7';
  readonly numbers?: Partial<PacketNumbers>;
  readonly pleth?: (place: number) => number;
  /** Bits besides the always-set one and the sync bit. */
  readonly status?: (place: number) => number;
}

/** The 25 frames of a packet. */
export function framesWith({ format = 'df2', numbers = {}, pleth, status }: PacketParts = {}): readonly Uint8Array[] {
  const data = packNumbers(numbersWith(numbers));
  return Array.from({ length: 25 }, (_, place) => {
    const height = pleth?.(place) ?? 1;
    const bits = 0x80 | (place === 0 ? 1 : 0) | (status?.(place) ?? 0);
    const byte = data[place] ?? 0;
    return format === 'df2' ? summed(1, bits, height, byte) : summed(bits, height >> 8, height & 0xff, byte);
  });
}

export const packetWith = (parts: PacketParts = {}): Uint8Array => concatBytes(...framesWith(parts));

/** The captured packet with each frame's pleth in sixteen bits and the sums of format 7. */
export const capturedAsDf7 = (): Uint8Array =>
  concatBytes(
    ...Array.from({ length: 25 }, (_, place) => {
      const [, status = 0, pleth = 0, data = 0] = CAPTURED_PACKET.subarray(place * 5);
      return summed(status, pleth, 0, data);
    }),
  );
