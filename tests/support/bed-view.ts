/** A bed of which nothing is shown yet. */
import { bedId } from '$lib/domain/index.ts';
import type { BedView } from '$lib/realtime/index.ts';

export const VIEW: BedView = {
  bed: bedId('bed-1'),
  label: 'Bed 1',
  vitals: {},
  nibp: { readings: [], intervalMin: 5 },
  limits: [],
  channels: [],
  devices: [],
  deviceAlarms: [],
  timeline: [],
  waves: [],
  closedGates: [],
  unjudged: [],
  audibleScreens: 0,
  alarms: [],
  alarmNumber: 0,
  audio: {},
};
