/** Contec finger oximeters on USB or Bluetooth (CMS50D+, CMS50E, CMS50F, CMS50EW/FW) and what is sold with their protocol. */
import type { Driver } from '$drivers/driver.ts';
import { decode, encodeQuery } from './codec.ts';
import { describe } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import { SILENT_AFTER_MS, start, step, type State } from './session.ts';
import { LINES } from './settings.ts';

export const contec: Driver<Message, Query, State> = {
  id: 'contec',
  label: 'Contec CMS50 finger oximeters',
  role: 'monitor',
  serial: LINES.v7,
  otherLines: [LINES['v4.6']],
  freshness: { staleAfterMs: SILENT_AFTER_MS, expiredAfterMs: 10_000 },
  observes: ['spo2', 'pulseRate', 'perfusionIndex', 'pleth'],
  verified:
    'Reproduces the commands of a public program and the sync rule of a public test suite; packets only against bytes computed from ' +
    'descriptions; not yet connected to an oximeter by us.',

  cut,
  decode,
  encode: encodeQuery,
  maySend: MAY_SEND,

  start,
  step,

  kindOf: ({ kind }) => kind,
  describe,
};
