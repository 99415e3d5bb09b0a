/** Masimo Rad-8, Rad-87, Radical-7 and Rad-57 oximeters on their serial output "ASCII 1". What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { cutLines } from '../ascii-line.ts';
import { decode } from './codec.ts';
import { describe } from './describe.ts';
import type { Message } from './messages.ts';
import { SILENT_AFTER_MS, start, step, type State } from './session.ts';

export const masimo: Driver<Message, never, State> = {
  id: 'masimo',
  label: 'Masimo Rad-8, Rad-87, Radical-7 (ASCII 1)',
  role: 'monitor',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  freshness: { staleAfterMs: SILENT_AFTER_MS, expiredAfterMs: 10_000 },
  observes: ['spo2', 'pulseRate', 'perfusionIndex'],
  verified:
    'Reads published lines of a Rad-8 and of two Radical-7 and the sample lines of the manuals; never connected to an oximeter by us.',

  cut: cutLines,
  decode,
  // There is no question, so none can be encoded and none may leave.
  encode: (query) => query,
  maySend: [],

  start,
  step,

  kindOf: ({ kind }) => kind,
  describe,
};
