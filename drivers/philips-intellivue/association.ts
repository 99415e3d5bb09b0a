/**
 * Association PDUs: how two ends meet and part. The first byte says which it is.
 *
 *   0D request · 0E response   │ LI │ 14 session bytes │ C1 LI │ fixed block … 81 │ length │ user information │ 16 × 00
 *   0C refuse · 09 release · 0A released · 19 abort   fixed bytes
 *
 * A length indicator (LI) is one byte up to 254, else FF and u16; the user information's own length is one byte up to 127,
 * else 82 and u16. The two fixed blocks are those that all public programs and a real monitor send.
 */
import { concatBytes, fromHex } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { attributeOf, readAttributes, writeAttributes } from './attributes.ts';
import type { Content, PollProfile, UserInformation } from './messages.ts';
import { ATTRIBUTE } from './protocol-codes.ts';
import { longs, Reader } from './wire.ts';

export const SESSION = {
  request: 0x0d,
  response: 0x0e,
  refuse: 0x0c,
  release: 0x09,
  released: 0x0a,
  abort: 0x19,
} as const;

export const SESSION_DATA = fromHex('05 08 13 01 00 16 01 02 80 00 14 02 00 02');
export const PRESENTATION = 0xc1;
export const LONG_INDICATOR = 0xff;

const REQUEST_BLOCK = fromHex(
  `31 80 a0 80 80 01 01 00 00 a2 80 a0 03 00 00 01 a4 80 30 80 02 01 01 06 04 52 01 00 01 30 80 06 02 51 01 00 00 00 00
   30 80 02 01 02 06 0c 2a 86 48 ce 14 02 01 00 00 00 01 01 30 80 06 0c 2a 86 48 ce 14 02 01 00 00 00 02 01 00 00 00 00
   00 00 61 80 30 80 02 01 01 a0 80 60 80 a1 80 06 0c 2a 86 48 ce 14 02 01 00 00 00 03 01 00 00 be 80 28 80 06 0c 2a 86
   48 ce 14 02 01 00 00 00 01 01 02 01 02 81`,
);
const RESPONSE_BLOCK = fromHex(
  `31 80 a0 80 80 01 01 00 00 a2 80 a0 03 00 00 01 a5 80 30 80 80 01 00 81 02 51 01 00 00 30 80 80 01 00 81 0c 2a 86 48
   ce 14 02 01 00 00 00 02 01 00 00 00 00 61 80 30 80 02 01 01 a0 80 61 80 a1 80 06 0c 2a 86 48 ce 14 02 01 00 00 00 03
   01 00 00 a2 03 02 01 00 a3 05 a1 03 02 01 00 be 80 28 80 02 01 02 81`,
);
const TRAILER = new Uint8Array(16);

/** What stands before the user information: in all responses, in a real monitor's, and in requests. */
const INFORMATION_FOLLOWS = [
  fromHex('be 80 28 80 81'),
  fromHex('be 80 28 80 02 01 02 81'),
  fromHex('be 80 28 80 06 0c 2a 86 48 ce 14 02 01 00 00 00 01 01 02 01 02 81'),
];

const FIXED = {
  refuse: fromHex('0c 03 32 01 00'),
  release: fromHex('09 18 c1 16 61 80 30 80 02 01 01 a0 80 62 80 80 01 00 00 00 00 00 00 00 00 00'),
  released: fromHex('0a 18 c1 16 61 80 30 80 02 01 01 a0 80 63 80 80 01 00 00 00 00 00 00 00 00 00'),
  abort: fromHex(
    `19 2e 11 01 03 c1 29 a0 80 a0 80 30 80 02 01 01 06 02 51 01 00 00 00 00 61 80 30 80 02 01 01 a0 80 64 80 80 01 01 00
     00 00 00 00 00 00 00 00 00`,
  ),
};

type Association = Extract<Content, { kind: 'associate' | 'accept' | 'refuse' | 'release' | 'released' | 'abort' }>;

/** The first byte decides; user information that cannot be found is left out. */
export function readAssociation(pdu: Uint8Array): Decoded<Association> {
  switch (pdu[0]) {
    case SESSION.request:
      return { ok: true, message: { kind: 'associate', ...findInformation(pdu) } };
    case SESSION.response:
      return { ok: true, message: { kind: 'accept', ...findInformation(pdu) } };
    case SESSION.refuse:
      return { ok: true, message: { kind: 'refuse' } };
    case SESSION.release:
      return { ok: true, message: { kind: 'release' } };
    case SESSION.released:
      return { ok: true, message: { kind: 'released' } };
    case SESSION.abort:
      return { ok: true, message: { kind: 'abort' } };
    default:
      return { ok: false, why: 'unknown-code', detail: `a PDU that begins with ${pdu[0]?.toString(16)}` };
  }
}

export function writeAssociation(message: Association): Uint8Array {
  switch (message.kind) {
    case 'associate':
      return writeMeeting(SESSION.request, REQUEST_BLOCK, message.information);
    case 'accept':
      return writeMeeting(SESSION.response, RESPONSE_BLOCK, message.information);
    default:
      return FIXED[message.kind];
  }
}

function writeMeeting(first: number, block: Uint8Array, information: UserInformation | undefined): Uint8Array {
  const body = information ? writeInformation(information) : new Uint8Array(0);
  const presentation = concatBytes(block, informationLength(body.length), body, TRAILER);
  const session = concatBytes(
    SESSION_DATA,
    Uint8Array.of(PRESENTATION, ...indicator(presentation.length)),
    presentation,
  );
  return concatBytes(Uint8Array.of(first, ...indicator(session.length)), session);
}

const indicator = (length: number): readonly number[] =>
  length < LONG_INDICATOR ? [length] : [LONG_INDICATOR, length >> 8, length & 0xff];

const informationLength = (length: number): Uint8Array =>
  length < 0x80 ? Uint8Array.of(length) : Uint8Array.of(0x82, length >> 8, length & 0xff);

function findInformation(pdu: Uint8Array): { information?: UserInformation } {
  for (const mark of INFORMATION_FOLLOWS) {
    const at = indexOfBytes(pdu, mark);
    if (at < 0) continue;
    const reader = new Reader(pdu.subarray(at + mark.length));
    const information = readInformation(new Reader(reader.take(readInformationLength(reader))));
    return reader.isShort || !information ? {} : { information };
  }
  return {};
}

function readInformationLength(reader: Reader): number {
  const first = reader.u8();
  if (first < 0x80) return first;
  let length = 0;
  for (let i = 0; i < Math.min(first & 0x7f, 4); i += 1) length = length * 256 + reader.u8();
  return length;
}

function indexOfBytes(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = 0; at + wanted.length <= bytes.length; at += 1) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

function readInformation(reader: Reader): UserInformation | undefined {
  const information: UserInformation = {
    protocolVersion: reader.u32(),
    nomenclatureVersion: reader.u32(),
    functionalUnits: reader.u32(),
    systemType: reader.u32(),
    startupMode: reader.u32(),
    options: readAttributes(reader),
    profiles: readAttributes(reader),
  };
  return reader.isShort ? undefined : information;
}

const writeInformation = (information: UserInformation): Uint8Array =>
  concatBytes(
    longs(
      information.protocolVersion,
      information.nomenclatureVersion,
      information.functionalUnits,
      information.systemType,
      information.startupMode,
    ),
    writeAttributes(information.options),
    writeAttributes(information.profiles),
  );

/** @returns undefined when the other end offers no polling, or offers it in a shape that cannot be read. */
export function readPollProfile({ profiles }: UserInformation): PollProfile | undefined {
  const value = attributeOf(profiles, ATTRIBUTE.pollProfile);
  if (!value) return undefined;
  const reader = new Reader(value);
  const profile = {
    revision: reader.u32(),
    minPollPeriod: reader.u32(),
    maxMtuReceive: reader.u32(),
    maxMtuSend: reader.u32(),
    maxBandwidth: reader.u32(),
    options: reader.u32(),
  };
  const extension = attributeOf(readAttributes(reader), ATTRIBUTE.pollProfileExtension);
  if (reader.isShort) return undefined;
  return extension && extension.length >= 4 ? { ...profile, extOptions: new Reader(extension).u32() } : profile;
}

export function writePollProfile(profile: PollProfile): Uint8Array {
  const { revision, minPollPeriod, maxMtuReceive, maxMtuSend, maxBandwidth, options, extOptions } = profile;
  const packages =
    extOptions === undefined
      ? []
      : [{ id: ATTRIBUTE.pollProfileExtension, value: concatBytes(longs(extOptions), writeAttributes([])) }];
  return concatBytes(
    longs(revision, minPollPeriod, maxMtuReceive, maxMtuSend, maxBandwidth, options),
    writeAttributes(packages),
  );
}
