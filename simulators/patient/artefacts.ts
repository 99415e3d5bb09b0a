/** Which artefacts are at work at an instant, by name: the truth that tells a wrong reading from a wrong patient. */
import type { ScenarioReading } from '$simulators/scenarios/at-instant.ts';
import type { Artefact } from './simulated-bedside.ts';

const OF_SCENARIO = [
  'movement',
  'low-perfusion',
  'ecg-off',
  'oximeter-off',
  'cuff-off',
  'capnograph-off',
  'arterial-open',
  'arterial-damped',
  'monitor-unlinked',
  'pump-unlinked',
] as const satisfies readonly Artefact[];

export interface CuffArtefacts {
  readonly isArmSqueezed: boolean;
  readonly hasCuffFailed: boolean;
}

export function artefactsAt(
  reading: ScenarioReading,
  simMs: number,
  { isArmSqueezed, hasCuffFailed }: CuffArtefacts,
): readonly Artefact[] {
  return [
    ...OF_SCENARIO.filter((what) => reading.disturbed(what)(simMs)),
    ...(isArmSqueezed ? (['cuff-on-oximeter-arm'] as const) : []),
    ...(hasCuffFailed ? (['cuff-failed'] as const) : []),
  ];
}
