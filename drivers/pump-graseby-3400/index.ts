/** Graseby 3400 syringe pumps on their serial port. What is known and what is not: README.md. */
import type { Driver } from '$drivers/driver.ts';
import { decode, encode } from './codec.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import { start, step, type State } from './session.ts';

export const pumpGraseby3400: Driver<Message, Query, State> = {
  id: 'pump-graseby-3400',
  label: 'Graseby 3400',
  role: 'pump',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  // A round every second; three questions of half a second each may go unanswered before the pump counts as silent.
  freshness: { staleAfterMs: 3000, expiredAfterMs: 10_000 },
  observes: ['infusion'],
  verified:
    'Checked against frames computed after the one public program that drives these pumps, and against the simulated pump; ' +
    'never on a real pump.',
  setUp: 'Never beside a program that controls the pump: a line has room for one who asks.',
  cut,
  decode,
  encode,
  maySend: MAY_SEND,
  start,
  step,
  kindOf: ({ command }) => command,
  describe: ({ ack, command, status, data }) =>
    [command, ack === 'CE' ? 'refused' : '', status, data].filter(Boolean).join(' '),
};
