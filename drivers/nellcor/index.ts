/** Nellcor N-595, N-395, NPB-290, NPB-295 and N-600x oximeters on their ASCII data port. What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { cutLines } from '../ascii-line.ts';
import { decode, encode } from './codec.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Query, Value } from './messages.ts';
import { GIVE_UP_AFTER_MS, SILENT_AFTER_MS, start, step, type State } from './session.ts';

export const nellcor: Driver<Message, Query, State> = {
  id: 'nellcor',
  label: 'Nellcor N-595, N-395, NPB-290/295, N-600x (ASCII)',
  role: 'monitor',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  freshness: { staleAfterMs: SILENT_AFTER_MS, expiredAfterMs: GIVE_UP_AFTER_MS },
  observes: ['spo2', 'pulseRate'],
  verified:
    'Reads the sample lines of three operator manuals and the simulated oximeter; never a recording of a real one.',

  cut: cutLines,
  decode,
  encode,
  maySend: MAY_SEND,

  start,
  step,

  kindOf: ({ kind }) => kind,
  describe,
};

function describe(message: Message): string {
  if (message.kind !== 'reading') return `${message.kind.toUpperCase()} ${message.text}`;
  const { saturation, pulseRate, pulseAmplitude, codes } = message;
  const word = (value: Value): string => (value === 'dashes' ? '--' : String(value));
  const star = (isOutside: boolean): string => (isOutside ? '*' : '');
  const numbers =
    `SpO2 ${word(saturation.value)}${star(saturation.isOutside)} PR ${word(pulseRate.value)}${star(pulseRate.isOutside)} ` +
    `PA ${word(pulseAmplitude.value)}`;
  return [numbers, ...codes].join(' ');
}
