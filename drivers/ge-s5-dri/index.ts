/** GE / Datex-Ohmeda patient monitors on their serial computer interface (S/5, CARESCAPE B series, AS/3). */
import type { Driver } from '../driver.ts';
import { decode, encodeQuery } from './codec.ts';
import { describe, frameKind } from './describe.ts';
import { cut, frame } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import { start, step, type State } from './session.ts';

export const geS5Dri: Driver<Message, Query, State> = {
  id: 'ge-s5-dri',
  label: 'GE S/5 and CARESCAPE monitors (DRI)',
  role: 'monitor',
  serial: { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1, rtscts: true },
  freshness: { staleAfterMs: 7500, expiredAfterMs: 13_000 },
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
    'icpMean',
    'temperature1',
    'temperature2',
    'bis',
    'bisSignalQuality',
    'stateEntropy',
    'responseEntropy',
    'ecg1',
    'ecg2',
    'ecg3',
    'pleth',
    'respiration',
    'co2',
    'abp',
    'cvp',
    'icp',
    'pressure1',
    'pressure2',
  ],
  verified:
    'Decodes two recordings of a real monitor (2018, interface level 10) and reproduces the request frames of the vendor ' +
    'document; not yet connected to a monitor by us.',

  cut,
  decode,
  encode: (query) => frame(encodeQuery(query)),
  maySend: MAY_SEND,

  start,
  step,

  kindOf: frameKind,
  describe,
};
