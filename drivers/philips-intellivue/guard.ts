/**
 * What may go onto the wire to a monitor, byte by byte as the note has it. Written against the bytes, not with the encoder,
 * so that a fault in the encoder is stopped here. All of it asks for data, meets or parts; the one thing that is set is the
 * list of waves that the monitor sends to us. Patient data are not asked for.
 *
 * In a template a blank is nothing and `..` any byte; a serial frame must be exactly the frame of its PDU.
 */
import { equalBytes } from '../bytes.ts';
import type { SendPattern } from '../driver.ts';
import { BEGIN, cut, frameSerial, PDU_AT } from './framing.ts';
import { measurePdu } from './pdu-length.ts';
import { ALL_WAVE_IDS } from './waves-table.ts';

const MONITOR = '0021 0000 0000';
const TO_MONITOR = `${MONITOR} 00000000`;
const ONE_MINUTE_OF_TICKS = 480_000;

const ASSOCIATE = template(`
  0d ec 0508130100160102800014020002 c1 dc 3180a0808001010000a280a003000001a48030800201010604520100013080060251010000
  00003080020102060c2a8648ce14020100000001013080060c2a8648ce1402010000000201000000000000 61803080020101a0806080a180060c
  2a8648ce14020100000003010000be802880060c2a8648ce1402010000000101020102 81 48 80000000 40000000 00000000 80000000
  20000000 00000000 0001 002c 0001 0028 80000000 ........ ........ ........ ffffffff 60000000 0001 000c f001 0008
  ..000000 00000000 00000000000000000000000000000000`);
/** Of the streams that can be agreed on: numbers every second, with and without waves. */
const STREAMS_AT = 214;
const STREAMS: readonly number[] = [0x80, 0x88];

const RELEASE = template('09 18 c1 16 61803080020101a0806280800100000000000000 0000');
const RELEASED = template('0a 18 c1 16 61803080020101a0806380800100000000000000 0000');
const ABORT = template(
  '19 2e 11 01 03 c1 29 a080a0803080020101060251010000000061803080020101a08064808001010000000000000000 0000',
);
const CREATION_KNOWN = template('e1000002 0002 0014 .... 0001 000e 0021 .... .... ........ 0d06 0000');

const single = (type: string, group: string): Template =>
  template(`e1000002 0001 001c .... 0007 0016 ${TO_MONITOR} 0c16 0008 .... 0001 ${type} ${group}`);
const SINGLE_POLLS = [single('0036', '0811'), single('0021', '0000')];

const extended = (type: string, group: string): Template =>
  template(
    `e1000002 0001 0028 .... 0007 0022 ${TO_MONITOR} f13b 0014 .... 0001 ${type} ${group} 0001 0008 f13e 0004 ........`,
  );
const EXTENDED_POLLS = [
  extended('0006', '0000'),
  extended('0006', '0803'),
  extended('0009', '0000'),
  extended('0036', '0801'),
];
const PERIOD_AT = 44;

const SET_WAVES = template(`e1000002 0001 .... .... 0005 .... ${TO_MONITOR} 0001 .... 0000 f23a .... .... ....`);
/** Where lengths stand in it, and what each of them counts from. */
const SET_LENGTHS_AT = [6, 12, 26, 32, 36];
const SET_COUNT_AT = 34;
const LABELS_AT = 38;
const MAX_WAVES = 11;

export const MAY_SEND: readonly SendPattern[] = [
  allow('association request', (pdu) => fits(pdu, ASSOCIATE) && STREAMS.includes(pdu[STREAMS_AT] ?? 0)),
  allow('release, its answer, abort', (pdu) => [RELEASE, RELEASED, ABORT].some((known) => fits(pdu, known))),
  allow('answer to the monitor that presents itself', (pdu) => fits(pdu, CREATION_KNOWN)),
  allow('poll once: the monitor’s clock, or the shortest answer', (pdu) =>
    SINGLE_POLLS.some((known) => fits(pdu, known)),
  ),
  allow('poll for up to a minute: numbers, waves, alarms', isExtendedPoll),
  allow('list of the waves to send', isWaveList),
];

function isExtendedPoll(pdu: Uint8Array): boolean {
  return EXTENDED_POLLS.some((known) => fits(pdu, known)) && longAt(pdu, PERIOD_AT) <= ONE_MINUTE_OF_TICKS;
}

/** Replaces that one list by labels of waves that we know; every length agrees. */
function isWaveList(pdu: Uint8Array): boolean {
  const count = (pdu.length - LABELS_AT) / 4;
  if (!fits(pdu.subarray(0, LABELS_AT), SET_WAVES) || !Number.isInteger(count) || count > MAX_WAVES) return false;
  const labels = Array.from({ length: count }, (_, i) => longAt(pdu, LABELS_AT + 4 * i));
  const areLengthsRight = SET_LENGTHS_AT.every((at) => wordAt(pdu, at) === pdu.length - at - 2);
  return (
    areLengthsRight &&
    wordAt(pdu, SET_COUNT_AT) === count &&
    labels.every((label) => ALL_WAVE_IDS.has(label - 0x00020000))
  );
}

const wordAt = (pdu: Uint8Array, at: number): number => 256 * (pdu[at] ?? 0) + (pdu[at + 1] ?? 0);
const longAt = (pdu: Uint8Array, at: number): number => 65_536 * wordAt(pdu, at) + wordAt(pdu, at + 2);

/** Undefined stands for any byte. */
type Template = readonly (number | undefined)[];

function template(text: string): Template {
  const digits = text.replaceAll(/\s+/g, '');
  return Array.from({ length: digits.length / 2 }, (_, i) => {
    const pair = digits.slice(2 * i, 2 * i + 2);
    return pair === '..' ? undefined : Number.parseInt(pair, 16);
  });
}

const fits = (pdu: Uint8Array, known: Template): boolean =>
  pdu.length === known.length && known.every((byte, i) => byte === undefined || byte === pdu[i]);

function allow(name: string, isLegal: (pdu: Uint8Array) => boolean): SendPattern {
  return {
    name,
    matches: (frame) => {
      const pdu = openFrame(frame);
      return pdu !== undefined && isLegal(pdu);
    },
  };
}

/** The PDU of one whole frame of either kind. */
function openFrame(frame: Uint8Array): Uint8Array | undefined {
  if (frame[0] !== BEGIN) return measurePdu(frame, 0) === frame.length ? frame : undefined;
  const [only, ...others] = cut(new Uint8Array(0), frame).cuts;
  if (only?.kind !== 'frame' || others.length > 0) return undefined;
  const pdu = only.payload.subarray(PDU_AT);
  return equalBytes(frameSerial(pdu), frame) ? pdu : undefined;
}
