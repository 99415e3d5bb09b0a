/**
 * Captures of device traffic as pcapng, so that Wireshark opens them: what we write. Reading is in `pcapng-decode.ts`.
 * Format: draft-ietf-opsawg-pcapng; link type: https://www.tcpdump.org/linktypes/LINKTYPE_RTAC_SERIAL.html
 *
 * Blocks, all numbers little endian, every variable part padded with zeros to four bytes:
 *
 *   any block          u32 type · u32 total length · body · u32 total length
 *   section header     0A0D0D0A: u32 byte order magic · u16 1 · u16 0 · i64 -1 (length unknown) · options
 *   interface          1: u16 link type · u16 0 · u32 0 (no snap length) · options: 2 name, 3 description, 9 time resolution 6 (µs)
 *   enhanced packet    6: u32 interface · u32 time high · u32 time low (µs since 1970) · u32 captured · u32 original · data ·
 *                      options: 2 flags (direction: 1 inbound, 2 outbound), 1 comment
 *   option             u16 code · u16 length · value; the list ends with code 0, length 0
 *
 * The data of a packet on a serial link begins with twelve bytes, big endian:
 *   u32 seconds · u32 microseconds · u8 event (1 sent by us, 2 received, 0 neither) · u8 control lines · u16 0
 */
import type { WallMs } from '$lib/domain/index.ts';

export const LINKTYPE_RTAC_SERIAL = 250;
export const SERIAL_HEADER_BYTES = 12;

export const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
export const OPTION = {
  end: 0,
  comment: 1,
  interfaceName: 2,
  interfaceDescription: 3,
  timeResolution: 9,
  timeOffset: 14,
  application: 4,
  packetFlags: 2,
} as const;

/** Seen from the station: `in` came from the device. `none`: nothing moved, the packet is only a remark. */
export type Direction = 'in' | 'out' | 'none';

const EVENTS: Readonly<Record<Direction, number>> = { none: 0, out: 1, in: 2 };
const FLAGS: Readonly<Record<Direction, number>> = { none: 0, in: 1, out: 2 };
const MICROSECONDS = 6;

interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

const encoder = new TextEncoder();
const textOption = (code: number, text: string): Option => ({ code, value: encoder.encode(text) });

/** Begins a file. More sections may follow in the same file. */
export function sectionBlock(application: string): Uint8Array {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  view.setBigInt64(8, -1n, true);
  return block(BLOCK.section, body, [textOption(OPTION.application, application)]);
}

/** Announces a link; packets name it by its place among the interfaces of their section, from 0. */
export function interfaceBlock(name: string, description: string): Uint8Array {
  const body = new Uint8Array(8);
  new DataView(body.buffer).setUint16(0, LINKTYPE_RTAC_SERIAL, true);
  return block(BLOCK.interface, body, [
    textOption(OPTION.interfaceName, name),
    textOption(OPTION.interfaceDescription, description),
    { code: OPTION.timeResolution, value: Uint8Array.of(MICROSECONDS) },
  ]);
}

export interface SerialPacket {
  readonly link: number;
  /** Calendar time in ms; written to the microsecond. */
  readonly wallTime: WallMs;
  readonly direction: Direction;
  readonly bytes: Uint8Array;
  readonly comment?: string;
}

export function packetBlock({ link, wallTime, direction, bytes, comment }: SerialPacket): Uint8Array {
  const length = SERIAL_HEADER_BYTES + bytes.length;
  const body = new Uint8Array(20 + padded(length));
  const view = new DataView(body.buffer);
  const microseconds = Math.round(wallTime * 1000);
  view.setUint32(0, link, true);
  view.setUint32(4, Math.floor(microseconds / 2 ** 32), true);
  view.setUint32(8, microseconds % 2 ** 32, true);
  view.setUint32(12, length, true);
  view.setUint32(16, length, true);
  view.setUint32(20, Math.floor(microseconds / 1e6));
  view.setUint32(24, microseconds % 1e6);
  view.setUint8(28, EVENTS[direction]);
  body.set(bytes, 20 + SERIAL_HEADER_BYTES);
  const flags = { code: OPTION.packetFlags, value: Uint8Array.of(FLAGS[direction], 0, 0, 0) };
  return block(BLOCK.packet, body, comment === undefined ? [flags] : [flags, textOption(OPTION.comment, comment)]);
}

function block(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const optionBytes = options.reduce((sum, { value }) => sum + 4 + padded(value.length), 4);
  const length = 12 + body.length + optionBytes;
  const whole = new Uint8Array(length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  whole.set(body, 8);
  let offset = 8 + body.length;
  for (const { code, value } of options) {
    view.setUint16(offset, code, true);
    view.setUint16(offset + 2, value.length, true);
    whole.set(value, offset + 4);
    offset += 4 + padded(value.length);
  }
  view.setUint32(length - 4, length, true);
  return whole;
}

/** Rounded up to whole groups of four bytes. */
export const padded = (byteCount: number): number => 4 * Math.ceil(byteCount / 4);
