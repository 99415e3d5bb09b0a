/**
 * What records say about the patient, with what must be remembered from record to record: the cuff's history, which trace
 * an invasive channel is, and where each waveform stands.
 */
import type { Observation } from '$lib/domain/index.ts';
import type { Message, PhysiologicalRecord } from './messages.ts';
import { NO_CUFF_YET, onAuxiliary, onDisplayed, type Moment, type NibpMemory } from './nibp.ts';
import { deviceAlarmOf, displayedClasses, numericsOf } from './observations.ts';
import { UNLABELLED_TRACES, pressureTraces, type PressureTraces } from './pressures.ts';
import { traceOf } from './traces.ts';
import { STOPPED_CLOCK, placeBlocks, type WaveClock } from './wave-clock.ts';

export interface Intake {
  readonly nibp: NibpMemory;
  readonly traces: PressureTraces;
  readonly clock: WaveClock;
}

export const EMPTY_INTAKE: Intake = { nibp: NO_CUFF_YET, traces: UNLABELLED_TRACES, clock: STOPPED_CLOCK };

export function take(intake: Intake, message: Message, moment: Moment): readonly [Intake, readonly Observation[]] {
  switch (message.kind) {
    case 'physiological':
      return takeNumbers(intake, message, moment);
    case 'waveform': {
      const { clock, placed } = placeBlocks(intake.clock, message, moment.at);
      const blocks = placed.flatMap((block) => traceOf(block, moment.source, intake.traces) ?? []);
      return [{ ...intake, clock }, blocks];
    }
    case 'alarm':
      return [intake, [deviceAlarmOf(message.status, moment.source, moment.at)]];
    case 'request':
      return [intake, []];
  }
}

function takeNumbers(
  intake: Intake,
  record: PhysiologicalRecord,
  moment: Moment,
): readonly [Intake, readonly Observation[]] {
  const displayed = displayedClasses(record);
  const { basic } = displayed;
  const numerics = numericsOf(record, moment.source, moment.at);
  const [shown, cuff] = basic ? onDisplayed(intake.nibp, basic.nibp, moment) : [intake.nibp, []];
  const { auxiliary, header } = record;
  const [nibp, dated] = auxiliary ? onAuxiliary(shown, auxiliary, header, moment) : [shown, []];
  const traces = basic ? pressureTraces(displayed) : intake.traces;
  return [{ ...intake, nibp, traces }, [...(numerics ? [numerics] : []), ...cuff, ...dated]];
}
