/** GE / Critikon DINAMAP vital signs monitors on their host port, ASCII mode. What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { decode, encodeCommand } from './codec.ts';
import { describe } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import { start, step, type State } from './session.ts';

export const geDinamap: Driver<Message, Query, State> = {
  id: 'ge-dinamap',
  label: 'GE DINAMAP (V100, ProCare, PRO)',
  role: 'monitor',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  // Asked every second; three questions of one second each may go unanswered before the monitor counts as silent.
  freshness: { staleAfterMs: 4500, expiredAfterMs: 10_000 },
  observes: ['nibp', 'spo2', 'pulseRate', 'temperature1'],
  verified:
    'Checked against the lines of five public programs, one of them recorded from a monitor, and against a simulated one; ' +
    'never on a real monitor by us.',
  cut,
  decode,
  encode: encodeCommand,
  maySend: MAY_SEND,
  start,
  step,
  kindOf: ({ kind }) => kind,
  describe,
};
