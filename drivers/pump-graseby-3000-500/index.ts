/** Graseby / Smiths Medical volumetric pumps 3000, 3100, 500, 505 on their computer interface. What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { decode, encode } from './codec.ts';
import { describe } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import type { State } from './session-state.ts';
import { start, step } from './session.ts';

export const pumpGraseby3000: Driver<Message, Query, State> = {
  id: 'pump-graseby-3000-500',
  label: 'Graseby 3000, 3100, 500, 505 (computer interface)',
  role: 'pump',
  // The document that tells the line was not seen: this is where one begins, and the configuration of the link ends it.
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  // Asked every second, and silent after 2.5 s without infusion data.
  freshness: { staleAfterMs: 3000, expiredAfterMs: 10_000 },
  observes: ['infusion'],
  verified:
    'Checked against examples and a CRC table of the vendor’s manual, frames that we computed from them, and a simulated pump; ' +
    'never on a real pump, whose line, CRC start and return codes we do not know.',
  cut,
  decode,
  encode,
  maySend: MAY_SEND,
  start,
  step,
  kindOf: (message) => (message.kind === 'reply' ? message.data.is : message.kind),
  describe,
};
