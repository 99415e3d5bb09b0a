/**
 * Frames ⇄ messages, both ways, because the simulator speaks with the same words. Numbers inside data are little endian. Of a
 * batch one public program knows these places, and nothing of the bytes between them:
 *
 *   34 u32 software version · 38 u32 serial number · 45 u16 drop size · 47 u16 flow rate, tenths of mL/h
 *   163 u32 volume remaining, hundredths of mL · 167 u32 volume infused, hundredths of mL
 */
import { view } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { openFrame, wrapFrame, type FrameContent } from './framing.ts';
import { BATCH, COMMAND, PC, PUMP, THIS_IS_PC, type Batch, type Message, type Query } from './messages.ts';

export const LEAST_BATCH_BYTES = 171;

export const encode = ({ sequence }: Query): Uint8Array =>
  wrapFrame({ target: PUMP, sender: PC, type: COMMAND, sequence, data: Uint8Array.of(THIS_IS_PC) });

/** Reads one frame as `cut` delivers it. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const frame = openFrame(payload);
  if (!frame) return { ok: false, why: 'malformed', detail: 'no whole frame' };
  const { target, sender, type, sequence, data, isSumRight } = frame;
  const envelope = { target, sender, sequence, isSumRight };
  if (isThisIsPc(frame)) return { ok: true, message: { kind: 'this-is-pc', ...envelope } };
  if (type !== BATCH || target !== PC) {
    return { ok: true, message: { kind: 'other', ...envelope, type, dataBytes: data.length } };
  }
  if (data.length < LEAST_BATCH_BYTES) {
    return { ok: false, why: 'too-short', detail: `a batch with ${data.length} bytes of data` };
  }
  const at = view(data);
  const batch: Batch = {
    kind: 'batch',
    ...envelope,
    softwareVersion: at.getUint32(34, true),
    serial: at.getUint32(38, true),
    rateMlPerHour: at.getUint16(47, true) / 10,
    volumeRemainingMl: at.getUint32(163, true) / 100,
    volumeInfusedMl: at.getUint32(167, true) / 100,
  };
  return { ok: true, message: batch };
}

export const isThisIsPc = ({ target, sender, type, data }: FrameContent): boolean =>
  target === PUMP && sender === PC && type === COMMAND && data.length === 1 && data[0] === THIS_IS_PC;

/** The known part of a batch; the rest of its bytes stay what they are. The simulator's half of the codec. */
export function writeBatch(
  data: Uint8Array,
  batch: Pick<Batch, 'softwareVersion' | 'serial' | 'rateMlPerHour' | 'volumeRemainingMl' | 'volumeInfusedMl'>,
): Uint8Array {
  const written = new Uint8Array(data);
  const at = view(written);
  at.setUint32(34, batch.softwareVersion, true);
  at.setUint32(38, batch.serial, true);
  at.setUint16(47, Math.round(batch.rateMlPerHour * 10), true);
  at.setUint32(163, hundredths(batch.volumeRemainingMl), true);
  at.setUint32(167, hundredths(batch.volumeInfusedMl), true);
  return written;
}

/** Never more than was counted: the rest is cut off. */
const hundredths = (ml: number): number => Math.floor(ml * 100 + 1e-6);
