/**
 * Alarm numbers of software after 0.67 as the manual names them, with our kinds. The manual does not say which of them stop the
 * pump, nor how urgent they are: stage and priority are ours. `alarm`: it cannot go on as it should; `pre-alarm`: it calls or
 * warns, and the run and KVO bits say what it does.
 */
import type { InfusionAlarm } from '$lib/domain/index.ts';

type Row = readonly [
  name: string,
  kind: InfusionAlarm['kind'],
  stage: InfusionAlarm['stage'],
  InfusionAlarm['priority'],
];

export const ALARMS: Readonly<Record<number, Row>> = {
  0x01: ['low battery', 'battery.low', 'pre-alarm', 'medium'],
  0x02: ['dose set incomplete', 'attention', 'pre-alarm', 'low'],
  0x03: ['dose change unacceptable', 'attention', 'pre-alarm', 'low'],
  0x04: ['dose change incomplete', 'attention', 'pre-alarm', 'low'],
  0x05: ['rate change incomplete', 'attention', 'pre-alarm', 'low'],
  0x06: ['KVO', 'end.kvo', 'pre-alarm', 'medium'],
  0x07: ['on hold', 'attention', 'pre-alarm', 'low'],
  0x08: ['empty bag', 'empty', 'alarm', 'high'],
  0x09: ['occlusion', 'occlusion.unspecified', 'alarm', 'high'],
  0x0a: ['air', 'airInLine', 'alarm', 'high'],
  0x0b: ['door open', 'doorOpen', 'alarm', 'high'],
  0x0c: ['motor reverse/stall', 'device.fault', 'alarm', 'high'],
  0x0d: ['safety clip', 'setMisplaced', 'alarm', 'high'],
  // Whether it is a sensor or something that is put in wrongly is not said.
  0x0e: ['pressure plate', 'unspecified', 'alarm', 'high'],
  0x0f: ['dead battery', 'battery.empty', 'alarm', 'high'],
  0x10: ['system warning', 'device.fault', 'pre-alarm', 'medium'],
  0x11: ['system error', 'device.fault', 'alarm', 'high'],
  0x12: ['service due', 'service', 'pre-alarm', 'low'],
  // Not "end": the manual does not say why a secondary infusion stopped.
  0x13: ['secondary stop', 'unspecified', 'alarm', 'medium'],
  0x14: ['preset limits exceeded', 'limit', 'pre-alarm', 'medium'],
};

export const ALARM_KVO = 0x06;

/** As the manual writes it: `09`. */
export const alarmCode = (number: number): string => number.toString(16).toUpperCase().padStart(2, '0');
