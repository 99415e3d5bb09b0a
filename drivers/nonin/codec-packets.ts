/** Formats 2 and 7, both ways: the numbers of a packet are spread over the fourth byte of its 25 frames. */
import {
  FRAMES_PER_PACKET,
  FRAME_BYTES,
  NO_RATE,
  NO_SATURATION,
  PACKET_FIELDS,
  PERFUSION,
  PLETH_FORMATS,
  STATUS,
  type PacketField,
  type PlethFormat,
} from './layout-table.ts';
import { sealFrame } from './framing.ts';
import type { Measured, Packet, PacketNumbers, PlethFrame, Quality } from './messages.ts';

const LAST_SATURATION = 100;

/** Reads what `cut` took for frames of this format; the numbers only when all 25 are there. */
export function readPacket(wire: Uint8Array, format: PlethFormat): Packet {
  const { statusAt, plethBytes } = PLETH_FORMATS[format];
  const dataAt = statusAt + 1 + plethBytes;
  const frames: PlethFrame[] = [];
  const data: number[] = [];
  for (let at = 0; at < wire.length; at += FRAME_BYTES) {
    const [high = 0, low = 0] = wire.subarray(at + statusAt + 1);
    frames.push({ status: wire[at + statusAt] ?? 0, pleth: plethBytes === 1 ? high : (high << 8) | low });
    data.push(wire[at + dataAt] ?? 0);
  }
  return frames.length < FRAMES_PER_PACKET
    ? { kind: 'packet', format, frames }
    : { kind: 'packet', format, frames, numbers: readNumbers(data) };
}

/** One frame; `data` is the byte of {@link packNumbers} at its place in the packet. */
export function writeFrame(format: PlethFormat, { status, pleth }: PlethFrame, data: number): Uint8Array {
  return format === 'df2'
    ? sealFrame(Uint8Array.of(PLETH_FORMATS.df2.mark, status, pleth, data))
    : sealFrame(Uint8Array.of(status, pleth >> 8, pleth & 0xff, data));
}

/** What the oximeter thinks of its signal, from a frame's status byte. */
export function qualityOf(status: number): Quality {
  const known = {
    isSensorOff: (status & (STATUS.disconnected | STATUS.sensorAlarm)) !== 0,
    isArtefact: (status & STATUS.artefact) !== 0,
    isOutOfTrack: (status & STATUS.outOfTrack) !== 0,
  };
  const perfusion = PERFUSION_NAMES.get(status & STATUS.perfusion);
  return perfusion ? { ...known, perfusion } : known;
}

const PERFUSION_NAMES: ReadonlyMap<number, NonNullable<Quality['perfusion']>> = new Map([
  [PERFUSION.good, 'good'],
  [PERFUSION.marginal, 'marginal'],
  [PERFUSION.low, 'low'],
]);

export const measuredRate = (raw: number): Measured =>
  raw === NO_RATE ? 'absent' : raw > NO_RATE ? 'impossible' : raw;

export const measuredSaturation = (raw: number): Measured =>
  raw === NO_SATURATION ? 'absent' : raw > LAST_SATURATION ? 'impossible' : raw;

/** The number on the wire. What is impossible cannot be written: it goes out as absent. */
export const rawRate = (rate: Measured): number => (typeof rate === 'number' ? rate : NO_RATE);
export const rawSaturation = (saturation: Measured): number =>
  typeof saturation === 'number' ? saturation : NO_SATURATION;

/** Seven bits a byte. With eight (a public program does so) every rate from 128 on is wrong. */
const joinRate = (high: number, low: number): number => ((high & 0x03) << 7) | (low & 0x7f);
const joinCount = (high: number, low: number): number => ((high & 0x7f) << 7) | (low & 0x7f);

function readNumbers(data: readonly number[]): PacketNumbers {
  const byte = (field: PacketField): number => data[PACKET_FIELDS[field].frame] ?? 0;
  const next = (field: PacketField): number => data[PACKET_FIELDS[field].frame + 1] ?? 0;
  const rate = (field: PacketField): Measured => measuredRate(joinRate(byte(field), next(field)));
  const saturation = (field: PacketField): Measured => measuredSaturation(byte(field));
  return {
    rate: rate('rate'),
    saturation: saturation('saturation'),
    revision: byte('revision'),
    timer: joinCount(byte('timer'), next('timer')),
    stat2: byte('stat2'),
    saturationDisplayed: saturation('saturationDisplayed'),
    saturationFast: saturation('saturationFast'),
    saturationBeatToBeat: saturation('saturationBeatToBeat'),
    extendedRate: rate('extendedRate'),
    extendedSaturation: saturation('extendedSaturation'),
    extendedSaturationDisplayed: saturation('extendedSaturationDisplayed'),
    rateDisplayed: rate('rateDisplayed'),
    extendedRateDisplayed: rate('extendedRateDisplayed'),
  };
}

/** The data bytes of the 25 frames; reserved ones are 0. */
export function packNumbers(numbers: PacketNumbers): Uint8Array {
  const data = new Uint8Array(FRAMES_PER_PACKET);
  let field: PacketField;
  for (field in PACKET_FIELDS) {
    const { frame, is } = PACKET_FIELDS[field];
    const value = numbers[field];
    if (is === 'rate') data.set(splitByte(rawRate(value)), frame);
    else if (is === 'count') data.set(splitByte(Number(value)), frame);
    else data[frame] = is === 'saturation' ? rawSaturation(value) : Number(value);
  }
  return data;
}

const splitByte = (value: number): readonly [number, number] => [(value >> 7) & 0x7f, value & 0x7f];
