/** Mindray bedside monitors on their network result interface (PDS, HL7 2.3.1). What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { cut } from '../hl7/mllp.ts';
import { ANNOUNCEMENT_PORT, readAnnouncement, RESULT_PORT } from './announcement.ts';
import { decode, encode } from './codec.ts';
import { describe } from './describe.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import { start, step, type State } from './session.ts';

export const mindrayHl7: Driver<Message, Query, State> = {
  id: 'mindray-hl7',
  label: 'Mindray monitors (HL7 results)',
  role: 'monitor',
  tcp: { port: RESULT_PORT },
  announces: { udpPort: ANNOUNCEMENT_PORT, read: readAnnouncement },
  // Numbers come every second; a connection without any is given up after 5 s, and not found again within another 5 s is lost.
  freshness: { staleAfterMs: 5000, expiredAfterMs: 10_000 },
  observes: [
    'heartRate',
    'pulseRate',
    'spo2',
    'perfusionIndex',
    'respiratoryRate',
    'etco2',
    'fico2',
    'nibp',
    'abpSystolic',
    'abpDiastolic',
    'abpMeanArterial',
    'abpPulseRate',
    'cvpMean',
    'temperature1',
    'temperature2',
  ],
  verified:
    'Decodes messages of real monitors as public programs print them, and the simulated monitor; never on a real monitor, and ' +
    'the vendor’s guide has not been read.',

  cut: (rest, chunk) => cut(rest, chunk),
  decode,
  encode,
  maySend: MAY_SEND,

  start,
  step,

  kindOf: ({ kind }) => kind,
  describe,
};
