/**
 * Infusion pumps behind a gateway that speaks the IHE PCD profiles (HL7 2.6 over MLLP): B. Braun SpacePlus, and any other vendor's
 * that keeps to them. What is known and what is not: README.md.
 */
import type { Driver } from '../driver.ts';
import { decode, encode } from './codec.ts';
import { cut, MAX_MESSAGE_BYTES, replyIn, wrap } from './cover.ts';
import { describe } from './describe.ts';
import { MAY_SEND } from './guard.ts';
import { routing } from './identity.ts';
import type { Message, Query } from './messages.ts';
import { SILENT_AFTER_MS } from './pumps.ts';
import { start, step, type State } from './session.ts';
import { overlap } from './settings.ts';

export const pumpBbraunHl7Pcd: Driver<Message, Query, State> = {
  id: 'pump-bbraun-hl7-pcd',
  label: 'Pumps by IHE PCD (B. Braun SpacePlus, gateways)',
  role: 'pump',
  accepts: {
    by: 'mllp',
    port: 2575,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    wrap,
    routing,
    replyIn,
    isSamePatient: overlap,
  },
  // Gateways report every five to ten seconds at best, some every thirty.
  freshness: { staleAfterMs: SILENT_AFTER_MS, expiredAfterMs: 60_000 },
  observes: ['infusion'],
  verified:
    'Checked against one constructed message of the protocol note and our own simulated gateway; never connected to a gateway or a pump.',

  cut,
  decode,
  encode,
  maySend: MAY_SEND,

  start,
  step,

  kindOf: (message) => (message.kind === 'report' ? message.profile : message.kind),
  describe,
};
