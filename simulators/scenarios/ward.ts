/**
 * The six beds of a demonstration. `startAtMin`: run the bed's devices through so many minutes of the scenario before
 * anybody looks, so that one bed is early in the infusion, one shortly before a surge, one in observation, and one has a
 * patient who has just sat down where another was treated before.
 */
export interface WardBed extends WardStay {
  readonly label: string;
  /** Who was treated in this bed before, and left at `leavesAtMin`. */
  readonly earlier?: WardStay & { readonly leavesAtMin: number };
}

export interface WardStay {
  readonly scenario: string;
  readonly seed: number;
  readonly startAtMin: number;
}

export const WARD: readonly WardBed[] = [
  { label: 'Bed 1', scenario: 'surge', seed: 11, startAtMin: 38.7 },
  { label: 'Bed 2', scenario: 'calm', seed: 12, startAtMin: 21 },
  { label: 'Bed 3', scenario: 'probe-off', seed: 13, startAtMin: 22 },
  { label: 'Bed 4', scenario: 'calm-observation', seed: 14, startAtMin: 72 },
  { label: 'Bed 5', scenario: 'pump-occlusion', seed: 15, startAtMin: 29 },
  {
    ...{ label: 'Bed 6', scenario: 'arriving', seed: 16, startAtMin: 1.5 },
    earlier: { scenario: 'strong-response', seed: 17, startAtMin: 72, leavesAtMin: 69 },
  },
];
