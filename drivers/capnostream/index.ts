/** Capnostream 20, 20p and 35 capnographs on their RS-232 "full protocol". What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { decode, encode } from './codec.ts';
import { describe } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import { SILENT_AFTER_MS, start, step, type State } from './session.ts';

export const capnostream: Driver<Message, Query, State> = {
  id: 'capnostream',
  label: 'Capnostream 20, 20p, 35 (full protocol)',
  role: 'monitor',
  serial: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  freshness: { staleAfterMs: SILENT_AFTER_MS, expiredAfterMs: 10_000 },
  observes: ['etco2', 'fico2', 'respiratoryRate', 'spo2', 'pulseRate', 'co2Pressure', 'co2'],
  verified:
    'Checked against frames computed from one public program that was used with a real Capnostream 20, and the simulated ' +
    'monitor; never against a recording or a monitor.',

  cut,
  decode,
  encode,
  maySend: MAY_SEND,

  start,
  step,

  kindOf: ({ kind }) => kind,
  describe,
};
