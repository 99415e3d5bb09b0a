import type { ScaleId } from '$lib/domain/index.ts';

interface ScaleWords {
  /** The name in full, or what the number is. */
  readonly name: string;
  /** Each value that has words of its own, in the order in which it is offered. */
  readonly steps?: readonly (readonly [value: number, words: string])[];
}

const scales: Readonly<Record<ScaleId, ScaleWords>> = {
  moaas: {
    name: 'Modified Observer’s Assessment of Alertness/Sedation',
    steps: [
      [5, 'Responds readily to the name in a normal tone'],
      [4, 'Responds lethargically to the name in a normal tone'],
      [3, 'Responds only to the name called loudly or repeatedly'],
      [2, 'Responds only to mild prodding or shaking'],
      [1, 'Responds only to a painful squeeze of the trapezius'],
      [0, 'Does not respond to a painful squeeze of the trapezius'],
    ],
  },
  rass: {
    name: 'Richmond Agitation-Sedation Scale',
    steps: [
      [4, 'Combative: violent, a danger to staff'],
      [3, 'Very agitated: pulls at lines, aggressive'],
      [2, 'Agitated: moves often and without purpose'],
      [1, 'Restless: anxious, movements not vigorous'],
      [0, 'Alert and calm'],
      [-1, 'Drowsy: awakens to voice, eye contact for more than 10 s'],
      [-2, 'Light sedation: awakens to voice, eye contact for less than 10 s'],
      [-3, 'Moderate sedation: moves to voice, no eye contact'],
      [-4, 'Deep sedation: moves to touch only'],
      [-5, 'Cannot be roused by voice or touch'],
    ],
  },
  cadss: { name: 'Clinician-Administered Dissociative States Scale: the sum of its items' },
  distressed: {
    name: 'Whether the patient is distressed now',
    steps: [
      [0, 'Not distressed'],
      [1, 'Distressed'],
    ],
  },
  aldrete: {
    name: 'Aldrete: activity, breathing, circulation, consciousness and oxygen, 0 to 2 each; the sum',
  },
  icp: { name: 'Intracranial pressure as another device shows it; it counts for an hour' },
};

export const scores = {
  key: 'Score',
  title: 'Enter a score',
  scale: 'Scale',
  value: 'Value',
  sum: (low: string, high: string, unit: string) => `${low} to ${high}${unit === '' ? '' : ` ${unit}`}`,
  scales,
  last: (score: string, time: string, by: string) => `Last: ${score} at ${time}, ${by}`,
  none: 'Not entered in this session.',
  corrects: (score: string, time: string) => `Corrects the ${score} of ${time}; both stay in the record`,
  save: 'Record',
  recorded: (score: string, time: string) => `✓ ${score} recorded at ${time}`,
  failed: (score: string, why: string) => `${score} was NOT recorded. ${why}`,
  missing: 'Choose a value.',
  offScale: (label: string, low: string, high: string) =>
    `${label} is a whole number from ${low} to ${high}. Check the number and the scale.`,
  correctedFrom: (score: string) => `corrected from ${score}`,
};
