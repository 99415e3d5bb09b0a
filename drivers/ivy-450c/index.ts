/** Ivy Biomedical 450C monitors on their serial "ANSAR-B" stream. What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { decode } from './codec.ts';
import { cut } from './framing.ts';
import type { Line, Message } from './messages.ts';
import { SILENT_AFTER_MS, start, step, type State } from './session.ts';

export const ivy450c: Driver<Message, never, State> = {
  id: 'ivy-450c',
  label: 'Ivy Biomedical 450C (ANSAR-B)',
  role: 'monitor',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  freshness: { staleAfterMs: SILENT_AFTER_MS, expiredAfterMs: 10_000 },
  observes: ['heartRate', 'respiratoryRate', 'spo2', 'pulseRate', 'nibp', 'ecg1', 'pleth', 'pressure1', 'pressure2'],
  verified: 'Decodes a published recording of a real monitor (27 records); never connected to a monitor by us.',

  cut,
  decode,
  // There is no question, so none can be encoded and none may leave.
  encode: (query) => query,
  maySend: [],

  start,
  step,

  kindOf: () => 'record',
  describe,
};

/** `HR 80 RR 35 ETCO2 -- SPO2 100/80 NIBP 121/75/92/80 …`; alarms and what could not be read behind it. */
function describe({ lines, unread }: Message): string {
  const word = (number: number | undefined): string => (number === undefined ? '--' : String(number));
  const numbers = ({ numbers: all }: Line): string =>
    all.every((number) => number === undefined) ? '--' : all.map(word).join('/');
  const shown = Object.entries(lines).map(([name, line]) => `${name} ${numbers(line)}`);
  const alarms = Object.entries(lines).flatMap(([name, { alarm }]) => (alarm === '' ? [] : [`${name}: ${alarm}`]));
  return [
    shown.join(' '),
    ...(alarms.length > 0 ? [`alarms ${alarms.join(', ')}`] : []),
    ...(unread.length > 0 ? [`unread ${unread.join(', ')}`] : []),
  ].join('; ');
}
