/** Fresenius Vial pumps on an Orchestra base, or alone, on their serial port. What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { decode, encode } from './codec.ts';
import { linkErrorText, refusalText } from './errors.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import { BASE, type Message, type Query } from './messages.ts';
import { FRESH_MS } from './pump.ts';
import { start, step } from './session.ts';
import type { State } from './session-state.ts';
import { readVariables } from './variables.ts';

export const pumpFreseniusOrchestra: Driver<Message, Query, State> = {
  id: 'pump-fresenius-orchestra',
  label: 'Fresenius Orchestra (Base Primea, Base A, Module DPS)',
  role: 'pump',
  serial: { baudRate: 19_200, dataBits: 7, parity: 'even', stopBits: 1, rtscts: false },
  freshness: { staleAfterMs: FRESH_MS, expiredAfterMs: 10_000 },
  observes: ['infusion'],
  verified:
    'Checked against frames computed after one public program that was used with real pumps, and our simulated base; never on a real pump.',

  cut,
  decode,
  encode,
  maySend: MAY_SEND,

  start,
  step,

  kindOf: ({ kind }) => kind,
  describe,
};

function describe(message: Message): string {
  switch (message.kind) {
    case 'ack':
      return 'ACK';
    case 'nak':
      return linkErrorText(message.code);
    case 'enquiry':
      return 'ENQ, keep-alive';
    case 'alive':
      return 'DC4, answer to a keep-alive';
    case 'correct':
      return `${whoIs(message.address)} ${contentOf(message.fields)}`;
    case 'incorrect':
      return `${whoIs(message.address)} refuses, ${refusalText(message.code)}`;
    case 'event':
      return `${whoIs(message.address)} tells unasked (${message.status}) ${contentOf(message.fields)}`;
  }
}

const whoIs = (address: string): string => (address === '' ? 'pump' : address === BASE ? 'base' : `module ${address}`);

/** Values in words where they are known, else as they were sent. */
function contentOf(fields: readonly string[]): string {
  const { a, m, d, r } = readVariables(fields) ?? {};
  const words = [
    ...(d === undefined ? [] : [`rate ${d} mL/h`]),
    ...(r === undefined ? [] : [`volume ${r} mL`]),
    ...(a === undefined ? [] : [`alarm ${a}`]),
    ...(m === undefined ? [] : [`mode ${m}`]),
  ];
  return words.join(', ') || fields.join(';') || 'correct';
}
