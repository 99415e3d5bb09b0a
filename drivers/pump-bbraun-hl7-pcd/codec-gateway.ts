/** The gateway's side of the conversation, for the simulator: its reports as bytes, and what it is answered. */
import { encodeText } from '../hl7/charset.ts';
import { at, escape, readMessage } from '../hl7/message.ts';
import { uncover, wrap } from './cover.ts';
import { numberOfUnit } from './terms.ts';
import { timeText } from './times.ts';

/** MSH-9, MSH-21 and what comes behind an OBR, for each transaction. */
export const TRANSACTIONS = {
  'pcd-01': { type: 'ORU^R01^ORU_R01', profile: 'IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.1^ISO' },
  'pcd-04': { type: 'ORU^R40^ORU_R40', profile: 'IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.4^ISO' },
  'pcd-10': { type: 'ORU^R42^ORU_R01', profile: 'IHE_PCD_010^IHE PCD^1.3.6.1.4.1.19376.1.6.4.10^ISO' },
  'pcd-15': { type: 'ORU^R01^ORU_R01', profile: 'IHE_PCD_015^IHE PCD^1.3.6.1.4.1.19376.1.6.4.15^ISO' },
} as const;

export interface SentHeader {
  readonly transaction: keyof typeof TRANSACTIONS;
  /** EUI-64. */
  readonly station: string;
  readonly controlId: string;
  /** Ms since 1970 by the station's own clock. */
  readonly time: number;
  readonly segmentEnd: '\r' | '\n';
}

export interface SentOrder {
  readonly filler: string;
  /** Code and name, as they stand in OBR-4. */
  readonly what: readonly [code: string, name: string];
  /** OBR-29: the filler of the start of an alarm. */
  readonly parent?: string;
}

export interface SentRow {
  readonly term: readonly [number: number, name: string];
  readonly path: string;
  /** Absent in a row that only says what is there. */
  readonly value?: string | number;
  /** UCUM. */
  readonly unit?: string;
  /** `^word` of an enumeration. */
  readonly isWord?: true;
  readonly isMeasured?: true;
  readonly label?: string;
  readonly code?: readonly [number: number, name: string];
}

const application = (station: string): string => `PAT_DEVICE_BBRAUN^${station}^EUI-64`;

/** A message without marks. */
export function encodeReport(header: SentHeader, order: SentOrder, rows: readonly SentRow[]): Uint8Array {
  const { transaction, station, controlId, time, segmentEnd } = header;
  const { type, profile } = TRANSACTIONS[transaction];
  const stamp = timeText(time);
  const from = application(station);
  const parent =
    order.parent === undefined ? '' : `${'|'.repeat(22)}^${escape(order.parent)}&${from.replaceAll('^', '&')}`;
  const what = order.what.map(escape).join('^');
  const segments = [
    `MSH|^~\\&|${from}|BBRAUN|STATION|CLINIC|${stamp}||${type}|${controlId}|P|2.6|||AL|NE||ASCII|en^English^ISO639||${profile}`,
    `PID|||Unknown Patient^Unknown Patient||^^^^^^U${'|'.repeat(26)}Y`,
    `OBR|1|0^${from}|${escape(order.filler)}^${from}|${what}|||${stamp}${parent}`,
    ...rows.map((row, i) => rowText(row, i + 1)),
  ];
  return encodeText(segments.map((segment) => segment + segmentEnd).join(''));
}

function rowText({ term, path, value, unit, isWord, isMeasured, label, code }: SentRow, n: number): string {
  const equipment = label === undefined ? '' : `${'|'.repeat(7)}${escape(label)}^^0012210000000000^EUI-64`;
  const head = `OBX|${n}`;
  const where = `${term[0]}^${term[1]}^MDC|${path}`;
  if (code) return `${head}|CWE|${where}|${code[0]}^${code[1]}^MDC||||||F${equipment}`;
  if (value === undefined) return `${head}||${where}|||||||X${equipment}`;
  const units = unit === undefined ? '' : `${numberOfUnit(unit) ?? 0}^^MDC^${unit}^${unit}^UCUM`;
  const type = isWord ? 'CWE' : typeof value === 'number' ? 'NM' : 'ST';
  const text = `${isWord ? '^' : ''}${escape(String(value))}`;
  return `${head}|${type}|${where}|${text}|${units}|||||${isMeasured ? 'R' : 'F'}${equipment}`;
}

/** As the listener of a station would put it on the link, for links in memory that have none. */
export const asArrived = (message: Uint8Array, number: number, wallTime: number): Uint8Array =>
  wrap({
    ...{ kind: 'message', via: 'mllp', sender: '127.0.0.1', connection: 1, duty: 'answer' },
    ...{ bytes: message, number, wallTime },
  });

/** `answer`: MSA-1 and MSA-2 · `other`: what no station may send. */
export type Answered =
  | { readonly kind: 'answer'; readonly code: string; readonly controlId: string }
  | { readonly kind: 'other'; readonly text: string };

export function decodeAnswer(payload: Uint8Array): Answered {
  const uncovered = uncover(payload);
  const read = 'message' in uncovered ? readMessage(uncovered.message) : undefined;
  if (!read?.ok) return { kind: 'other', text: 'what is no HL7 message' };
  const { header, segments } = read.value;
  const msa = segments.find(({ name }) => name === 'MSA');
  const type = at(header, 9);
  if (type !== 'ACK' || !msa) return { kind: 'other', text: `${type} ${at(header, 9, 2)}`.trim() };
  return { kind: 'answer', code: at(msa, 1), controlId: at(msa, 2) };
}
