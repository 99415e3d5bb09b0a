/** Messages in one line, for people who look at the traffic or decode a capture. */
import { toHex } from '$drivers/bytes.ts';
import { formatName } from './settings.ts';
import type { Measured, Message, Quality, Reading } from './messages.ts';
import { valuesOf, type Values } from './observations.ts';

export type FrameKind = Exclude<Message['kind'], 'packet'> | 'packet' | 'part-of-packet';

/** A packet that was damaged is counted by itself. */
export const frameKind = (message: Message): FrameKind =>
  message.kind === 'packet' && !message.numbers ? 'part-of-packet' : message.kind;

/** `data format 2: PR 74 SpO2 96, 25 samples`. */
export function describe(message: Message): string {
  switch (message.kind) {
    case 'packet':
    case 'line':
    case 'reading':
    case 'spot-check':
      return `${formatName(message.format)}: ${[describeValues(message), ...remarks(message)].join(', ')}`;
    case 'text':
      return `text ${JSON.stringify(message.text)}`;
    case 'ack':
    case 'nak':
      return message.kind.toUpperCase();
    case 'date-time':
      return `clock ${describeTime(message.deviceTime)}`;
    case 'serial-number':
      return `serial number ${JSON.stringify(message.serialNumber)}`;
    case 'bluetooth-timeout':
      return `Bluetooth timeout ${toHex(message.data)}`;
    case 'command':
      return `command ${toHex(Uint8Array.of(message.operation, ...message.data))}`;
  }
}

function describeValues(reading: Reading): string {
  const values = valuesOf(reading);
  if (!values) return 'no numbers, damaged';
  const { pulseRate, spo2 } = values;
  return `PR ${describeMeasured(pulseRate)} SpO2 ${describeMeasured(spo2)}${describeDoubt(values)}`;
}

const describeMeasured = (value: Measured): string | number =>
  value === 'absent' ? '---' : value === 'impossible' ? '???' : value;

function describeDoubt({ quality, isDoubtful, isBatteryLow }: Values): string {
  const words = [...(quality ? describeQuality(quality) : []), ...(isBatteryLow ? ['battery low'] : [])];
  return words.length > 0 ? ` (${words.join(', ')})` : isDoubtful ? ' (doubtful)' : '';
}

const describeQuality = ({ isSensorOff, isArtefact, isOutOfTrack, perfusion }: Quality): readonly string[] => [
  ...(isSensorOff ? ['sensor off'] : []),
  ...(isArtefact ? ['artefact'] : []),
  ...(isOutOfTrack ? ['out of track'] : []),
  ...(perfusion === undefined ? [] : [`perfusion ${perfusion}`]),
];

function remarks(reading: Reading): readonly string[] {
  switch (reading.kind) {
    case 'packet':
      return [`${reading.frames.length} samples`];
    case 'line':
      return [
        ...(reading.isFastAveraging ? ['fast averaging'] : []),
        ...(reading.isBreath ? ['breath'] : []),
        ...(reading.isEvent ? ['event'] : []),
        ...(reading.unread === '' ? [] : [`unread ${JSON.stringify(reading.unread)}`]),
      ];
    case 'reading':
      return [];
    case 'spot-check':
      return [`taken ${describeTime(reading.deviceTime)}`, ...(reading.isFromMemory ? ['from memory'] : [])];
  }
}

const describeTime = (ms: number | undefined): string => (ms === undefined ? 'unknown' : new Date(ms).toISOString());
