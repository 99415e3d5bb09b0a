/**
 * Packets ⇄ messages, both ways: the station asks and reads replies, the simulated pump writes them.
 *
 *   question   address in one or two digits │ word │ CR in basic mode
 *   reply      address in two digits │ status: a letter, or A? and a letter │ data
 *
 *   data       52.50MH · 35.00ML · I17.50W0.000ML · 26.59 · INF · NE1000V3.928 · ?OOR
 */
import { fromLatin1 } from '$drivers/bytes.ts';
import type { Decoded } from '$drivers/driver.ts';
import { open, seal } from './framing.ts';
import type { Data, Message, Query, Status } from './messages.ts';
import { isKnownRun } from './states.ts';

export function encode({ word, address, mode }: Query): Uint8Array {
  return mode === 'safe' ? seal('safe', `${address}${word}`) : fromLatin1(`${address}${word}\r`);
}

/** What a pump said. `payload` is a whole packet. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const packet = open(payload);
  if (!packet) return { ok: false, why: 'malformed', detail: 'no packet' };
  const { mode, text } = packet;
  const [, address, alarm, letter, rest = ''] = /^(\d\d)(?:A\?([A-Z])|(?!A\?)([A-Z]))(.*)$/.exec(text) ?? [];
  if (address === undefined) return { ok: false, why: text.length < 4 ? 'too-short' : 'malformed', detail: text };
  const status: Status = alarm === undefined ? { kind: 'run', letter: letter ?? '' } : { kind: 'alarm', letter: alarm };
  const data = readData(rest);
  // One of the two must be known: STX, digits and ETX are what many protocols have.
  if (data.kind === 'other' && !isKnown(status)) return { ok: false, why: 'unknown-code', detail: text };
  return { ok: true, message: { mode, address: Number(address), status, data } };
}

const isKnown = ({ kind, letter }: Status): boolean => kind === 'alarm' || isKnownRun(letter);

function readData(text: string): Data {
  if (text === '') return { kind: 'none' };
  return readNumbers(text) ?? readWords(text) ?? { kind: 'other', text };
}

const NUMBERS = /^(I?)([\d.]{1,5})(?:W([\d.]{1,5}))?([A-Z]{2})?$/;

function readNumbers(text: string): Data | undefined {
  const [, prefix, first = '', second, unit] = NUMBERS.exec(text) ?? [];
  const value = readNumber(first);
  if (value === undefined) return undefined;
  if (prefix === 'I') {
    const withdrawn = readNumber(second ?? '');
    if (withdrawn === undefined || unit === undefined) return undefined;
    return { kind: 'dispensed', infused: value, withdrawn, unit };
  }
  if (second !== undefined) return undefined;
  return unit === undefined ? { kind: 'diameter', mm: value } : { kind: 'amount', value, unit };
}

/** Four digits at the most, three of them behind the point. */
function readNumber(text: string): number | undefined {
  const isNumber = /^(?:\d{1,4}\.?|(?=[\d.]{2,5}$)\d{0,3}\.\d{1,3})$/.test(text);
  return isNumber ? Number(text) : undefined;
}

function readWords(text: string): Data | undefined {
  if (text === 'INF' || text === 'WDR') return { kind: 'direction', way: text };
  if (text.startsWith('?')) return { kind: 'error', code: text.slice(1) };
  const [, model, version] = /^([A-Z]{2}\d{3,4}(?:X\d*)?)V(\d+\.\d+)$/.exec(text) ?? [];
  return model === undefined || version === undefined ? undefined : { kind: 'version', model, version };
}

/** A reply as bytes: the simulated pump's half of the codec. @throws RangeError when a number has too many digits. */
export function encodeReply({ mode, address, status, data }: Message): Uint8Array {
  const said = status.kind === 'alarm' ? `A?${status.letter}` : status.letter;
  return seal(mode, `${String(address).padStart(2, '0')}${said}${writeData(data)}`);
}

function writeData(data: Data): string {
  switch (data.kind) {
    case 'none':
      return '';
    case 'amount':
      return `${digits(data.value)}${data.unit}`;
    case 'dispensed':
      return `I${digits(data.infused)}W${digits(data.withdrawn)}${data.unit}`;
    case 'diameter':
      return digits(data.mm);
    case 'direction':
      return data.way;
    case 'version':
      return `${data.model}V${data.version}`;
    case 'error':
      return `?${data.code}`;
    case 'other':
      return data.text;
  }
}

const MAX_NUMBER = 9999;

/** Four digits with as many of them behind the point as there is room for. */
function digits(value: number): string {
  const decimals = [3, 2, 1, 0].find((count) => value.toFixed(count).replace('.', '').length <= 4);
  if (decimals === undefined || !(value >= 0 && value <= MAX_NUMBER))
    throw new RangeError(`${value} has too many digits`);
  return value.toFixed(decimals);
}
