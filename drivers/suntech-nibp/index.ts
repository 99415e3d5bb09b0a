/** SunTech Advantage and EM4 type OEM blood pressure modules. What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { decode, encodeCommand } from './codec.ts';
import { describe } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Query, Reply } from './messages.ts';
import { start, step, type State } from './session.ts';

export const suntechNibp: Driver<Reply, Query, State> = {
  id: 'suntech-nibp',
  label: 'SunTech OEM blood pressure module',
  role: 'monitor',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  // It has no running numbers. Asked every half second; three questions of half a second may go unanswered.
  freshness: { staleAfterMs: 2500, expiredAfterMs: 10_000 },
  observes: ['nibp'],
  verified:
    'Checked against packets of three public programs, some of them quoted from the module manual, and against a simulated ' +
    'module; never on a real module by us.',
  cut,
  decode,
  encode: encodeCommand,
  maySend: MAY_SEND,
  start,
  step,
  kindOf: (reply) => (reply.kind === 'signal' ? reply.signal : reply.kind),
  describe,
};
