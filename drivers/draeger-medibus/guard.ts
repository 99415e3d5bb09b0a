/**
 * What may go onto the wire to a device: questions without arguments, one with a list of curves, the empty answers to what the
 * device asks, and the switch of the real-time streams. Written against the bytes and not with the encoder, so that a fault in
 * the encoder is stopped here.
 */
import { equalBytes, fromHex, latin1 } from '../bytes.ts';
import { sum8 } from '../checksum.ts';
import type { SendPattern } from '../driver.ts';

function exactly(name: string, hex: string): SendPattern {
  const allowed = fromHex(hex);
  return { name, matches: (frame) => equalBytes(frame, allowed) };
}

const ESC = 0x1b;
const CHOICE = /^T(?<first>02|06)0[1-9](?:(?!\k<first>)(?:02|06)0[1-9])?$/;

/** The configuration of the real-time streams, with pleth and CO2 in it, each once at most, under a right sum. */
function isChoice(frame: Uint8Array): boolean {
  const sum = sum8(frame.subarray(0, -3)).toString(16).toUpperCase().padStart(2, '0');
  const text = latin1(frame);
  return frame[0] === ESC && text.endsWith(`${sum}\r`) && CHOICE.test(text.slice(1, -3));
}

/** Sync byte without streams, any of streams 1 and 2 (the driver asks for no more), end. */
const isSwitch = (frame: Uint8Array): boolean =>
  [0xc1, 0xc2, 0xc3].some((mask) => equalBytes(frame, Uint8Array.of(0xd0, 0xc1, mask, 0xc0, 0xc0)));

export const MAY_SEND: readonly SendPattern[] = [
  exactly('begin communication', '1b 51 36 43 0d'),
  exactly('nothing, to keep the link', '1b 30 34 42 0d'),
  exactly('stop communication', '1b 55 37 30 0d'),
  exactly('identity', '1b 52 36 44 0d'),
  exactly('measured data', '1b 24 33 46 0d'),
  exactly('alarms', '1b 27 34 32 0d'),
  exactly('alarms of code page 2', '1b 2e 34 39 0d'),
  exactly('curves on offer', '1b 53 36 45 0d'),
  { name: 'curves to send', matches: isChoice },
  exactly('answer to: begin communication', '01 51 35 32 0d'),
  exactly('answer to: nothing', '01 30 33 31 0d'),
  exactly('answer to: stop communication', '01 55 35 36 0d'),
  exactly('answer to: identity', '01 52 35 33 0d'),
  exactly('answer to: time changed', '01 49 34 41 0d'),
  { name: 'real-time streams on', matches: isSwitch },
];
