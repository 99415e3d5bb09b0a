import type { Comparator, FactId, Onset, Severity, Timing } from '$lib/domain/index.ts';

const relations: Readonly<Record<Comparator, string>> = {
  '>=': 'at or above',
  '>': 'above',
  '<=': 'at or below',
  '<': 'below',
};

/** As a part of a condition. */
const facts: Readonly<Record<FactId, string>> = {
  infusing: 'the pump is infusing',
  'infusion-complete': 'the infusion is complete',
  'infusion-interrupted': 'the infusion was interrupted',
  'no-spo2': 'SpO₂ is not measured',
  'no-ecg': 'the ECG gives no signal',
  'no-heart-rate': 'no heart rate is measured',
  'no-other-vital-source': 'nothing else watches this patient',
  'spo2-doubtful': 'the SpO₂ signal is doubtful',
  'heart-rate-doubtful': 'the heart rate signal is doubtful',
  'pressure-by-line': 'the arterial line gives the pressure',
  'bedside-silenced': 'the bedside device is silenced',
  'no-audible-screen': 'no screen can sound',
  'recorder-failed': 'the recording has failed',
  'age-unknown': 'the age is not known',
  'item-alarming': 'the device alarms',
};

const severities: Readonly<Record<Severity, string>> = {
  'death-or-irreversible': 'death or lasting harm',
  reversible: 'harm that passes',
  discomfort: 'discomfort',
};

const onsets: Readonly<Record<Onset, string>> = {
  immediate: 'at once',
  prompt: 'within minutes',
  delayed: 'later',
};

const timings: Readonly<Record<Timing['type'], string>> = {
  hold: 'holds for some seconds',
  first: 'the first reading counts',
  confirm: 'a second reading must agree',
  readings: 'several readings must agree',
};

export const rules = {
  title: 'Rules',
  relations,
  facts,
  severities,
  onsets,
  timings,
  and: ' and ',
  or: ' or ',
  value: (name: string, relation: string, limit: string) => `${name} ${relation} ${limit}`,
  delta: (name: string, relation: string, limit: string) => `${name} ${relation} the baseline ${limit}`,
  slope: (name: string, relation: string, limit: string) => `${name} moving ${relation} ${limit} per minute`,
  projected: (name: string, minutes: number, relation: string, limit: string) =>
    `${name} in ${minutes} min, as it moves now, ${relation} ${limit}`,
  age: (name: string, relation: string, minutes: string) => `age of ${name} ${relation} ${minutes} min`,
  not: (part: string) => `not (${part})`,
  known: (name: string) => `${name} is known`,
  phase: (phases: string) => `in the phase ${phases}`,
  readingBetween: (from: number, to: number) => `a cuff reading was taken ${from} to ${to} min after the dose began`,
  unanswered: (rules: string, priority: string) => `${rules} signals at ${priority} priority and nobody has answered`,
  resumedDuring: (rules: string) => `the pump was resumed while ${rules} stood`,
  delays: {
    atOnce: 'at once',
    seconds: (seconds: number) => `after ${seconds} s`,
    first: 'with the first reading',
    second: 'with a second reading',
    readings: (crossing: number, of: number) => `with ${crossing} of ${of} readings`,
    continuous: (reading: string, seconds: number) =>
      seconds === 0 ? reading : `${reading}; a signal after ${seconds} s`,
    averaged: (delay: string, seconds: number) => `${delay}, averaged over ${seconds} s`,
  },
  groups: {
    pressure: 'Blood pressure',
    heart: 'Heart rate',
    oxygen: 'Oxygen',
    breathing: 'Breathing',
    pump: 'Pump and dose',
    scores: 'Scores and derived values',
    devices: 'Devices and station',
    own: 'Rules of this site',
  },
};
