/** What a simulated pump says of itself: data fields and alarm bytes as both generations of the software send them. */
import type { Status } from '$drivers/pump-graseby-3000-500/messages.ts';
import { writeStatus } from '$drivers/pump-graseby-3000-500/codec.ts';
import type { Pump } from '../pump.ts';
import { covers } from '../settings.ts';
import type { GrasebySettings } from './settings.ts';

const ALARM = { kvo: 0x06, onHold: 0x07, empty: 0x08, occlusion: 0x09, air: 0x0a } as const;
/** A pump on hold does not call at once. */
const ON_HOLD_AFTER_MS = 120_000;

/** What the pump calls, and whether somebody controls it. */
export interface Calls {
  readonly alarm: number;
  readonly isControlled: boolean;
}

export function callsOf(pump: Pump, settings: GrasebySettings, now: number, onHoldSinceMs: number): Calls {
  const staged = settings.alarms.find((spell) => covers([spell], now));
  const isControlled = covers(settings.controlled, now);
  return { alarm: staged?.alarm ?? alarmOf(pump, now - onHoldSinceMs), isControlled };
}

function alarmOf(pump: Pump, onHoldMs: number): number {
  switch (pump.run) {
    case 'blocked':
      return ALARM.occlusion;
    case 'air':
      return ALARM.air;
    case 'empty':
      return ALARM.empty;
    case 'kvo':
      return ALARM.kvo;
    case 'complete':
      return ALARM.onHold;
    case 'stopped':
      return pump.isOn && onHoldMs >= ON_HOLD_AFTER_MS ? ALARM.onHold : 0;
    case 'running':
      return 0;
  }
}

export const statusOf = (pump: Pump, { alarm, isControlled }: Calls): Status => ({
  alarm,
  isAudible: alarm !== 0,
  isMainScreen: true,
  isControlled,
  isSecondary: false,
  isRunning: pump.run === 'running' || pump.run === 'kvo',
  isKvo: pump.run === 'kvo',
  isOnBattery: !pump.isOnMains,
  isBatteryLow: false,
  isDoorOpen: false,
  isClipIn: true,
  isCassetteIn: true,
  isLocked: false,
  psiCode: 1,
  isPoweredUp: pump.isOn,
  hasUserText: false,
});

/** The alarm bytes; of the older software two of them, which is a guess that no driver may build on. */
export function statusHexOf(pump: Pump, calls: Calls, { generation }: GrasebySettings): string {
  const hex = writeStatus(statusOf(pump, calls));
  return generation === 'old' ? hex.slice(0, 4) : hex;
}

/** Infused, limit, rate. The rate is the programmed one on hold as well; in KVO it is not known which. */
export function infusionDataOf({ volumeMl, order }: Pump, { generation, hasWideData }: GrasebySettings): string {
  const { vtbiMl, rateMlPerHour } = order;
  if (generation === 'new' || hasWideData) {
    return fixed(volumeMl, 6, 1) + fixed(vtbiMl, 6, 1) + fixed(rateMlPerHour, 5, 1);
  }
  const isNarrow = volumeMl < 999.95 && vtbiMl < 999.95 && rateMlPerHour < 99.95;
  return isNarrow
    ? fixed(volumeMl, 5, 1) + fixed(vtbiMl, 5, 1) + fixed(rateMlPerHour, 4, 1)
    : fixed(volumeMl, 4, 0) + fixed(vtbiMl, 4, 0) + fixed(rateMlPerHour, 3, 0);
}

/** Never more than was counted: the last decimal is cut off. */
function fixed(value: number, width: number, decimals: number): string {
  const unit = 10 ** decimals;
  return (Math.floor(value * unit + 1e-6) / unit).toFixed(decimals).padStart(width, '0');
}

/** `YYMMDDhhmmss` of this instant of the scenario, from an arbitrary day on. */
export const clockText = (simMs: number): string =>
  new Date(Date.UTC(2002, 3, 1) + simMs).toISOString().slice(2, 19).replaceAll(/\D/g, '');
