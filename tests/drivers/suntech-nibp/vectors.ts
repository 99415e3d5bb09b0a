/**
 * Packets of the protocol note. `printed`: in the tests and sources of public programs, three of which agree on the commands;
 * one quotes the module manual. `computed`: by an independent encoder that reproduces those.
 */
import { fromHex } from '$drivers/bytes.ts';
import type { Command, Data, Reply } from '$drivers/suntech-nibp/messages.ts';

export const data = (change: Partial<Data> = {}): Data => ({
  kind: 'data',
  systolic: 0,
  diastolic: 0,
  meanArterial: 0,
  heartRate: 0,
  beats: 0,
  status: 0,
  testCodes: [0, 0, 0, 0, 0, 0, 0, 0],
  error: 0,
  ...change,
});

const signal = (word: Extract<Reply, { kind: 'signal' }>['signal']): Reply => ({ kind: 'signal', signal: word });

export const REPLIES: readonly (readonly [hex: string, reply: Reply])[] = [
  // printed
  ['3e 05 02 01 ba', { kind: 'pressure', mmHg: 258 }],
  ['3e 04 4b 73', signal('complete')],
  [
    '3e 18 73 00 4a 00 1e 01 00 00 00 00 00 00 31 07 55 00 58 00 00 00 00 e9',
    data({
      systolic: 115,
      diastolic: 74,
      meanArterial: 88,
      heartRate: 85,
      beats: 30,
      status: 1,
      testCodes: [0, 0, 0, 0, 0, 0, 0x31, 7],
    }),
  ],
  // computed
  ['3e 04 4f 6f', signal('accepted')],
  ['3e 04 41 7d', signal('aborted')],
  ['3e 04 45 79', signal('error')],
  ['3e 04 53 6b', signal('asleep')],
  [
    '3e 18 a8 00 62 00 1a 01 00 00 00 00 00 00 00 00 76 00 79 00 00 00 00 96',
    data({ systolic: 168, diastolic: 98, meanArterial: 121, heartRate: 118, beats: 26, status: 1 }),
  ],
  ['3e 18 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 57 00 00 53', data({ error: 87 })],
  ['3e 05 96 00 27', { kind: 'pressure', mmHg: 150 }],
];

/** The printed pressure packet with another check. */
export const WRONG_SUM = fromHex('3e 05 02 01 b1');

export const COMMANDS: readonly (readonly [hex: string, command: Command])[] = [
  ['3a 20 a6', { kind: 'start', patient: 'adult' }],
  ['3a 87 3f', { kind: 'start', patient: 'paediatric' }],
  ['3a 28 9e', { kind: 'start', patient: 'neonate' }],
  ['3a 79 01 00 4c', { kind: 'abort' }],
  ['3a 79 03 00 4a', { kind: 'get-data' }],
  ['3a 79 05 00 48', { kind: 'get-pressure' }],
  ['3a 17 a0 00 0f', { kind: 'set-initial-pressure', mmHg: 160 }],
];

/** Closes all valves: a service command that nobody must send. */
export const SERVICE = fromHex('3a 0c 00 01 01 b8');
