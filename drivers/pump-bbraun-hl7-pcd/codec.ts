/**
 * A frame's payload → message, and our acknowledgement → bytes. What the reports say of pumps and alarms is in `codec-report.ts`,
 * the gateway's side for the simulator in `codec-gateway.ts`.
 *
 *   MSH|^~\&|PAT_DEVICE_BBRAUN^EUI^EUI-64|BBRAUN|…|time||ORU^R01^ORU_R01|control id|P|2.6|||AL|NE||ASCII|…||IHE_PCD_001^…
 *   PID                                                                        not looked at: whose pump it is is our business
 *   OBR|n|order|filler|drug|||time|…|29: the alarm that this belongs to        a pump or an alarm begins
 *   OBX|n|type|term^NAME^MDC|path|value|unit|||||status|||time||||equipment    one value each
 *
 * A message that is read but cannot be taken is not thrown away here: it is a report with a rejection, so that it is answered.
 */
import { concatBytes } from '../bytes.ts';
import { crc16X25 } from '../checksum.ts';
import type { Decoded } from '../driver.ts';
import { encodeText } from '../hl7/charset.ts';
import { at, escape, readMessage, type Hl7Message, type Segment } from '../hl7/message.ts';
import { readBody } from './codec-report.ts';
import { uncover, wrapReply } from './cover.ts';
import {
  CONDITIONS,
  type Condition,
  type Cover,
  type Header,
  type Message,
  type Profile,
  type Query,
  type Rejection,
  type Report,
} from './messages.ts';
import { timeOf, timeText } from './times.ts';

export function decode(payload: Uint8Array): Decoded<Message> {
  const uncovered = uncover(payload);
  switch (uncovered.kind) {
    case 'notice':
      return { ok: true, message: uncovered.notice };
    case 'message':
      return decodeReport(uncovered.message, uncovered.cover);
    case 'reply':
      return { ok: false, why: 'unknown-code', detail: 'a reply of the station' };
    case 'unknown':
      return { ok: false, why: 'unknown-code', detail: `a line of nobody: ${uncovered.line.slice(0, 30)}` };
  }
}

function decodeReport(bytes: Uint8Array, cover: Cover | undefined): Decoded<Message> {
  const read = readMessage(bytes);
  if (!read.ok) return { ok: false, ...read.error };
  const { header: msh } = read.value;
  const header = headerOf(msh);
  const profile = profileOf(msh);
  const body = { pumps: [], alarms: [], unread: [] };
  const known = { kind: 'report' as const, cover, header, profile: profile ?? 'pcd-01', digest: digestOf(bytes) };
  const rejection = rejectionOf(msh, header, profile, cover) ?? excessOf(read.value);
  if (rejection || !profile) return { ok: true, message: { ...known, ...body, rejection } };
  const content = readBody(read.value, header, profile);
  const empty = emptiness(read.value, content) ?? tooMany(content);
  return { ok: true, message: { ...known, ...(empty ? body : content), rejection: empty } };
}

function headerOf(msh: Segment): Header {
  const components = (field: number): readonly string[] => [1, 2, 3].map((n) => at(msh, field, n).trim());
  return {
    application: components(3),
    facility: components(4),
    event: at(msh, 9, 2),
    controlId: at(msh, 10),
    time: timeOf(at(msh, 7)),
  };
}

/** PCD-01 and PCD-15 have one type; only the profile that the header names tells them apart. */
function profileOf(msh: Segment): Profile | undefined {
  if (at(msh, 9) !== 'ORU') return undefined;
  switch (at(msh, 9, 2)) {
    case 'R01':
      return /IHE_PCD_015|1\.3\.6\.1\.4\.1\.19376\.1\.6\.4\.15(?!\d)/.test(msh.fields[21] ?? '') ? 'pcd-15' : 'pcd-01';
    case 'R40':
      return 'pcd-04';
    case 'R42':
      return 'pcd-10';
    default:
      return undefined;
  }
}

const LONGEST_ID = 199;
const PRINTABLE = /^[ -~]+$/;

/** Why the header alone forbids to take the message. */
function rejectionOf(
  msh: Segment,
  { controlId }: Header,
  profile: Profile | undefined,
  cover: Cover | undefined,
): Rejection | undefined {
  const reject = (condition: Condition, text: string): Rejection => ({ code: 'AR', condition, text });
  if (cover?.isCutOff) return reject(207, 'longer than 262144 bytes');
  if (controlId === '') return reject(101, 'MSH-10 is empty');
  if (!PRINTABLE.test(controlId) || controlId.length > LONGEST_ID)
    return reject(102, 'MSH-10 is no short text of ASCII');
  if (at(msh, 9) !== 'ORU') return reject(200, 'only ORU messages are taken here');
  if (!profile) return reject(201, 'only R01, R40 and R42 are taken here');
  // A message of a training must not move a patient's pump on the screen.
  if (!['P', ''].includes(at(msh, 11))) return reject(202, 'only messages of production (P) are taken here');
  if (!/^(2\.\d.*)?$/.test(at(msh, 12))) return reject(203, 'only HL7 version 2 is read here');
  return undefined;
}

/** A hundred pumps with forty rows each are more than any gateway sends at once, and few enough to be read between two alarms. */
const MOST_ROWS = 4000;
const MOST_PUMPS = 128;

function excessOf({ segments }: Hl7Message): Rejection | undefined {
  const isTooLong = segments.length > MOST_ROWS;
  return isTooLong ? { code: 'AR', condition: 207, text: `more than ${MOST_ROWS} segments in one message` } : undefined;
}

const tooMany = ({ pumps, alarms }: Pick<Report, 'pumps' | 'alarms'>): Rejection | undefined =>
  pumps.length + alarms.length > MOST_PUMPS
    ? { code: 'AR', condition: 207, text: `more than ${MOST_PUMPS} pumps in one message` }
    : undefined;

/** A report that names nobody can be nobody's. */
function emptiness(
  { segments }: Hl7Message,
  { pumps, alarms }: Pick<Report, 'pumps' | 'alarms'>,
): Rejection | undefined {
  if (pumps.length > 0 || alarms.length > 0) return undefined;
  const hasRows = segments.some(({ name }) => name === 'OBX');
  return hasRows
    ? { code: 'AE', condition: 101, text: 'no pump is named in it, by MDC_ATTR_SYS_ID or a label in OBX-18' }
    : { code: 'AE', condition: 100, text: 'there is no OBX in it' };
}

const [CR, LF] = [0x0d, 0x0a];

/** Of everything behind the header: two sums over different bytes, 32 bits. */
function digestOf(bytes: Uint8Array): number {
  const end = bytes.findIndex((byte) => byte === CR || byte === LF);
  const body = bytes.subarray(end < 0 ? bytes.length : end);
  return (
    crc16X25(body) * 0x10000 + crc16X25(concatBytes(body.slice(body.length >> 1), body.slice(0, body.length >> 1)))
  );
}

/** The name under which the station answers. */
export const APPLICATION = 'INFUSCOPE';

/** A whole frame of the link: to which connection, and the acknowledgement that goes there. */
export function encode(query: Query): Uint8Array {
  const { connection, number, wallTime, header, rejection } = query;
  const receiver = (components: readonly string[] = []): string =>
    components.map(ascii).map(escape).join('^').replace(/\^+$/, '');
  const type = header && /^[A-Z]\d\d$/.test(header.event) ? `ACK^${header.event}^ACK` : 'ACK';
  // A time of our clock and the message's number at the port: no two acknowledgements have one id.
  const ownId = `${wallTime}${String(number % 1_000_000).padStart(6, '0')}`;
  const to = `${receiver(header?.application)}|${receiver(header?.facility)}`;
  const msh = `MSH|^~\\&|${APPLICATION}||${to}|${timeText(wallTime)}||${type}|${ownId}|P|2.6`;
  const id = escape(acceptableId(header?.controlId));
  if (!rejection) return wrapReply(connection, encodeText(`${msh}\rMSA|AA|${id}\r`));
  const { code, condition, text } = rejection;
  const err = `ERR|||${condition}^${CONDITIONS[condition]}^HL70357|E||||${escape(ascii(text))}`;
  return wrapReply(connection, encodeText(`${msh}\rMSA|${code}|${id}|${escape(ascii(text))}\r${err}\r`));
}

const acceptableId = (id = ''): string => (PRINTABLE.test(id) && id.length <= LONGEST_ID ? id : '');

const LONGEST_NAME = 60;

const ascii = (text: string): string => text.replaceAll(/[^ -~]/g, '?').slice(0, LONGEST_NAME);
