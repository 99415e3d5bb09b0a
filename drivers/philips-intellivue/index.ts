/** Philips IntelliVue monitors by their data export, on a serial line or over the network. */
import type { Announcement, Driver } from '../driver.ts';
import { decode, encode } from './codec.ts';
import { describe, kindOf } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query } from './messages.ts';
import { start, type State } from './session-state.ts';
import { step } from './session.ts';
import { readAnnouncement } from './system-values.ts';

/** A monitor that nobody uses says where its data can be asked for, and no place in words. */
function hearOut(datagram: Uint8Array): Announcement | undefined {
  const decoded = decode(datagram);
  const found =
    decoded.ok && decoded.message.kind === 'announced' ? readAnnouncement(decoded.message.attributes) : undefined;
  return found && { host: found.address, port: found.port, place: '' };
}

export const philipsIntellivue: Driver<Message, Query, State> = {
  id: 'philips-intellivue',
  label: 'Philips IntelliVue monitors (Data Export)',
  role: 'monitor',
  serial: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  udp: { port: 24_105 },
  announces: { udpPort: 24_005, group: '224.0.23.63', read: hearOut },
  // Numbers come every 1.024 s; after 5 s they are asked for again, after 10 s the monitor is given up.
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
    'bis',
    'bisSignalQuality',
    'ecg1',
    'ecg2',
    'ecg3',
    'pleth',
    'respiration',
    'co2Pressure',
    'abp',
    'cvp',
    'icp',
    'pressure1',
    'pressure2',
  ],
  verified:
    'Decodes and writes again, byte for byte, eight frames of a public recording of a real monitor (M8000, RS-232, 2021) and ' +
    'speaks with the simulated one; alarms were never seen in real bytes, and no monitor was connected by us.',

  cut,
  decode,
  encode,
  maySend: MAY_SEND,

  start,
  step,

  kindOf,
  describe,
};
