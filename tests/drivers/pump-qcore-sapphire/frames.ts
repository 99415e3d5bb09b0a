/** Frames as a Sapphire might send them, computed: nobody has published a recording. */
import { writeBatch } from '$drivers/pump-qcore-sapphire/codec.ts';
import { wrapFrame } from '$drivers/pump-qcore-sapphire/framing.ts';

export interface BatchValues {
  readonly rate?: number;
  readonly infused?: number;
  readonly remaining?: number;
  readonly serial?: number;
  readonly sequence?: number;
}

export function batch({
  rate = 52.5,
  infused = 17.5,
  remaining = 17.5,
  serial = 1_200_345,
  sequence = 0,
}: BatchValues = {}) {
  const data = writeBatch(new Uint8Array(180).fill(0xbb), {
    softwareVersion: 1305,
    serial,
    rateMlPerHour: rate,
    volumeInfusedMl: infused,
    volumeRemainingMl: remaining,
  });
  return wrapFrame({ target: 103, sender: 101, type: 1, sequence, data });
}

/** The same with a wrong sum. */
export const spoilt = (wire: Uint8Array): Uint8Array =>
  wire.map((byte, i) => (i === wire.length - 1 ? byte ^ 0x5a : byte));
