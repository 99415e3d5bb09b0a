/** Alarm bits and flags as the document lists them, with our kinds. Bit 0 of a field says "none". */
import type { InfusionAlarm, InfusionAlarmKind } from '$lib/domain/index.ts';

export type KindByNumber = Readonly<Record<number, InfusionAlarmKind>>;
export type Stage = InfusionAlarm['stage'];

export const ALARM1_KINDS: KindByNumber = {
  1: 'device.fault',
  2: 'battery.empty',
  3: 'device.fault',
  4: 'device.fault',
  5: 'battery.empty',
  6: 'battery.empty',
  7: 'battery.empty',
  8: 'attention',
  9: 'empty',
  10: 'occlusion.downstream',
  11: 'occlusion.downstream',
  12: 'attention',
  13: 'infusionComplete',
  14: 'infusionComplete',
  15: 'mechanism.disengaged',
  16: 'sensor.pressure',
  17: 'syringe.fault',
  18: 'syringe.fault',
  19: 'end.stopped',
  20: 'occlusion.upstream',
  22: 'dropSensor',
  23: 'dropSensor',
  24: 'dropSensor',
  25: 'dropSensor',
  26: 'freeFlow',
  27: 'dropSensor',
  28: 'airInLine',
  29: 'airInLine',
  30: 'airInLine',
  31: 'device.fault',
};

export const ALARM2_KINDS: KindByNumber = {
  1: 'attention',
  2: 'limit',
  3: 'attention',
  4: 'empty',
  5: 'device.fault',
  6: 'attention',
  7: 'freeFlow',
  29: 'device.fault',
  30: 'doorOpen',
  31: 'syringe.fault',
};

export const PREALARM_KINDS: KindByNumber = {
  1: 'setMisplaced',
  2: 'nearEnd',
  3: 'nearEnd',
  4: 'battery.low',
  5: 'end.kvo',
  6: 'attention',
  7: 'attention',
  8: 'vtbi.done',
  9: 'attention',
  10: 'occlusion.downstream',
  11: 'attention',
  12: 'attention',
  13: 'nearEnd',
  14: 'attention',
  15: 'battery.low',
};

/** INA3 says "pressure" and not on which side of the pump; INA6 says "CC" and not what that is. */
export const FLAG_KINDS: KindByNumber = {
  1: 'battery.empty',
  2: 'empty',
  3: 'occlusion.unspecified',
  5: 'attention',
  7: 'infusionComplete',
  8: 'infusionComplete',
  9: 'syringe.fault',
  11: 'battery.low',
  12: 'nearEnd',
  13: 'doorOpen',
  14: 'dropSensor',
  15: 'airInLine',
  16: 'end.stopped',
};

/**
 * Words of the dose guard: what each stands for, `undefined` for "no limit is passed". 2 and 4 are "within the only limit there
 * is", 5 "within both"; 0 and 6 say that there are none.
 */
export const LIMIT_WORDS: Readonly<Record<string, Readonly<Record<string, InfusionAlarmKind | undefined>>>> = {
  DGDSTATUS: { 0: undefined, 1: 'limit', 2: undefined, 3: 'limit', 4: undefined, 5: undefined, 6: undefined },
  INM12: { 0: undefined, 1: 'limit' },
  INM13: { 0: undefined, 1: 'limit' },
};

/** Flags that warn before the pump stops. */
export const PRE_ALARM_FLAGS: ReadonlySet<number> = new Set([11, 12]);

type Priority = InfusionAlarm['priority'];

/** The pump sends no priorities; these are ours. */
const PRIORITIES: Readonly<Record<InfusionAlarmKind, Priority>> = {
  'occlusion.downstream': 'high',
  'occlusion.upstream': 'high',
  'occlusion.unspecified': 'high',
  airInLine: 'high',
  empty: 'high',
  doorOpen: 'high',
  'syringe.fault': 'high',
  'mechanism.disengaged': 'high',
  freeFlow: 'high',
  dropSensor: 'high',
  'battery.empty': 'high',
  'device.fault': 'high',
  'sensor.pressure': 'high',
  nearEnd: 'medium',
  infusionComplete: 'medium',
  'end.stopped': 'medium',
  'end.kvo': 'medium',
  'vtbi.done': 'medium',
  setMisplaced: 'medium',
  'battery.low': 'medium',
  comms: 'medium',
  limit: 'medium',
  unspecified: 'medium',
  unknown: 'medium',
  'power.ac': 'low',
  attention: 'low',
  service: 'low',
};

/** A warning is never high: the pump still runs. Who passed a soft limit was asked by the pump first: that is low. */
export function priorityOf(kind: InfusionAlarmKind, stage: Stage): Priority {
  if (stage === 'alarm') return PRIORITIES[kind];
  if (kind === 'limit') return 'low';
  return PRIORITIES[kind] === 'high' ? 'medium' : PRIORITIES[kind];
}
