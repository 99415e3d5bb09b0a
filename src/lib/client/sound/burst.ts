/**
 * What an alarm sounds like, as a description that can be checked without hearing it: bursts of pulses, after the ideas of
 * IEC 60601-1-8 (pulse counts and spacings by priority, melodies by category). No conformity is claimed.
 *
 *   high    • • •   • •      • • •   • •        ten pulses          then 8 s of silence, and again
 *   medium  •  •  •                             three pulses        20 s
 *   low     •  •                                two pulses          30 s
 *   lost    ━━━ ━━━                             two long falling    3 s: no alarm sounds like it
 *
 *   pulse   level 1 ┐  ╭────────╮               duration and spacing are measured where the level is 0.9, so that both
 *                   │ ╱          ╲              readings of the standard's figures (at 0.9, or at nothing) are met
 *                   0 rise      fall
 */
import type { Priority } from '$lib/domain/index.ts';

/** What an alarm is about, as far as it is to be heard. */
export type SoundCategory =
  'general' | 'cardiovascular' | 'perfusion' | 'ventilation' | 'oxygen' | 'temperature' | 'drug-delivery' | 'equipment';

export type AudiblePriority = Exclude<Priority, 'notice'>;

export interface Pulse {
  /** When it begins to rise, from the beginning of the burst. */
  readonly startS: number;
  /** Between the moments at which the level passes 0.9. */
  readonly durationS: number;
  readonly frequencyHz: number;
  /** From nothing to full level, and back; both straight lines. */
  readonly riseS: number;
  readonly fallS: number;
}

export interface Burst {
  readonly pulses: readonly Pulse[];
  /** From the end of the last pulse to the beginning of the next burst. */
  readonly interburstS: number;
}

/** The standard's mark for where a pulse begins and ends. */
export const EFFECTIVE_LEVEL = 0.9;

/**
 * The sound of every pulse: harmonics of its frequency and their levels. 1, 2, 3, 5, 7 rather than odd ones only, so that
 * four overtones lie between 300 and 4000 Hz even for the highest note, C5.
 */
export const PARTIALS: readonly { readonly harmonic: number; readonly level: number }[] = [
  { harmonic: 1, level: 1 },
  { harmonic: 2, level: 0.85 },
  { harmonic: 3, level: 0.6 },
  { harmonic: 5, level: 0.5 },
  { harmonic: 7, level: 0.4 },
];

const NOTES = {
  C4: 261.63,
  D4: 293.66,
  E4: 329.63,
  F4: 349.23,
  'F♯4': 369.99,
  G4: 392,
  A4: 440,
  B4: 493.88,
  C5: 523.25,
} as const;
type Note = keyof typeof NOTES;

/** Five notes of a high alarm, played twice; a medium one is the first three of them. */
const MELODIES: Readonly<Record<SoundCategory, readonly [Note, Note, Note, Note, Note]>> = {
  general: ['C4', 'C4', 'C4', 'C4', 'C4'],
  cardiovascular: ['C4', 'E4', 'G4', 'G4', 'C5'],
  perfusion: ['C4', 'F♯4', 'C4', 'C4', 'F♯4'],
  ventilation: ['C4', 'A4', 'F4', 'A4', 'F4'],
  oxygen: ['C5', 'B4', 'A4', 'G4', 'F4'],
  temperature: ['C4', 'D4', 'E4', 'F4', 'G4'],
  'drug-delivery': ['C5', 'D4', 'G4', 'C5', 'D4'],
  equipment: ['C5', 'C4', 'C4', 'C5', 'C4'],
};
const LOW_MELODY: readonly Note[] = ['E4', 'C4'];

const RISE_SHARE = 0.15;
const HIGH = { durationS: 0.14, spacingS: 0.09, betweenGroupsS: 0.7, interburstS: 8 };
const MEDIUM = { durationS: 0.18, spacingS: 0.19, interburstS: 20 };
const LOW = { durationS: 0.18, spacingS: 0.19, interburstS: 30 };

/** The burst of an alarm. The category changes the melody of high and medium alarms, never their rhythm. */
export function burst(priority: AudiblePriority, category: SoundCategory): Burst {
  const melody = MELODIES[category];
  switch (priority) {
    case 'high':
      return { pulses: highPulses([...melody, ...melody]), interburstS: HIGH.interburstS };
    case 'medium':
      return { pulses: inLine(melody.slice(0, 3), MEDIUM.durationS, MEDIUM.spacingS), interburstS: MEDIUM.interburstS };
    case 'low':
      return { pulses: inLine(LOW_MELODY, LOW.durationS, LOW.spacingS), interburstS: LOW.interburstS };
  }
}

/** The station is not heard any more: the screen's own alarm, unlike any of the patient's. */
export const LOST_BURST: Burst = { pulses: inLine(['B4', 'F4'], 0.8, 0.25), interburstS: 3 };

/** Says that sound works. */
export const TEST_BURST: Burst = { pulses: inLine(['C4', 'G4'], 0.18, 0.19), interburstS: 0 };

/** When the pulse has died away, from the beginning of the burst. */
export const endOfPulseS = ({ startS, durationS, riseS, fallS }: Pulse): number =>
  startS + durationS + EFFECTIVE_LEVEL * (riseS + fallS);

/** From the beginning of the first pulse until the last has died away. */
export const burstLengthS = ({ pulses }: Burst): number => Math.max(0, ...pulses.map(endOfPulseS));

/** From the beginning of a burst to the beginning of the next one. */
export const burstPeriodS = (sound: Burst): number => burstLengthS(sound) + sound.interburstS;

/** Three, a longer gap, two; a pause; the same again. */
function highPulses(notes: readonly Note[]): Pulse[] {
  const { durationS, spacingS, betweenGroupsS } = HIGH;
  const longerS = 2 * spacingS + durationS;
  const group = [spacingS, spacingS, longerS, spacingS];
  return inRhythm(notes, durationS, [...group, betweenGroupsS, ...group]);
}

function inLine(notes: readonly Note[], durationS: number, spacingS: number): Pulse[] {
  return inRhythm(
    notes,
    durationS,
    notes.map(() => spacingS),
  );
}

/** `spacings`: from the end of a pulse to the beginning of the next, both at the effective level. */
function inRhythm(notes: readonly Note[], durationS: number, spacings: readonly number[]): Pulse[] {
  const edgeS = RISE_SHARE * durationS;
  let startS = 0;
  return notes.map((note, i) => {
    const pulse = { startS, durationS, frequencyHz: NOTES[note], riseS: edgeS, fallS: edgeS };
    startS += durationS + (spacings[i] ?? 0);
    return pulse;
  });
}
