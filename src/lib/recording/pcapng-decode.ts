/**
 * Reads pcapng as anybody writes it: either byte order, any time resolution, several sections with their own interfaces.
 * Blocks of other types are skipped by their length and counted. Where the file ends inside a block or contradicts itself,
 * everything before that place is given, with a statement. The layout stands in `pcapng.ts`.
 */
import { fail, ok, type Result, wallMs, type WallMs } from '$lib/domain/index.ts';
import {
  BLOCK,
  BYTE_ORDER_MAGIC,
  type Direction,
  LINKTYPE_RTAC_SERIAL,
  OPTION,
  padded,
  SERIAL_HEADER_BYTES,
} from './pcapng.ts';

export interface CapturedInterface {
  readonly linkType: number;
  readonly name?: string;
  readonly description?: string;
}

export interface CapturedPacket {
  /** Index into {@link Capture.interfaces}. */
  readonly link: number;
  readonly wallTime: WallMs;
  /** As the packet's flags, or else the serial header, say. */
  readonly direction: Direction;
  /** What went over the link: without the twelve bytes in front where the link is serial, otherwise the whole packet. */
  readonly bytes: Uint8Array;
  /** Bytes that were on the link but are not in the file. */
  readonly missingBytes: number;
  readonly comment?: string;
}

export interface Capture {
  readonly interfaces: readonly CapturedInterface[];
  readonly packets: readonly CapturedPacket[];
  readonly skippedBlocks: number;
  /** Where and why reading stopped before the end of the file; absent when it is whole. */
  readonly stopped?: { readonly offset: number; readonly why: 'cut-short' | 'contradicts-itself' };
}

interface Link {
  readonly index: number;
  readonly linkType: number;
  readonly ticksPerMs: number;
  readonly offsetMs: number;
}

/** What holds from one section header to the next. */
interface Section {
  readonly isLittleEndian: boolean;
  readonly links: Link[];
}

interface Found {
  readonly interfaces: CapturedInterface[];
  readonly packets: CapturedPacket[];
  skippedBlocks: number;
}

const LEAST_BLOCK_BYTES = 12;
const decoder = new TextDecoder();

/** Never throws. @returns a failure only when the bytes do not begin like a pcapng file. */
export function decodePcapng(bytes: Uint8Array): Result<Capture, 'not-pcapng'> {
  const found: Found = { interfaces: [], packets: [], skippedBlocks: 0 };
  let section = sectionAt(bytes, 0);
  if (!section) return fail('not-pcapng');
  let offset = 0;
  while (offset < bytes.length) {
    section = sectionAt(bytes, offset) ?? section;
    const length = blockLength(bytes, offset, section);
    if (typeof length === 'string') return ok({ ...found, stopped: { offset, why: length } });
    readBlock(new DataView(bytes.buffer, bytes.byteOffset + offset, length), section, found);
    offset += length;
  }
  return ok(found);
}

/** A new section if one begins here. Its type reads the same in both byte orders, the magic behind it does not. */
function sectionAt(bytes: Uint8Array, offset: number): Section | undefined {
  if (bytes.length - offset < LEAST_BLOCK_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, LEAST_BLOCK_BYTES);
  if (view.getUint32(0) !== BLOCK.section) return undefined;
  if (view.getUint32(8, true) === BYTE_ORDER_MAGIC) return { isLittleEndian: true, links: [] };
  return view.getUint32(8) === BYTE_ORDER_MAGIC ? { isLittleEndian: false, links: [] } : undefined;
}

function blockLength(bytes: Uint8Array, offset: number, section: Section): number | 'cut-short' | 'contradicts-itself' {
  const left = bytes.length - offset;
  if (left < LEAST_BLOCK_BYTES) return 'cut-short';
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, left);
  const length = view.getUint32(4, section.isLittleEndian);
  if (length < LEAST_BLOCK_BYTES || length % 4 !== 0) return 'contradicts-itself';
  if (length > left) return 'cut-short';
  return view.getUint32(length - 4, section.isLittleEndian) === length ? length : 'contradicts-itself';
}

function readBlock(view: DataView, section: Section, found: Found): void {
  const type = view.getUint32(0, section.isLittleEndian);
  const body = new DataView(view.buffer, view.byteOffset + 8, view.byteLength - LEAST_BLOCK_BYTES);
  if (type === BLOCK.section) return;
  if (type === BLOCK.interface && body.byteLength >= 8) return addLink(body, section, found);
  const packet = type === BLOCK.packet ? packetOf(body, section) : undefined;
  if (packet) found.packets.push(packet);
  else found.skippedBlocks += 1;
}

function addLink(body: DataView, { isLittleEndian, links }: Section, { interfaces }: Found): void {
  const linkType = body.getUint16(0, isLittleEndian);
  const options = optionsOf(body, 8, isLittleEndian);
  const [name, description] = [options.get(OPTION.interfaceName), options.get(OPTION.interfaceDescription)];
  const offset = options.get(OPTION.timeOffset);
  links.push({
    index: interfaces.length,
    linkType,
    ticksPerMs: ticksPerSecond(options.get(OPTION.timeResolution)?.[0] ?? 6) / 1000,
    offsetMs: offset?.length === 8 ? 1000 * Number(viewOf(offset).getBigInt64(0, isLittleEndian)) : 0,
  });
  interfaces.push({
    linkType,
    ...(name && { name: decoder.decode(name) }),
    ...(description && { description: decoder.decode(description) }),
  });
}

/** High bit clear: negative power of ten; set: of two. */
const ticksPerSecond = (resolution: number): number =>
  resolution < 0x80 ? 10 ** resolution : 2 ** (resolution & 0x7f);

/** @returns undefined for a packet of no known interface or with lengths that cannot be. */
function packetOf(body: DataView, { isLittleEndian, links }: Section): CapturedPacket | undefined {
  if (body.byteLength < 20) return undefined;
  const u32 = (offset: number): number => body.getUint32(offset, isLittleEndian);
  const link = links[u32(0)];
  const [captured, original] = [u32(12), u32(16)];
  if (!link || 20 + captured > body.byteLength) return undefined;
  const options = optionsOf(body, 20 + padded(captured), isLittleEndian);
  const data = new Uint8Array(body.buffer, body.byteOffset + 20, captured);
  const flags = options.get(OPTION.packetFlags);
  const comment = options.get(OPTION.comment);
  const isSerial = link.linkType === LINKTYPE_RTAC_SERIAL && captured >= SERIAL_HEADER_BYTES;
  return {
    link: link.index,
    wallTime: wallMs((u32(4) * 2 ** 32 + u32(8)) / link.ticksPerMs + link.offsetMs),
    direction: directionOf(
      flags?.length === 4 ? viewOf(flags).getUint32(0, isLittleEndian) & 3 : 0,
      isSerial ? (data[8] ?? 0) : 0,
    ),
    bytes: isSerial ? data.slice(SERIAL_HEADER_BYTES) : data.slice(),
    missingBytes: Math.max(0, original - captured),
    ...(comment && { comment: decoder.decode(comment) }),
  };
}

/** Events 1 and 3 are the beginning and the end of sending, 2 and 4 of receiving. */
function directionOf(flag: number, event: number): Direction {
  if (flag === 1 || (flag === 0 && (event === 2 || event === 4))) return 'in';
  if (flag === 2 || (flag === 0 && (event === 1 || event === 3))) return 'out';
  return 'none';
}

/** First value of each code; an option that runs over the end of its block ends the list. */
function optionsOf(body: DataView, start: number, isLittleEndian: boolean): ReadonlyMap<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  let offset = start;
  while (offset + 4 <= body.byteLength) {
    const code = body.getUint16(offset, isLittleEndian);
    const length = body.getUint16(offset + 2, isLittleEndian);
    if (code === OPTION.end || offset + 4 + length > body.byteLength) break;
    if (!options.has(code)) options.set(code, new Uint8Array(body.buffer, body.byteOffset + offset + 4, length));
    offset += 4 + padded(length);
  }
  return options;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
