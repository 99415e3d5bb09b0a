/**
 * The codes behind the numbers of a line. `missing`: the numbers beside it do not count, for this reason. `alarm`: shown as an
 * alarm of the oximeter, with a priority of ours. `isSilencing`: its own audio is off or paused.
 */
import type { Missing } from '$lib/domain/index.ts';

export interface Code {
  readonly text: string;
  readonly missing?: Missing;
  readonly isDoubtful?: boolean;
  readonly alarm?: 'high' | 'medium' | 'low';
  readonly isSilencing?: boolean;
}

/** In the order in which reasons for missing numbers are preferred. */
export const CODES: Readonly<Record<string, Code>> = {
  SD: { text: 'Sensor disconnected', missing: 'sensor-off', alarm: 'medium' },
  SO: { text: 'Sensor off', missing: 'sensor-off', alarm: 'medium' },
  PS: { text: 'Pulse search', missing: 'searching', alarm: 'low' },
  LM: { text: 'Loss of pulse with motion', missing: 'artefact', alarm: 'high' },
  LP: { text: 'Loss of pulse', missing: 'invalid', alarm: 'high' },
  SL: { text: 'SpO2 low', alarm: 'medium' },
  SH: { text: 'SpO2 high', alarm: 'medium' },
  PL: { text: 'Pulse rate low', alarm: 'medium' },
  PH: { text: 'Pulse rate high', alarm: 'medium' },
  MO: { text: 'Motion', isDoubtful: true, alarm: 'low' },
  LB: { text: 'Low battery', alarm: 'low' },
  AO: { text: 'Alarms off', isSilencing: true },
  AS: { text: 'Alarm silenced', isSilencing: true },
};
