/**
 * Lines ⇄ messages, both ways, because the simulator speaks with the same words. Positions count from the space:
 *
 *   NA, NF   3 status · 4 patient · 5 stat · 6–9 age s · 10–12 systolic · 13–15 diastolic · 16–18 mean
 *   OA       3 status · 4–6 SpO2 · 7 signal · 8–9 averaging
 *   RA, RC   3 source · 4–6 rate
 *   TC       3 status · 4 mode · 5 counter · 6–10 age s · 11–14 tenths of °F · 15 unit shown
 */
import { fromLatin1, latin1 } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { line } from './framing.ts';
import {
  COMMANDS,
  type Command,
  type Message,
  type NibpReply,
  type NibpStatus,
  type OximeterReply,
  type RateReply,
  type Reply,
  type TemperatureReply,
} from './messages.ts';

const NIBP_STATUS: Readonly<Record<string, NibpStatus>> = {
  0: 'busy',
  1: 'done',
  3: 'failed',
  4: 'pump-up timeout',
  6: 'total-time timeout',
  7: 'level timeout',
  8: 'overpressure',
  9: 'unknown',
};
const PATIENT: Readonly<Record<string, NibpReply['patient']>> = { 0: 'unknown', 1: 'adult', 2: 'neonate' };
const OXIMETER_STATUS: Readonly<Record<string, OximeterReply['status']>> = {
  0: 'standby',
  1: 'operating',
  3: 'no-data',
  6: 'unplugged',
};
const RATE_SOURCE: Readonly<Record<string, RateReply['source']>> = { 2: 'oximeter', 3: 'nibp' };
const TEMPERATURE_STATUS: Readonly<Record<string, TemperatureReply['status']>> = {
  0: 'idle',
  1: 'in-progress',
  2: 'timeout',
  3: 'contact-lost',
  4: 'aborted',
};
const TEMPERATURE_MODE: Readonly<Record<string, TemperatureReply['mode']>> = { 0: 'predictive', 1: 'monitor' };
const SHOWN_IN: Readonly<Record<string, TemperatureReply['shownIn']>> = { 0: 'F', 1: 'C' };

const NO_AGE = { nibp: 9999, temperature: 99_999 } as const;
const NO_RATES = ['000', '-99'] as const;

interface Layout {
  readonly length: number;
  readonly pattern: RegExp;
  readonly read: (fields: Readonly<Record<string, string>>) => Message | undefined;
}

const NIBP: Layout = {
  length: 19,
  pattern:
    /^ (?<letters>N[AF])(?<status>\d)(?<patient>\d)(?<stat>[01])(?<age>\d{4})(?<sys>\d{3})(?<dia>\d{3})(?<mean>\d{3})$/,
  read: readNibp,
};
const RATE: Layout = {
  length: 7,
  pattern: /^ (?<letters>R[AC])(?<source>\d)(?<rate>\d{3}|-\d\d)$/,
  read: readRate,
};
const LAYOUTS: Readonly<Record<string, Layout>> = {
  NA: NIBP,
  NF: NIBP,
  OA: {
    length: 10,
    pattern: /^ OA(?<status>\d)(?<spo2>\d{3})(?<signal>\d)(?<averaging>\d\d)$/,
    read: readOximeter,
  },
  RA: RATE,
  RC: RATE,
  TC: {
    length: 16,
    pattern: /^ TC(?<status>\d)(?<mode>\d)(?<counter>[ -~])(?<age>\d{5})(?<tenths>\d{4})(?<unit>\d)$/,
    read: readTemperature,
  },
};

/** Reads one line as `cut` delivers it. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const text = latin1(payload);
  const command = COMMANDS.find((known) => text === ` ${known}`);
  if (command) return { ok: true, message: { kind: 'command', command } };
  const letters = text.slice(1, 3);
  if (letters === 'NC' || letters === 'ND') {
    return { ok: true, message: { kind: 'acknowledgement', letters, text: text.slice(3) } };
  }
  const layout = LAYOUTS[letters];
  if (!layout) return { ok: false, why: 'unknown-code', detail: text };
  if (text.length < layout.length) return { ok: false, why: 'too-short', detail: text };
  const fields = layout.pattern.exec(text)?.groups;
  if (!fields) return { ok: false, why: 'malformed', detail: text };
  const message = layout.read(fields);
  return message ? { ok: true, message } : { ok: false, why: 'unknown-code', detail: text };
}

function readNibp(fields: Readonly<Record<string, string>>): NibpReply | undefined {
  const { letters, status: code = '', patient: patientCode = '', stat, age, sys, dia, mean } = fields;
  const status = NIBP_STATUS[code];
  const patient = PATIENT[patientCode];
  if (!status || !patient) return undefined;
  return {
    kind: 'nibp',
    letters: letters === 'NF' ? 'NF' : 'NA',
    status,
    patient,
    isStat: stat === '1',
    ageS: unless(NO_AGE.nibp, age),
    systolic: Number(sys),
    diastolic: Number(dia),
    meanArterial: Number(mean),
  };
}

function readOximeter(fields: Readonly<Record<string, string>>): OximeterReply | undefined {
  const status = OXIMETER_STATUS[fields['status'] ?? ''];
  if (!status) return undefined;
  const { spo2, signal, averaging } = fields;
  return { kind: 'oximeter', status, spo2: Number(spo2), signal: Number(signal), averaging: Number(averaging) };
}

/** A rate from a source that is not known is no rate of ours. */
function readRate(fields: Readonly<Record<string, string>>): RateReply | undefined {
  const { letters, source: code = '', rate = '' } = fields;
  const source = RATE_SOURCE[code] ?? 'unknown';
  const isNone = NO_RATES.some((none) => none === rate);
  if (source === 'unknown' && !isNone) return undefined;
  return { kind: 'rate', letters: letters === 'RC' ? 'RC' : 'RA', source, rate: isNone ? undefined : Number(rate) };
}

function readTemperature(fields: Readonly<Record<string, string>>): TemperatureReply | undefined {
  const { status: code = '', mode: modeCode = '', counter = '', age, tenths, unit = '' } = fields;
  const status = TEMPERATURE_STATUS[code];
  const mode = TEMPERATURE_MODE[modeCode];
  const shownIn = SHOWN_IN[unit];
  if (!status || !mode || !shownIn) return undefined;
  const ageS = unless(NO_AGE.temperature, age);
  return { kind: 'temperature', status, mode, counter, ageS, tenthsFahrenheit: Number(tenths), shownIn };
}

const unless = (none: number, digits: string | undefined): number | undefined =>
  Number(digits) === none ? undefined : Number(digits);

const CR = '\r';

/** A command as it goes onto the wire: a CR first, which ends whatever half line stood there. */
export const encodeCommand = (command: Command): Uint8Array => Uint8Array.of(...fromLatin1(CR), ...line(` ${command}`));

/** A reply as a monitor sends it. @throws RangeError when a value does not fit into its field. */
export const encodeReply = (reply: Reply): Uint8Array => line(` ${writeReply(reply)}`);

function writeReply(reply: Reply): string {
  switch (reply.kind) {
    case 'nibp': {
      const { letters, status, patient, isStat, ageS = NO_AGE.nibp, systolic, diastolic, meanArterial } = reply;
      const flags = `${codeOf(NIBP_STATUS, status)}${codeOf(PATIENT, patient)}${isStat ? 1 : 0}`;
      return `${letters}${flags}${digits(ageS, 4)}${digits(systolic, 3)}${digits(diastolic, 3)}${digits(meanArterial, 3)}`;
    }
    case 'oximeter': {
      const { status, spo2, signal, averaging } = reply;
      return `OA${codeOf(OXIMETER_STATUS, status)}${digits(spo2, 3)}${digits(signal, 1)}${digits(averaging, 2)}`;
    }
    case 'rate':
      return `${reply.letters}${codeOf(RATE_SOURCE, reply.source)}${digits(reply.rate ?? 0, 3)}`;
    case 'temperature': {
      const { status, mode, counter, ageS = NO_AGE.temperature, tenthsFahrenheit, shownIn } = reply;
      const flags = `${codeOf(TEMPERATURE_STATUS, status)}${codeOf(TEMPERATURE_MODE, mode)}${counter}`;
      return `TC${flags}${digits(ageS, 5)}${digits(tenthsFahrenheit, 4)}${codeOf(SHOWN_IN, shownIn)}`;
    }
    case 'acknowledgement':
      return `${reply.letters}${reply.text}`;
  }
}

/** The first code of that meaning; 0 for what has none. */
const codeOf = <T>(table: Readonly<Record<string, T>>, meaning: T): string =>
  Object.entries(table).find(([, known]) => known === meaning)?.[0] ?? '0';

function digits(value: number, width: number): string {
  const text = String(value).padStart(width, '0');
  if (!/^\d+$/.test(text) || text.length !== width) throw new RangeError(`${value} does not fit into ${width} digits`);
  return text;
}
