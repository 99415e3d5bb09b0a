/**
 * One round of questions → one {@link InfusionReading}. A field appears only when this round brought it; a question that brought
 * none is named in `doubt`.
 */
import type { DeviceId, InfusionAlarm, InfusionReading, InfusionState, MonotonicMs } from '$lib/domain/index.ts';
import type { Query } from './messages.ts';

export interface Round {
  /** Of the newest reply. */
  readonly status?: string;
  readonly rateMlPerHour?: number;
  readonly volumeMl?: number;
  /** In words, why a question got no value. */
  readonly problems: Readonly<Partial<Record<Query, string>>>;
}

export const EMPTY_ROUND: Round = { problems: {} };

const STATES: ReadonlyMap<string, InfusionState> = new Map([
  ['INFS', 'infusing'],
  ['STBY', 'stopped'],
  ['ALRM', 'alarm'],
]);

/** The protocol tells that there is an alarm, and never which. */
const ALARM: InfusionAlarm = { kind: 'unspecified', stage: 'alarm', priority: 'high', code: 'ALRM' };

export function readingOf(round: Round, status: string, source: DeviceId, at: MonotonicMs): InfusionReading {
  const state = STATES.get(status) ?? 'unknown';
  const { rateMlPerHour, volumeMl, problems } = round;
  const doubts = [
    ...(state === 'unknown' ? [`the pump tells a status that is not known: ${status}`] : []),
    ...(state === 'infusing' && rateMlPerHour === 0 ? ['the pump says that it infuses, at rate 0'] : []),
    ...Object.values(problems),
  ];
  return {
    kind: 'infusion',
    source,
    at,
    channel: source,
    pumpType: 'syringe',
    state,
    // What GETR is of a pump that stands is not known.
    ...(state === 'infusing' && rateMlPerHour !== undefined && { rateMlPerHour }),
    ...(volumeMl !== undefined && { volumeInfusedMl: volumeMl }),
    alarms: state === 'alarm' ? [ALARM] : [],
    ...(doubts.length > 0 && { doubt: doubts.join('; ') }),
  };
}
