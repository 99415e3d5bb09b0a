/**
 * The presets that come with the station. Every number is a default that the clinic's physician may change; the source of each
 * is named in `why`, and each preset says in what it differs from the first and why. Nothing here is medical advice.
 */
import { USUAL_DISCHARGE, type RuleSet } from '$lib/domain/index.ts';
import { BREATHING } from './catalog/breathing.ts';
import { DERIVED } from './catalog/derived.ts';
import { GATES } from './catalog/gates.ts';
import { HEART } from './catalog/heart.ts';
import { SCORE_DUE, FORTY_MINUTES } from './catalog/of-presets.ts';
import { PRESSURE } from './catalog/pressure.ts';
import { PUMP } from './catalog/pump.ts';
import { SCORES } from './catalog/scores.ts';
import { TECHNICAL } from './catalog/technical.ts';
import { LOW, below, hold, level } from './catalog/building.ts';
import { adds, changesOf, derived, leavesOut } from './derive.ts';

export const ADULT_IV_KETAMINE: RuleSet = {
  id: 'adult-iv-ketamine',
  version: '4',
  title: 'Adult, ketamine by vein',
  rules: [...PRESSURE, ...HEART, ...BREATHING, ...DERIVED, ...SCORES, ...PUMP, ...TECHNICAL, ...GATES],
  nibpIntervalMin: { infusion: 5, observation: 15 },
  discharge: USUAL_DISCHARGE,
};

const { change, limits } = changesOf(ADULT_IV_KETAMINE);

const NO_PUMP = 'The drug is given as a spray; there is no pump.';

export const NASAL_ESKETAMINE: RuleSet = derived(
  ADULT_IV_KETAMINE,
  {
    id: 'nasal-esketamine',
    version: '2',
    title: 'Adult, esketamine by nose',
    nibpIntervalMin: { infusion: 20, observation: 20 },
    discharge: { ...USUAL_DISCHARGE, observedAtLeastMin: 120 },
  },
  [
    adds(FORTY_MINUTES, 'The label asks for a pressure about 40 minutes after the dose.'),
    change(
      'S7',
      'A dose that has been given cannot be stopped: the surge is medium, above 180 mmHg S1 is high.',
      (rule) => ({
        ...rule,
        levels: rule.levels.slice(1),
        why: 'The esketamine label counts rises of 40 mmHg and more.',
      }),
    ),
    leavesOut('S9', 'Readings 20 minutes apart do not tell a climb of minutes.'),
    ...['P1', 'P2', 'P4', 'P4-dose', 'P5', 'P6'].map((rule) => leavesOut(rule, NO_PUMP)),
  ],
);

export const PAIN_INFUSION: RuleSet = derived(
  ADULT_IV_KETAMINE,
  {
    id: 'pain-infusion',
    version: '2',
    title: 'Adult, low dose for pain over hours to days',
    nibpIntervalMin: { infusion: 30, observation: 30 },
  },
  [
    adds(SCORE_DUE, 'Over hours nobody sits beside the bed: sedation is asked for regularly, or it is not seen.'),
    change('O3', 'With opioids beside the drug, slow breathing is told before it is too slow.', (rule) => ({
      ...rule,
      levels: [
        ...rule.levels.slice(0, -1),
        level(LOW, below('respiratoryRate', 12, 1), hold(60, 10), 'Respiratory rate {value} /min, {beyond}'),
      ],
    })),
    change('S6', 'A rise over hours has many causes: two of three readings must agree.', (rule) => ({
      ...rule,
      levels: rule.levels.map((one) => ({
        ...one,
        timing: { type: 'readings', crossing: 2, of: 3, continuousHoldS: 60 },
      })),
    })),
    leavesOut('S9', 'Readings half an hour apart do not tell a climb of minutes.'),
    leavesOut('H4', 'A patient who moves about has bursts of the heart rate all day.'),
  ],
);

const TIGHTER = 'A healthy volunteer has no benefit from the drug: the study stops earlier.';

export const VOLUNTEER_STUDY: RuleSet = derived(
  ADULT_IV_KETAMINE,
  {
    id: 'volunteer-study',
    version: '2',
    title: 'Healthy volunteers, study',
    nibpIntervalMin: { infusion: 5, observation: 10 },
  },
  [
    limits('S1', [170], TIGHTER),
    limits('S2', [105], TIGHTER),
    limits('S3', [150], TIGHTER),
    limits('S4', [95], TIGHTER),
    limits('S5', [125, 115], TIGHTER),
    limits('H1', [130], TIGHTER),
    limits('H2', [110], TIGHTER),
    limits('O1', [94], TIGHTER),
    limits('O2', [88, 90], TIGHTER),
    limits('O3', [1, 6, 9, 9, 11, 11], TIGHTER),
    limits('O3-high', [25], TIGHTER),
    limits('H5', [40, 45], 'Trained young people rest below 50 /min.'),
  ],
);

/** The first is the one that a station judges by unless its site chose another. */
export const PRESETS: readonly RuleSet[] = [ADULT_IV_KETAMINE, NASAL_ESKETAMINE, PAIN_INFUSION, VOLUNTEER_STUDY];
