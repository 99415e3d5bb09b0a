/**
 * The alarm bits by the manual's numbers and names. Kinds, stages and priorities are ours: the pump sends none. A name that may
 * mean several things is kind `unspecified`, and its priority is that of the worst of them.
 */
import type { InfusionAlarm } from '$lib/domain/index.ts';

export interface AlarmBit extends Pick<InfusionAlarm, 'kind' | 'stage' | 'priority'> {
  readonly name: string;
}

const bit = (
  name: string,
  kind: AlarmBit['kind'],
  stage: AlarmBit['stage'],
  priority: AlarmBit['priority'],
): AlarmBit => ({ name, kind, stage, priority });

export const ALARM_BITS: Readonly<Record<number, AlarmBit>> = {
  0: bit('shutdown notice', 'unspecified', 'pre-alarm', 'medium'),
  1: bit('link interruption', 'comms', 'pre-alarm', 'medium'),
  2: bit('completion', 'infusionComplete', 'alarm', 'medium'),
  3: bit('occlusion', 'occlusion.unspecified', 'alarm', 'high'),
  4: bit('syringe displacement', 'syringe.fault', 'alarm', 'high'),
  5: bit('plunger displacement', 'syringe.fault', 'alarm', 'high'),
  6: bit('slider displacement', 'mechanism.disengaged', 'alarm', 'high'),
  7: bit('syringe barrel detection', 'syringe.fault', 'alarm', 'high'),
  8: bit('nearly empty', 'nearEnd', 'pre-alarm', 'medium'),
  13: bit('power failure', 'unspecified', 'alarm', 'high'),
  15: bit('AC power detector', 'unspecified', 'pre-alarm', 'medium'),
  16: bit('no flow rate set', 'attention', 'pre-alarm', 'low'),
  17: bit('flow-rate/VTBI judgement', 'attention', 'pre-alarm', 'low'),
  18: bit('no VTBI', 'attention', 'pre-alarm', 'low'),
  // The name does not say whether it is low or empty.
  19: bit('battery', 'unspecified', 'alarm', 'high'),
  20: bit('start reminder', 'attention', 'pre-alarm', 'low'),
  21: bit('pressure', 'unspecified', 'alarm', 'high'),
  22: bit('maintenance timer', 'service', 'pre-alarm', 'low'),
  23: bit('battery replacement/failure', 'device.fault', 'pre-alarm', 'medium'),
};

/** A bit that the manual calls reserved. */
export const RESERVED: AlarmBit = bit('reserved', 'unknown', 'alarm', 'medium');
