/** Rules that only some presets have. */
import type { Expression, Rule } from '$lib/domain/index.ts';
import { I_O, LOW, MEDIUM, MEDIUM_REMINDER, hold, level } from './building.ts';

const NONE_SINCE_35: Expression = { not: { readingBetweenMin: [35, 1440] } };

export const FORTY_MINUTES: Rule = {
  id: 'T2',
  name: 'nasal-40',
  kind: 'technical',
  phases: I_O,
  metric: 'sinceDoseMin',
  levels: [
    level(
      MEDIUM,
      { all: [{ metric: 'sinceDoseMin', is: '>=', limit: 50 }, NONE_SINCE_35] },
      hold(0),
      'No pressure 40 min after the dose, now {value} min',
    ),
    level(
      LOW,
      { all: [{ metric: 'sinceDoseMin', is: '>=', limit: 44 }, NONE_SINCE_35] },
      hold(0),
      'Pressure of minute 40 not taken yet',
    ),
  ],
  reminder: MEDIUM_REMINDER,
  why: 'The pressure peaks about 40 minutes after the spray; the label asks for a reading then.',
};

const noneWithin = (metric: 'moaas' | 'rass', minutes: number): Expression => ({
  any: [{ not: { known: metric } }, { metric, of: 'age', is: '>=', limit: minutes }],
});

export const SCORE_DUE: Rule = {
  id: 'N3',
  name: 'sedation-score-due',
  kind: 'advisory',
  phases: ['infusion'],
  levels: [
    level(
      LOW,
      {
        all: [{ metric: 'sinceDoseMin', is: '>=', limit: 60 }, noneWithin('moaas', 240), noneWithin('rass', 240)],
      },
      hold(0),
      'Sedation score due',
    ),
  ],
  reminder: { afterMin: 30 },
  why: 'Sedation comes slowly over hours; a score every four hours shows it.',
};
