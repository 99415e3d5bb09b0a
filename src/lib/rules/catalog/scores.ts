/** Scores that people enter. */
import type { Rule } from '$lib/domain/index.ts';
import { HIGH, I_O, MEDIUM, ON_ENTRY, entered, level } from './building.ts';

export const SCORES: readonly Rule[] = [
  {
    id: 'N1',
    name: 'sedation',
    kind: 'physiological',
    phases: I_O,
    metric: 'moaas',
    worse: 'lower',
    levels: [
      level(HIGH, { any: [entered('moaas', '<=', 2), entered('rass', '<=', -3)] }, ON_ENTRY, 'Deep sedation entered'),
      level(MEDIUM, entered('moaas', '<=', 3), ON_ENTRY, 'Sedation: MOAA/S {value}'),
    ],
    reminder: { afterMin: 10 },
    why: 'The label asks that sedation be watched; a patient who answers only to loud or painful stimuli may lose the airway.',
  },
  {
    id: 'N2',
    name: 'dissociation',
    kind: 'advisory',
    phases: I_O,
    metric: 'cadss',
    worse: 'higher',
    levels: [
      level(
        'notice',
        { any: [entered('cadss', '>=', 30), entered('distressed', '>=', 1)] },
        ON_ENTRY,
        'Marked dissociation or distress entered',
      ),
    ],
    why: 'Nobody has to run, but somebody should stay and talk.',
  },
];
