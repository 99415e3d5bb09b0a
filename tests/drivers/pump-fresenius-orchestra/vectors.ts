/** The protocol note's test vectors, byte for byte as they stand there: computed, none of them recorded from a pump. */
import { fromHex } from '$drivers/bytes.ts';
import type { Message, Query } from '$drivers/pump-fresenius-orchestra/messages.ts';

export interface Sent {
  readonly text: string;
  readonly hex: string;
  readonly query: Query;
}

const question = (address: '0' | '1', what: Extract<Query, { kind: 'question' }>['question']): Query => ({
  kind: 'question',
  address,
  question: what,
});

/** What a station sends, and this driver has a word for. */
export const SENT: readonly Sent[] = [
  { text: '0DC', hex: '02 30 44 43 34 38 03', query: question('0', 'open') },
  { text: '0LE;b', hex: '02 30 4C 45 3B 62 41 31 03', query: question('0', 'modules') },
  { text: '1DC', hex: '02 31 44 43 34 37 03', query: question('1', 'open') },
  { text: '1E', hex: '02 31 45 38 39 03', query: { kind: 'event-ack', address: '1', status: 'E' } },
  { text: '1LP', hex: '02 31 4C 50 33 32 03', query: question('1', 'drug') },
  { text: '1AE', hex: '02 31 41 45 34 38 03', query: question('1', 'disable-events') },
  { text: '1FC', hex: '02 31 46 43 34 35 03', query: question('1', 'close') },
  { text: '0FC', hex: '02 30 46 43 34 36 03', query: question('0', 'close') },
];

/** What a station may send by the note, with fewer variables than this driver asks for. */
export const SENT_BY_OTHERS = [
  { text: '1DE;dr', hex: '02 31 44 45 3B 64 72 33 34 03' },
  { text: '1LE;dr', hex: '02 31 4C 45 3B 64 72 32 43 03' },
] as const;

export interface Received {
  readonly text: string;
  readonly hex: string;
  readonly message: Message;
}

/** What pumps send. */
export const RECEIVED: readonly Received[] = [
  {
    text: '0C;b0001',
    hex: '02 30 43 3B 62 30 30 30 31 32 45 03',
    message: { kind: 'correct', address: '0', fields: ['b0001'] },
  },
  { text: '1C', hex: '02 31 43 38 42 03', message: { kind: 'correct', address: '1', fields: [] } },
  {
    text: '1E;d020D;r0000445C',
    hex: '02 31 45 3B 64 30 32 30 44 3B 72 30 30 30 30 34 34 35 43 43 37 03',
    message: { kind: 'event', address: '1', status: 'E', fields: ['d020D', 'r0000445C'] },
  },
  {
    text: '1C;d020D;r0000445C',
    hex: '02 31 43 3B 64 30 32 30 44 3B 72 30 30 30 30 34 34 35 43 43 39 03',
    message: { kind: 'correct', address: '1', fields: ['d020D', 'r0000445C'] },
  },
  {
    text: '1I;1E',
    hex: '02 31 49 3B 31 45 44 34 03',
    message: { kind: 'incorrect', address: '1', code: '1E' },
  },
];

export const ALL = [...SENT, ...SENT_BY_OTHERS, ...RECEIVED].map(({ text, hex }) => ({ text, bytes: fromHex(hex) }));

/** The bytes that stand outside frames. */
export const SINGLES: readonly { readonly hex: string; readonly message: Message }[] = [
  { hex: '06', message: { kind: 'ack' } },
  { hex: '05', message: { kind: 'enquiry' } },
  { hex: '14', message: { kind: 'alive' } },
  { hex: '15 36', message: { kind: 'nak', code: '6' } },
];
