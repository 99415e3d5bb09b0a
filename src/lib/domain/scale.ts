/** What people score at the bedside, because no device can: scales with their ranges, and a value that was read elsewhere. */
export interface ScaleDefinition {
  readonly label: string;
  readonly unit: string;
  readonly range: readonly [low: number, high: number];
  /** Values lie on a grid of this width. */
  readonly step: number;
}

const define = <K extends string>(table: Record<K, ScaleDefinition>): Readonly<Record<K, ScaleDefinition>> => table;

/**
 * `moaas` Modified Observer's Assessment of Alertness/Sedation, 5 awake · `rass` Richmond Agitation-Sedation Scale, 0 calm ·
 * `cadss` Clinician-Administered Dissociative States Scale, sum of 23 items · `distressed` 1 when the person is, 0 when not ·
 * `aldrete` recovery after anaesthesia, 10 recovered · `icp` intracranial pressure as another device shows it.
 */
export const SCALES = define({
  moaas: { label: 'MOAA/S', unit: '', range: [0, 5], step: 1 },
  rass: { label: 'RASS', unit: '', range: [-5, 4], step: 1 },
  cadss: { label: 'CADSS', unit: '', range: [0, 92], step: 1 },
  distressed: { label: 'Distress', unit: '', range: [0, 1], step: 1 },
  aldrete: { label: 'Aldrete', unit: '', range: [0, 10], step: 1 },
  icp: { label: 'ICP', unit: 'mm[Hg]', range: [-20, 120], step: 1 },
});

export type ScaleId = keyof typeof SCALES;

/** Whether a number can be a score of this scale. */
export function isOnScale(scale: ScaleId, value: number): boolean {
  const { range, step } = SCALES[scale];
  const [low, high] = range;
  return value >= low && value <= high && Number.isInteger((value - low) / step);
}
