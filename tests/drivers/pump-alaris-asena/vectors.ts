/**
 * Frames of the protocol note, without the CR behind them. `logged`: from real pumps, in the sources of public programs ·
 * `literal`: written out there with their sums · `constructed`: for the note, with sums by two programs.
 */
import { fromLatin1 } from '$drivers/bytes.ts';
import type { Reply } from '$drivers/pump-alaris-asena/messages.ts';

export interface Vector {
  readonly text: string;
  readonly from: 'logged' | 'literal' | 'constructed';
}

interface ReplyVector extends Vector {
  readonly reply: Reply;
}

type Told = readonly [serial: string, flag: string, mode: string, rate: string, volume: string, pressure: string];

const infOf = ([serial, flag, mode, rate, volume, pressure]: Told, remaining: string, eventId: string): Reply => ({
  kind: 'INF',
  serial,
  flag,
  mode,
  rate: { value: rate, unit: 'ml/h' },
  blank: '',
  volume: { value: volume, unit: 'ml' },
  pressure: { value: pressure, unit: 'mmHg' },
  remaining,
  logType: 'EVENT',
  eventId,
});

export const REPLIES: readonly ReplyVector[] = [
  {
    from: 'logged',
    text: '!INF^8002-51733^A^HLD^0.00^ml/h^^0.969^ml^530.15^mmHg^00:04:09^EVENT^214725|DB9D',
    reply: infOf(['8002-51733', 'A', 'HLD', '0.00', '0.969', '530.15'], '00:04:09', '214725'),
  },
  {
    from: 'logged',
    text: '!INST_SERIALNO^8002-51740|050B',
    reply: { kind: 'INST_SERIALNO', serial: '8002-51740' },
  },
  {
    from: 'logged',
    text: '!INST_SERIALNO^8002-51733|ACFF',
    reply: { kind: 'INST_SERIALNO', serial: '8002-51733' },
  },
  {
    from: 'logged',
    text: '!COMMS_PROTOCOL^Asena Rev 2.1.5|661A',
    reply: { kind: 'COMMS_PROTOCOL', version: 'Asena Rev 2.1.5' },
  },
  {
    from: 'logged',
    text: '!COMMS_RESPONSE_MAX^4000^ms|DFDF',
    reply: { kind: 'COMMS_RESPONSE_MAX', amount: { value: '4000', unit: 'ms' } },
  },
  {
    from: 'logged',
    text: '!SYRINGE_STATUS^BD PLASTIPAK^ 50^CONF|1CF8',
    reply: { kind: 'SYRINGE_STATUS', brand: 'BD PLASTIPAK', size: ' 50', state: 'CONF' },
  },
  {
    from: 'logged',
    text: '!SYRINGE_STATUS^BD PERFUSOR^ 50^CONF|4567',
    reply: { kind: 'SYRINGE_STATUS', brand: 'BD PERFUSOR', size: ' 50', state: 'CONF' },
  },
  {
    from: 'logged',
    text: '!INF_RATE_MAX_SYRINGE^1200.00^ml/h|8575',
    reply: { kind: 'INF_RATE_MAX_SYRINGE', amount: { value: '1200.00', unit: 'ml/h' } },
  },
  {
    from: 'logged',
    text: '!ALARM^AL_NOALM^ ^ |C73B',
    reply: { kind: 'ALARM', code: 'AL_NOALM', texts: [' ', ' '] },
  },
  {
    from: 'literal',
    text: '!INF_RATE^0.10^ml/h|D407',
    reply: { kind: 'INF_RATE', amount: { value: '0.10', unit: 'ml/h' } },
  },
  {
    from: 'constructed',
    text: '!INF^8002-51740^-^SET^52.50^ml/h^^17.500^ml^17.91^mmHg^00:20:00^EVENT^127904|47A7',
    reply: infOf(['8002-51740', '-', 'SET', '52.50', '17.500', '17.91'], '00:20:00', '127904'),
  },
  {
    from: 'constructed',
    text: '!INF^8002-51740^A^HLD^0.00^ml/h^^17.500^ml^530.15^mmHg^00:20:00^EVENT^127911|BB11',
    reply: infOf(['8002-51740', 'A', 'HLD', '0.00', '17.500', '530.15'], '00:20:00', '127911'),
  },
  {
    from: 'constructed',
    text: '!INF_VTBI^ACTIV^35.000^ml^STOP|B75C',
    reply: { kind: 'INF_VTBI', state: 'ACTIV', volume: { value: '35.000', unit: 'ml' }, endAction: 'STOP' },
  },
  {
    from: 'constructed',
    text: '!INF_VTBI^DEACT^^^|F6D0',
    reply: { kind: 'INF_VTBI', state: 'DEACT', volume: { value: '', unit: '' }, endAction: '' },
  },
  {
    from: 'constructed',
    text: '!ALARM^AL_OCCLU^ ^ |5B3B',
    reply: { kind: 'ALARM', code: 'AL_OCCLU', texts: [' ', ' '] },
  },
  {
    from: 'constructed',
    text: '!ALARM^AL_NEOIN^ ^ |C91C',
    reply: { kind: 'ALARM', code: 'AL_NEOIN', texts: [' ', ' '] },
  },
];

/** The sums that the note's list of questions has. */
export const QUESTIONS = {
  INST_SERIALNO: '457D',
  COMMS_PROTOCOL: 'E8DA',
  COMMS_RESPONSE_MAX: '7E29',
  SYRINGE_STATUS: '4102',
  INF_RATE_MAX_SYRINGE: '8F30',
  INF: '4961',
  INF_VTBI: '8456',
  ALARM: '50B2',
  INF_VI: 'B42C',
  INF_RATE: '8E6D',
} as const;

/** Everything of the note that changes a pump, takes it over, or has no known purpose, with the sum where one is printed. */
export const COMMANDS: readonly { readonly text: string; readonly sum?: string }[] = [
  { text: 'REMOTE_CTRL^ENABLED^3CC1', sum: 'B1F1' },
  { text: 'REMOTE_CTRL^ENABLED^9535' },
  { text: 'REMOTE_CTRL^DISABLED', sum: 'EF95' },
  { text: 'REMOTE_CFG^ENABLED^3CC1' },
  { text: 'INF_START', sum: '38F3' },
  { text: 'INF_STOP', sum: 'CD57' },
  { text: 'INF_RATE^0.1^ml/h', sum: 'B775' },
  { text: 'INF_RATE^0.10^ml/h', sum: 'D407' },
  { text: 'INF_RATE^3.50^ml/h', sum: '3885' },
  { text: 'INF_VTBI^ACTIV^11.000^ml^STOP', sum: '4433' },
  { text: 'INF_VTBI^ACTIV^35.000^ml^STOP', sum: 'B75C' },
  { text: 'INF_VTBI^DEACT', sum: 'D8C5' },
  { text: 'INF_BOLUS^ENABLED', sum: 'E288' },
  { text: 'INF_VI_CLEAR', sum: 'A706' },
  { text: 'REMQUERY^DEACT', sum: 'F295' },
  { text: 'REMQUERY^DEACT^^^', sum: 'B968' },
];

/** The one logged frame whose sum is wrong: a slip of the source. */
export const WRONG_SUM = '!REMQUERY^DEACT^^^|E5C9';

/** Keys of remote control: the sums of serial numbers. No frame of ours is made of them. */
export const KEYS = [
  ['8002-51740', '3CC1'],
  ['8002-51733', '9535'],
] as const;

export const onWire = (text: string): Uint8Array => fromLatin1(`${text}\r`);
