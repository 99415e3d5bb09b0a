/** The steps of a guided session: which are done, which one is due, which were left out. Pure, out of the session itself. */
import { words } from './index.ts';
import { lastChecklist } from './checklist.ts';
import type { Session } from '$lib/domain/index.ts';

export const STEPS = [
  'admit',
  'screening',
  'baseline',
  'plan',
  'start',
  'monitor',
  'observation',
  'discharge',
  'report',
] as const;

export type Step = (typeof STEPS)[number];

/** `omitted`: the session went on without it (a pump was started early); it can still be looked at. */
export type StepState = 'done' | 'current' | 'to-come' | 'omitted';

export const isScreened = ({ marks }: Session): boolean =>
  lastChecklist(marks, words.session.screening.listTitle) !== undefined;

export const isCompared = ({ marks }: Session): boolean =>
  lastChecklist(marks, words.session.comparison.title) !== undefined;

/** Where a nurse stands now. */
export function currentStep(session: Session | undefined): Step {
  if (session === undefined) return 'admit';
  switch (session.phase) {
    case 'setup':
    case 'baseline':
      if (!isScreened(session)) return 'screening';
      if (session.baseline === undefined) return 'baseline';
      return session.plan === undefined ? 'plan' : 'start';
    case 'infusion':
      return 'monitor';
    case 'observation':
      return 'observation';
    case 'discharge-ready':
      return 'discharge';
    case 'closed':
      return 'report';
  }
}

const DONE: Readonly<Record<Step, (session: Session) => boolean>> = {
  admit: () => true,
  screening: isScreened,
  baseline: ({ baseline }) => baseline !== undefined,
  plan: ({ plan }) => plan !== undefined,
  start: ({ infusionStartedAt }) => infusionStartedAt !== undefined,
  monitor: ({ infusionEndedAt, phase }) => infusionEndedAt !== undefined && phase !== 'infusion',
  observation: ({ phase }) => phase === 'discharge-ready' || phase === 'closed',
  discharge: ({ phase }) => phase === 'closed',
  report: ({ phase }) => phase === 'closed',
};

export function stepStates(session: Session | undefined): Readonly<Record<Step, StepState>> {
  const current = currentStep(session);
  const state = (step: Step): StepState => {
    if (step === current) return 'current';
    if (session !== undefined && DONE[step](session)) return 'done';
    return STEPS.indexOf(step) < STEPS.indexOf(current) ? 'omitted' : 'to-come';
  };
  return {
    admit: state('admit'),
    screening: state('screening'),
    baseline: state('baseline'),
    plan: state('plan'),
    start: state('start'),
    monitor: state('monitor'),
    observation: state('observation'),
    discharge: state('discharge'),
    report: state('report'),
  };
}

/** Before the drug flows a step can be filled in and changed; afterwards it is history. */
export const isBeforeDrug = ({ phase }: Session): boolean => phase === 'setup' || phase === 'baseline';
