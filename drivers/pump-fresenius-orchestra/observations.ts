/**
 * What a pump has told → one {@link InfusionReading}. A field appears only when the pump sent its value lately; what its
 * alarm and mode words mean is not known, so they are handed on as they are.
 */
import type { DeviceId, InfusionAlarm, InfusionReading, MonotonicMs } from '$lib/domain/index.ts';
import { deliveryOf } from './delivery.ts';
import { STAND_ALONE, type PumpAddress } from './messages.ts';
import { drugOf, freshOf, type Pump } from './pump.ts';

export function readingOf(pump: Pump, source: DeviceId, now: MonotonicMs): InfusionReading {
  const rateMlPerHour = freshOf(pump.rate, now);
  const volumeInfusedMl = freshOf(pump.volume, now);
  const alarmWord = freshOf(pump.alarm, now);
  const drugName = drugOf(pump, now);
  const alarms = alarmsOf(alarmWord);
  const { state, doubt } = deliveryOf({ rateMlPerHour, isCalling: alarms.length > 0 }, pump.flow, now);
  const doubts = [
    ...(doubt === undefined ? [] : [doubt]),
    ...(alarmWord === undefined ? ['whether it calls was not sent'] : []),
    ...(state === 'unknown' && pump.mode ? [`its word for the mode, of unknown meaning: ${pump.mode.value}`] : []),
  ];
  return {
    ...whoIs(pump, source, now),
    state,
    ...(rateMlPerHour !== undefined && { rateMlPerHour }),
    ...(volumeInfusedMl !== undefined && { volumeInfusedMl }),
    ...(drugName !== undefined && { drugName }),
    alarms,
    ...(doubts.length > 0 && { doubt: doubts.join('; ') }),
  };
}

/** A reading without a single value. */
export const muteReading = (
  pump: Pump,
  source: DeviceId,
  now: MonotonicMs,
  state: 'disconnected' | 'unknown',
  doubt: string,
): InfusionReading => ({ ...whoIs(pump, source, now), state, alarms: [], doubt });

const whoIs = ({ address, model }: Pump, source: DeviceId, at: MonotonicMs) => ({
  kind: 'infusion' as const,
  source,
  at,
  ...placeOf(address),
  ...(model !== undefined && { model }),
  pumpType: 'unknown' as const,
});

/** The protocol sends no serial number: a pump is known by its place, and one in another place is another one. */
const placeOf = (address: PumpAddress): Pick<InfusionReading, 'channel' | 'place'> =>
  address === STAND_ALONE ? { channel: 'pump' } : { channel: `module ${address}`, place: `module ${address}` };

/** Nobody outside knows which bit is which alarm: one alarm, with the word as it was sent. */
const alarmsOf = (word: string | undefined): readonly InfusionAlarm[] =>
  word === undefined || /^0+$/.test(word)
    ? []
    : [{ kind: 'unknown', stage: 'alarm', priority: 'medium', code: `a=${word}` }];
