/** The frames of the vendor's protocol definition, three misprinted sums computed anew, and helpers that read and make frames. */
import { concatBytes, fromHex } from '$drivers/bytes.ts';
import { decode, encodeResponse } from '$drivers/draeger-medibus/codec.ts';
import { cut } from '$drivers/draeger-medibus/framing.ts';
import { CODES, type Content, type DeviceAlarmEntry, type Message } from '$drivers/draeger-medibus/messages.ts';

export const VECTORS = {
  icc: '1b 51 36 43 0d',
  'icc answered': '01 51 35 32 0d',
  identify: '1b 52 36 44 0d',
  stop: '1b 55 37 30 0d',
  nop: '1b 30 34 42 0d',
  'nop answered': '01 30 33 31 0d',
  'ask for data': '1b 24 33 46 0d',
  'no data': '01 24 32 35 0d',
  'SpO2 98, pulse 70': '01 24 45 42 20 39 38 20 45 31 20 37 30 20 37 41 0d',
  'configure data': '1b 4a 24 45 42 31 30 0d',
  'configured data': '01 4a 34 42 0d',
  'SpO2 98 alone': '01 24 45 42 20 39 38 20 35 44 0d',
  'ask for date': '1b 28 34 33 0d',
  date: '01 28 31 31 3a 31 31 3a 31 39 31 31 2d 4e 4f 56 2d 39 33 45 36 0d',
  'ask for curves': '1b 53 36 45 0d',
  'choose curves': '1b 54 30 30 30 32 30 36 30 33 46 41 0d',
  'curves chosen': '01 54 35 35 0d',
  'switch on': 'd0 c1 c3 c0 c0',
  record: 'd3 91 81 8d 83',
  refused: '01 15 31 36 0d',
  identity: `01 52 ${hexOf("8240'Evita 4'04.00:04.00")} 44 41 0d`,
} as const;
export type VectorName = keyof typeof VECTORS;

export const wireOf = (name: VectorName): Uint8Array => fromHex(VECTORS[name]);

function hexOf(text: string): string {
  return Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(' ');
}

/** What a single frame says; the test fails when it is not one good frame that is understood. */
export function read(wire: Uint8Array): Message {
  const { cuts, rest } = cut(new Uint8Array(0), wire);
  const [only, ...others] = cuts;
  if (only?.kind !== 'frame' || others.length > 0 || rest.length > 0) throw new Error('not one good frame');
  const decoded = decode(only.payload);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}

/** A frame with this content, whose sum is computed by hand. */
export function framed(start: 'command' | 'response', text: string): Uint8Array {
  const body = [start === 'command' ? 0x1b : 0x01, ...Array.from(text, (character) => character.charCodeAt(0))];
  const sum = (body.reduce((total, byte) => total + byte, 0) % 256).toString(16).toUpperCase().padStart(2, '0');
  return concatBytes(
    Uint8Array.from(body),
    Uint8Array.from(`${sum}\r`, (character) => character.charCodeAt(0)),
  );
}

/** Codes with their fields, as in `EB 98 E1 70 `. */
export const measured = (fields: string): Uint8Array => framed('response', `$${fields}`);

export const alarmed = (alarms: readonly DeviceAlarmEntry[], code: number = CODES.alarms): Uint8Array =>
  encodeResponse(code, { type: 'alarms', alarms });

export const identified = (id: string, name: string, medibus = '04.00'): Uint8Array =>
  framed('response', `R${id}'${name}'04.00:${medibus}`);

export const offering = (curves: Extract<Content, { type: 'curves' }>['curves']): Uint8Array =>
  encodeResponse(CODES.curves, { type: 'curves', curves });

export const AIRWAY = { code: '00', intervalUs: 10_000, minimum: -10, maximum: 100, maxBin: 0x370 };
export const PLETH = { code: '02', intervalUs: 10_000, minimum: 0, maximum: 100, maxBin: 0x64 };
export const CO2 = { code: '06', intervalUs: 16_000, minimum: -20, maximum: 100, maxBin: 0x460 };
