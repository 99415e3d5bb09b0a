/** Alaris and Asena syringe pumps (GS, GH, CC, TIVA, PK) on their RS-232 port. What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { decode, encode } from './codec.ts';
import { describe } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import type { State } from './session-state.ts';
import { start, step } from './session.ts';

export const pumpAlarisAsena: Driver<Message, Query, State> = {
  id: 'pump-alaris-asena',
  label: 'Alaris / Asena syringe pump',
  role: 'pump',
  serial: { baudRate: 38_400, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  // Asked every second; without an answer for 2.75 s the pump counts as silent.
  freshness: { staleAfterMs: 3000, expiredAfterMs: 10_000 },
  observes: ['infusion'],
  verified:
    'Checked against frames that public programs logged from real pumps or compute for them, and our simulated pump; ' +
    'never on a real pump by us.',
  cut,
  decode,
  encode,
  maySend: MAY_SEND,
  start,
  step,
  kindOf: ({ kind }) => kind,
  describe,
};
