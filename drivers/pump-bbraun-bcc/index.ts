/** B. Braun Space and Compact plus pumps behind a ComDevice, by the BCC protocol. What is known and what is not: README.md. */
import type { Driver } from '$drivers/driver.ts';
import { decode, encode } from './codec.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import type { Message, Quadruple, Query } from './messages.ts';
import { COM_DEVICE } from './messages.ts';
import { showGlyphs } from './observations.ts';
import { parseBits } from './parameters.ts';
import { start, step } from './session.ts';
import type { State } from './session-state.ts';

export const pumpBbraunBcc: Driver<Message, Query, State> = {
  id: 'pump-bbraun-bcc',
  label: 'B. Braun Space / Compact plus (BCC)',
  role: 'pump',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false },
  tcp: { port: 4001 },
  // One pump is asked every second. In a rack it is longer from one answer of a pump to its next, and its values are stale in
  // between. A disturbed pump is given up after 10 s.
  freshness: { staleAfterMs: 3000, expiredAfterMs: 10_000 },
  observes: ['infusion'],
  verified:
    'Checked against the frames of the vendor’s document and of two public test suites, and the simulated rack; never on a real pump.',
  setUp:
    'Nobody else may read the same ComDevice: boluses are told once, to whoever asks first. A hospital documentation system ' +
    '(PDMS) that polls it would lose boluses to this station, and this station to it. On the web page of the ComDevice choose ' +
    'mode Request, extended errors on, data grouping off.',
  isSoleClient: true,
  cut,
  decode,
  encode,
  maySend: MAY_SEND,
  start,
  step,
  kindOf: (message) => (message.kind === 'frame' ? message.reply.kind : message.kind),
  describe,
};

function describe(message: Message): string {
  if (message.kind !== 'frame') return message.kind.toUpperCase();
  const { frame, reply } = message;
  const where = `${frame.bed}${frame.isLengthWrong ? ' (wrong length)' : ''}`;
  switch (reply.kind) {
    case 'granted':
      return `${where} GNACK`;
    case 'version':
      return `${where} version ${reply.version}`;
    case 'records': {
      const text = reply.records.filter(isTelling).map(line).join(' · ');
      const counts = `${reply.records.length} records${reply.unreadable.length > 0 ? `, ${reply.unreadable.length} unreadable` : ''}`;
      return `${where} ${frame.isLast ? 'last block' : 'block'}, ${counts}${text && `: ${text}`}`;
    }
  }
}

const TELLING: ReadonlySet<string> = new Set(['GNERR', 'GNNEW', 'INRT', 'INVI', 'INSOL', 'INP2']);
/** These tell something when they are neither 0 nor without value. */
const TELLING_WHEN_SET = /^(INA\d+|INM1[023]|INBOCNT|DISPCHG|DGDALERT[SH]L[LH])$/;
const BIT_FIELDS: ReadonlySet<string> = new Set(['ALARM1', 'ALARM2', 'PREALARM']);

function isTelling({ name, value }: Quadruple): boolean {
  if (TELLING.has(name)) return true;
  if (value === '_NV' || value === '_NA') return false;
  // Bit 0 says that there is none.
  if (BIT_FIELDS.has(name)) return (parseBits(value.trim()) ?? 2) > 1;
  return TELLING_WHEN_SET.test(name) && value.trim() !== '0';
}

const line = ({ address, name, value }: Quadruple): string =>
  `${address === COM_DEVICE ? '' : `${address.slice(3)} `}${name} ${showGlyphs(value.trim())}`;
