/**
 * Records ⇄ messages. The text of a record, as it was recorded:
 *
 *   HR=1;80;ECG-II-DIAG;   RR=1;35;APNEA: 20 SEC;   ETCO2=1;;;   SPO2=1;100;PR=80 ;   NIBP=4;121;75;92;80;;
 *   P1=3;111;73;88;;       P2=3;;;;NO TRANSDUCER;   T1=1;;;      T2=1;;;
 *
 * A line is read when it has as many fields as it should and every number is one; else it is named as unread. Without a
 * readable HR line the record is not understood.
 */
import { concatBytes, fromLatin1, latin1 } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { END, LINES, MAGIC, START, TEXT_AT, TRACES, type LineName } from './layout-table.ts';
import type { Line, Message } from './messages.ts';

const LINE = /^([A-Z0-9]+)=([^;]*)((?:;[^;]*)+)$/;
const NUMBER = /^\d{1,3}(\.\d+)?$/;
const PULSE = /^PR=(.*)$/;
const SHOWN_IN_DETAIL = 60;

export function decode(record: Uint8Array): Decoded<Message> {
  const text = latin1(record.subarray(TEXT_AT, -1));
  const lines: Partial<Record<LineName, Line>> = {};
  const unread: string[] = [];
  for (const row of text.split('\r').filter((each) => each !== '')) {
    const [name, line] = readLine(row);
    if (name !== undefined && line !== undefined && lines[name] === undefined) lines[name] = line;
    else unread.push(row);
  }
  if (lines.HR === undefined)
    return { ok: false, why: 'malformed', detail: `no HR line: ${text.slice(0, SHOWN_IN_DETAIL)}` };
  const trace = (name: keyof typeof TRACES): Uint8Array =>
    new Uint8Array(record.subarray(TRACES[name].at, TRACES[name].at + TRACES[name].count));
  const traces = {
    ecg: trace('ecg'),
    respiration: trace('respiration'),
    pleth: trace('pleth'),
    p1: trace('p1'),
    p2: trace('p2'),
  };
  return { ok: true, message: { traces, lines, unread } };
}

function readLine(row: string): readonly [LineName, Line] | readonly [undefined, undefined] {
  const nothing = [undefined, undefined] as const;
  const [, name = '', status = '', rest = ''] = LINE.exec(row) ?? [];
  if (!isLineName(name)) return nothing;
  const fields = rest.slice(1).split(';');
  const count = LINES[name];
  const [label = '', alarm = ''] = fields.slice(count);
  if (fields.length !== count + 2) return nothing;
  const pulse = name === 'SPO2' ? PULSE.exec(label) : undefined;
  if (pulse === null) return nothing;
  const numbers = [...fields.slice(0, count), ...(pulse ? [pulse[1] ?? ''] : [])].map(readNumber);
  if (numbers.includes('wrong')) return nothing;
  const read = numbers.map((number) => (typeof number === 'number' ? number : undefined));
  return [name, { status, numbers: read, label: pulse ? '' : label.trim(), alarm: alarm.trim() }];
}

const isLineName = (name: string): name is LineName => Object.hasOwn(LINES, name);

function readNumber(field: string): number | 'none' | 'wrong' {
  const text = field.trim();
  if (text === '') return 'none';
  return NUMBER.test(text) ? Number(text) : 'wrong';
}

/** The record of a message. @throws RangeError when a trace has not as many samples as its place. */
export function encode({ traces, lines }: Pick<Message, 'traces' | 'lines'>): Uint8Array {
  const head = fromLatin1(`${String.fromCharCode(START)}${MAGIC}`);
  const samples = (['ecg', 'respiration', 'pleth', 'p1', 'p2'] as const).map((name) => {
    if (traces[name].length !== TRACES[name].count) throw new RangeError(`${traces[name].length} samples of ${name}`);
    return traces[name];
  });
  const text = LINE_NAMES.map((name) => writeLine(name, lines[name])).join('');
  return concatBytes(head, ...samples, fromLatin1(text), Uint8Array.of(END));
}

const LINE_NAMES = ['HR', 'RR', 'ETCO2', 'SPO2', 'NIBP', 'P1', 'P2', 'T1', 'T2'] as const satisfies readonly LineName[];

function writeLine(name: LineName, line: Line | undefined): string {
  if (line === undefined) return '';
  const numbers = line.numbers.map((number) => (number === undefined ? '' : String(number)));
  const [saturation = '', pulse = ''] = numbers;
  const fields = name === 'SPO2' ? [saturation, `PR=${pulse} `] : [...numbers, line.label];
  return `${name}=${[line.status, ...fields, line.alarm].join(';')}\r`;
}
