/**
 * What may befall a session, as pieces that any scenario can take up: each says from which minute of the scenario on it runs.
 * Pressures mmHg, rates 1/min. What the staff does at the pump belongs to the piece, so that a story is whole.
 */
import type { Disturbance, Excursion, PumpAct, Scenario, Span } from './scenario.ts';

/** What a script adds to a scenario. */
export interface ScriptPart {
  readonly acts?: readonly PumpAct[];
  readonly disturbances?: readonly Disturbance[];
  readonly excursions?: readonly Excursion[];
}

export interface Script {
  readonly title: string;
  /** From its first sign to its end, min. */
  readonly lastsMin: number;
  /** Whether it is about the pump: two of those at a time would contradict each other. */
  readonly isAtPump: boolean;
  part(atMin: number): ScriptPart;
}

const excursion = (span: Span, riseMin: number, fallMin: number, to: Excursion['to']): Excursion => ({
  ...span,
  riseMin,
  fallMin,
  to,
});

const scripts = <K extends string>(table: Record<K, Script>): Readonly<Record<K, Script>> => table;

export const SCRIPTS = scripts({
  'hypertensive-crisis': {
    title: 'pressure of 200/120, with headache; the staff stops the pump six minutes after it is there',
    lastsMin: 40,
    isAtPump: true,
    part: (atMin) => ({
      excursions: [
        excursion({ fromMin: atMin - 3, toMin: atMin + 37 }, 3, 25, { systolic: 200, diastolic: 120, heartRate: 104 }),
      ],
      acts: [{ atMin: atMin + 6, act: 'stop' }],
    }),
  },
  'vagal-episode': {
    title: 'heart rate 45 and systolic pressure 85 for three minutes',
    lastsMin: 6,
    isAtPump: false,
    part: (atMin) => ({
      excursions: [
        excursion({ fromMin: atMin, toMin: atMin + 6 }, 1, 2, { systolic: 85, diastolic: 50, heartRate: 45 }),
      ],
    }),
  },
  'nausea-with-bradycardia': {
    title: 'nausea, restless, heart rate 48 and a pressure that sags',
    lastsMin: 8,
    isAtPump: false,
    part: (atMin) => ({
      disturbances: [{ what: 'movement', fromMin: atMin + 1, toMin: atMin + 2 }],
      excursions: [
        excursion({ fromMin: atMin, toMin: atMin + 8 }, 1.5, 3, { heartRate: 48 }),
        excursion({ fromMin: atMin, toMin: atMin + 8 }, 2, 4, { systolic: 98, diastolic: 60 }),
      ],
    }),
  },
  occlusion: {
    title: 'the line is closed for 4.5 minutes; what it held arrives at once when the staff frees it',
    lastsMin: 6,
    isAtPump: true,
    part: (atMin) => ({
      disturbances: [{ what: 'line-occluded', fromMin: atMin, toMin: atMin + 4.5 }],
      acts: [
        { atMin: atMin + 4, act: 'pause' },
        { atMin: atMin + 5, act: 'resume' },
      ],
    }),
  },
  oversedation: {
    title: 'breathing slows to 6, saturation falls to 84, carbon dioxide rises; the staff stops the pump',
    lastsMin: 14,
    isAtPump: true,
    part: (atMin) => ({
      excursions: [
        excursion({ fromMin: atMin, toMin: atMin + 12 }, 2, 5, { respiratoryRate: 6, etco2: 58 }),
        excursion({ fromMin: atMin + 2, toMin: atMin + 14 }, 2.5, 6, { spo2: 84 }),
      ],
      acts: [{ atMin: atMin + 5, act: 'stop' }],
    }),
  },
  'desaturation-dips': {
    title: 'three dips of saturation to 87, 89 and 86, each below a minute long',
    lastsMin: 7,
    isAtPump: false,
    part: (atMin) => ({
      excursions: [
        excursion({ fromMin: atMin, toMin: atMin + 0.9 }, 0.3, 0.3, { spo2: 87 }),
        excursion({ fromMin: atMin + 3, toMin: atMin + 3.8 }, 0.3, 0.3, { spo2: 89 }),
        excursion({ fromMin: atMin + 6, toMin: atMin + 7 }, 0.3, 0.3, { spo2: 86 }),
      ],
    }),
  },
  'pump-stop': {
    title: 'the pump stands still for seven minutes though nobody meant it to',
    lastsMin: 8,
    isAtPump: true,
    part: (atMin) => ({
      acts: [
        { atMin, act: 'pause' },
        { atMin: atMin + 7, act: 'resume' },
      ],
    }),
  },
});

export type ScriptId = keyof typeof SCRIPTS;

/** At the cannulation, three minutes before the infusion: heart rate +15 for three minutes, whoever the patient is. */
export const cannulationAnxiety = (startsAtMin: number): Scenario['episodes'][number] => ({
  fromMin: startsAtMin - 3.5,
  riseMin: 0.5,
  toMin: startsAtMin,
  fallMin: 0.5,
  systolic: 8,
  diastolic: 4,
  heartRate: 15,
});

/** The scenario with a script that begins at this minute. Acts stand in the order of time. */
export function withScript(scenario: Scenario, id: ScriptId, atMin: number): Scenario {
  const { acts = [], disturbances = [], excursions = [] } = SCRIPTS[id].part(atMin);
  return {
    ...scenario,
    acts: [...scenario.acts, ...acts].sort((a, b) => a.atMin - b.atMin),
    disturbances: [...scenario.disturbances, ...disturbances],
    excursions: [...(scenario.excursions ?? []), ...excursions],
  };
}
