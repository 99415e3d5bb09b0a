/** Nonin pulse oximeters: OEM III and Xpod modules, 3150 and 9560, tabletops with ASCII output. */
import type { Driver } from '$drivers/driver.ts';
import { decode, encodeQuery } from './codec.ts';
import { describe, frameKind } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import { SILENT_AFTER_MS, start, step, type State } from './session.ts';

export const nonin: Driver<Message, Query, State> = {
  id: 'nonin',
  label: 'Nonin pulse oximeters',
  role: 'monitor',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  freshness: { staleAfterMs: SILENT_AFTER_MS, expiredAfterMs: 10_000 },
  observes: ['spo2', 'pulseRate', 'pleth'],
  verified:
    'Decodes a published capture of a real 9560 (data format 2) and the packets of two public test suites; formats 7, 8, 13 and ' +
    'ASCII only against bytes computed from descriptions; not yet connected to an oximeter by us.',

  cut,
  decode,
  encode: encodeQuery,
  maySend: MAY_SEND,

  start,
  step,

  kindOf: frameKind,
  describe,
};
