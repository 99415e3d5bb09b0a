import type { DeviceRole, LinkState, MarkKind, Missing, Phase } from '$lib/domain/index.ts';

const phases: Readonly<Record<Phase, string>> = {
  setup: 'Preparing',
  baseline: 'Baseline',
  infusion: 'Infusing',
  observation: 'Observation',
  'discharge-ready': 'Ready to leave',
  closed: 'Closed',
};

const missing: Readonly<Record<Missing | 'expired' | 'never', string>> = {
  'sensor-off': 'sensor off',
  'no-module': 'not fitted',
  'not-measured': 'not measured',
  invalid: 'invalid',
  'under-range': 'under range',
  'over-range': 'over range',
  'not-calibrated': 'not calibrated',
  artefact: 'artefact',
  searching: 'searching',
  'device-silent': 'monitor silent',
  expired: 'too old',
  never: 'no reading',
};

const marks: Readonly<Record<MarkKind, string>> = {
  nausea: 'Nausea',
  dissociation: 'Dissociation',
  anxiety: 'Anxiety',
  headache: 'Headache',
  pain: 'Pain',
  'line-check': 'Line check',
  position: 'Position',
  medicine: 'Medicine given',
  'rate-changed': 'Rate changed',
  'pump-stopped': 'Pump stopped',
  'prescriber-notified': 'Prescriber told',
  note: 'Note',
};

const roles: Readonly<Record<DeviceRole, string>> = { monitor: 'Monitor', pump: 'Pump' };

const links: Readonly<Record<LinkState, string>> = {
  opening: 'opening the link',
  negotiating: 'connected, no data yet',
  live: 'streaming',
  silent: 'not answering',
  lost: 'link lost',
  fault: 'closed by the station',
};

/** Words that more than one screen uses. */
export const common = {
  product: 'Infuscope',
  phases,
  missing,
  marks,
  roles,
  links,
  /** What is said of a waveform. */
  signals: { live: 'signal present', waiting: 'waiting', none: 'no signal' },
  noValue: '--',
  outOfRange: '---',
  simulated: 'SIMULATED',
  simulatedShort: 'SIM',
  simulatedHint: 'These are simulated devices and an invented patient.',
  replay: 'REPLAY',
  replayHint: 'A recording is played here: what is shown happened at another time, perhaps to another patient.',
  now: 'now',
  secondsAgo: (seconds: number) => `${seconds} s ago`,
  minutesAgo: (minutes: number) => `${minutes} min ago`,
  minutes: (minutes: number) => `${minutes} min`,
  seconds: (seconds: number) => `${seconds} s`,
  close: 'Close',
  cancel: 'Cancel',
  undo: 'Undo',
  years: (years: number) => `${years} y`,
  kilograms: (kg: string) => `${kg} kg`,
  deviceTrouble: {
    opening: (device: string) => `${device}: opening the link`,
    negotiating: (device: string) => `${device}: connected, no data yet`,
    silent: (device: string, forTime: string) => `${device} not answering for ${forTime} – last values shown`,
    lost: (device: string, forTime: string) => `${device} link lost for ${forTime} – last values shown`,
    fault: (device: string) => `${device} link closed by the station`,
  },
  safety:
    'A secondary display and notifier, not a certified medical device. The alarms of the bedside devices stay primary: look at the patient and at the bedside monitor.',
};
