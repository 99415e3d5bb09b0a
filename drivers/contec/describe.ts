/** Messages in one line, for people who look at the traffic or decode a capture. */
import { COMMANDS, OTHER_COMMANDS } from './layout-table.ts';
import type { Measured, Message, Sample } from './messages.ts';

/** `v7: PR 118 SpO2 97 PI 2.4, pleth 55, signal 7, bar 9`. */
export function describe(message: Message): string {
  switch (message.kind) {
    case 'sample':
      return `${message.generation}: ${[...describeNumbers(message), ...describeFlags(message)].join(', ')}`;
    case 'disconnected':
      return `disconnected, reason ${message.reason}`;
    case 'command':
      return `command ${COMMAND_NAMES.get(message.code) ?? message.code}`;
  }
}

const COMMAND_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries({ ...COMMANDS, ...OTHER_COMMANDS }).map(([name, code]) => [code, name]),
);

function describeNumbers({
  generation,
  pulseRate,
  spo2,
  perfusionIndex,
  pleth,
  signal,
  bar,
}: Sample): readonly string[] {
  const perfusion = generation === 'v7' ? ` PI ${describeMeasured(perfusionIndex)}` : '';
  return [
    `PR ${describeMeasured(pulseRate)} SpO2 ${describeMeasured(spo2)}${perfusion}`,
    `pleth ${pleth}`,
    `signal ${signal}`,
    `bar ${bar}`,
  ];
}

const describeMeasured = (value: Measured): string | number =>
  value === 'absent' ? '---' : value === 'impossible' ? '???' : value;

const FLAGS = [
  ['isBeat', 'beat'],
  ['isSpo2Low', 'SpO2 low'],
  ['isFingerOut', 'finger out'],
  ['isProbeError', 'probe error'],
  ['isSearching', 'searching'],
  ['isSearchingLong', 'searching too long'],
] as const;

const describeFlags = (sample: Sample): readonly string[] =>
  FLAGS.flatMap(([flag, words]) => (sample[flag] ? [words] : []));
