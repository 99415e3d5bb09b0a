/** What the beds tell of the station itself. Pure. */
import type { BedView } from '$lib/realtime/index.ts';

export interface StationFacts {
  readonly isRecorderFailed: boolean;
  /** Screens that can be heard; every screen sounds for every bed. */
  readonly audibleScreens: number;
}

/** The rule that watches the recorder. */
const RECORDER_RULE = 'T6';

export const stationFacts = (beds: readonly BedView[]): StationFacts => ({
  isRecorderFailed: beds.some(({ alarms }) => alarms.some(({ rule }) => rule === RECORDER_RULE)),
  audibleScreens: Math.max(0, ...beds.map(({ audibleScreens }) => audibleScreens)),
});
