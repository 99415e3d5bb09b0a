/** Q Core (Eitan) Sapphire pumps on their serial line, QCP. Experimental and receive only. What is known and what is not: README.md. */
import type { Driver } from '../driver.ts';
import { decode, encode } from './codec.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import { TYPES, type Message, type Query } from './messages.ts';
import { start, step, type State } from './session.ts';

export const pumpQcoreSapphire: Driver<Message, Query, State> = {
  id: 'pump-qcore-sapphire',
  label: 'Q Core (Eitan) Sapphire, serial (experimental, receive only)',
  role: 'pump',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  // Told once a second, and silent after 2.5 s without a batch.
  freshness: { staleAfterMs: 3000, expiredAfterMs: 10_000 },
  observes: ['infusion'],
  verified:
    'Experimental: checked against frames that we computed after one public program, and a simulated pump; never on a real ' +
    'pump, nor on a recording of one.',
  cut,
  decode,
  encode,
  maySend: MAY_SEND,
  start,
  step,
  kindOf: ({ kind }) => kind,
  describe,
};

function describe(message: Message): string {
  const { sequence, isSumRight } = message;
  const tail = `#${sequence}${isSumRight ? '' : ', another sum'}`;
  switch (message.kind) {
    case 'batch': {
      const { rateMlPerHour, volumeInfusedMl, volumeRemainingMl, serial } = message;
      return `batch ${tail}: ${rateMlPerHour} mL/h, infused ${volumeInfusedMl} mL, remaining ${volumeRemainingMl} mL, serial ${serial}`;
    }
    case 'this-is-pc':
      return `this is PC ${tail}: an echo of our own?`;
    case 'other': {
      const { type, target, sender, dataBytes } = message;
      return `${TYPES[type] ?? `type ${type}`} ${tail}, ${sender} to ${target}, ${dataBytes} bytes`;
    }
  }
}
