/** Draeger anaesthesia workstations, ventilators and Capnosat over MEDIBUS. What is known and what is not: README.md. */
import type { Driver, SerialSettings } from '../driver.ts';
import { decode, encodeQuery } from './codec.ts';
import { describe, kindOf } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import { start, type State } from './session-state.ts';
import { step } from './session.ts';

/** Apollo, Capnosat. The others are Evita 4, Evita XL with V500, and V500; many can be set. */
const LINE: SerialSettings = { baudRate: 9600, dataBits: 8, parity: 'even', stopBits: 1, rtscts: false };

export const draegerMedibus: Driver<Message, Query, State> = {
  id: 'draeger-medibus',
  label: 'Draeger MEDIBUS (Apollo, Primus, Evita, Savina, Capnosat)',
  role: 'monitor',
  serial: LINE,
  otherLines: [
    { ...LINE, baudRate: 19_200 },
    { ...LINE, baudRate: 19_200, parity: 'none' },
    { ...LINE, baudRate: 38_400, parity: 'none' },
  ],
  // Asked every two seconds, and once more after a damaged answer.
  freshness: { staleAfterMs: 5500, expiredAfterMs: 12_000 },
  observes: ['spo2', 'pulseRate', 'respiratoryRate', 'etco2', 'fico2', 'pleth', 'co2Pressure'],
  verified:
    'Checked against the frames of the vendor’s protocol definition, three of its misprints recomputed, and against a ' +
    'simulated device; never on a real device by us.',
  cut,
  decode,
  encode: encodeQuery,
  maySend: MAY_SEND,
  start,
  step,
  kindOf,
  describe,
};
