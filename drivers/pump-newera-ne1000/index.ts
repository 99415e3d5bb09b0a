/** New Era NE-1000 family of bench syringe pumps. Not for human use. What is known and what is not: README.md. */
import type { Driver } from '$drivers/driver.ts';
import { wordsOf } from './alarms.ts';
import { decode, encode } from './codec.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Data, Message, Query } from './messages.ts';
import { start, step, type State } from './session.ts';
import { runOf } from './states.ts';

export const pumpNeweraNe1000: Driver<Message, Query, State> = {
  id: 'pump-newera-ne1000',
  label: 'New Era NE-1000 family (bench pump, not for human use)',
  role: 'pump',
  serial: { baudRate: 19_200, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  // The other usual speed; 300, 1200 and 2400 can be set in the link's configuration.
  otherLines: [{ baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false }],
  // A round every half second; two questions of half a second each may go unanswered before the pump counts as silent.
  freshness: { staleAfterMs: 3000, expiredAfterMs: 10_000 },
  observes: ['infusion'],
  verified:
    'Checked against the packets of the protocol note, of which one is printed in the vendor’s manual and the others are computed, ' +
    'and against the simulated pump; never on a real pump.',
  setUp:
    'Not for human use: this is a bench pump. Reading ends an alarm on the pump, so nobody else may count on finding it there.',
  isSoleClient: true,
  isNotProbed: true,
  cut,
  decode,
  encode,
  maySend: MAY_SEND,
  start,
  step,
  kindOf: ({ status, data }) => (status.kind === 'alarm' ? 'alarm' : data.kind === 'none' ? 'status' : data.kind),
  describe,
};

function describe({ mode, address, status, data }: Message): string {
  const said =
    status.kind === 'alarm'
      ? `alarm ${wordsOf(status.letter)}`
      : (runOf(status.letter)?.words ?? `status ${status.letter}`);
  return [`pump ${address}`, said, textOf(data), mode === 'safe' ? '(safe mode)' : ''].filter(Boolean).join(' ');
}

function textOf(data: Data): string {
  switch (data.kind) {
    case 'none':
      return '';
    case 'amount':
      return `${data.value} ${data.unit}`;
    case 'dispensed':
      return `infused ${data.infused} withdrawn ${data.withdrawn} ${data.unit}`;
    case 'diameter':
      return `diameter ${data.mm} mm`;
    case 'direction':
      return `direction ${data.way}`;
    case 'version':
      return `${data.model} version ${data.version}`;
    case 'error':
      return `error ?${data.code}`;
    case 'other':
      return `not understood: ${data.text}`;
  }
}
