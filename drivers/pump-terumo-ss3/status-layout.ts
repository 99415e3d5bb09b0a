/**
 * The basic operating status: bytes ⇄ numbers, big endian, offsets from the first byte behind the execution result.
 *
 *    0 software version      8 power             14 delivered ×100       24 weight ×10
 *    2 operation (high half) 9 operation monitor 17 VTBI ×10             26 dilution ×100
 *    5 alarms, three bytes  10 syringe           20 dose rate ×100       29 …
 *    3, 4 reserved          11 rate ×100         23 unit of the dose
 */
import { view } from '$drivers/bytes.ts';
import type { OperatingStatus } from './messages.ts';

/** What every model sends; more follows. */
export const STATUS_BYTES = 29;

const VTBI_INFINITE = 0xffffff;
const VTBI_OFF = 0xeeeeee;
const WEIGHT_OFF = 0xffff;
const DILUTION_OFF = 0;

const OCCLUSION_STEP_PERCENT = 25;
const SOUNDING = 0x08;
const LOCKED = 0x10;
const PLUNGER_OFF = 0x20;

/** @throws RangeError for less than {@link STATUS_BYTES}. */
export function readStatus(data: Uint8Array): OperatingStatus {
  const bytes = view(data);
  const uint24 = (at: number): number => bytes.getUint8(at) * 0x10000 + bytes.getUint16(at + 1);
  const [power, monitor] = [bytes.getUint8(8), bytes.getUint8(9)];
  const [vtbi, weight, dilution] = [uint24(17), bytes.getUint16(24), uint24(26)];
  return {
    softwareVersion: bytes.getUint16(0),
    operation: bytes.getUint8(2) >> 4,
    alarmBytes: [bytes.getUint8(5), bytes.getUint8(6), bytes.getUint8(7)],
    batteryBars: power & 0x0f,
    powerSource: (power >> 4) & 0x03,
    subBattery: power >> 6,
    occlusionPercent: (monitor & 0x03) * OCCLUSION_STEP_PERCENT,
    isAlarmSounding: (monitor & SOUNDING) !== 0,
    isKeypadLocked: (monitor & LOCKED) !== 0,
    isPlungerOff: (monitor & PLUNGER_OFF) !== 0,
    syringe: bytes.getUint8(10),
    rateSetMlPerHour: uint24(11) / 100,
    deliveredMl: uint24(14) / 100,
    vtbiMl: vtbi === VTBI_INFINITE ? 'infinite' : vtbi === VTBI_OFF ? 'off' : vtbi / 10,
    doseRate: uint24(20) / 100,
    doseUnit: bytes.getUint8(23),
    weightKg: weight === WEIGHT_OFF ? 'off' : weight / 10,
    dilution: dilution === DILUTION_OFF ? 'off' : dilution / 100,
    further: data.slice(STATUS_BYTES),
  };
}

/** The pump's half. Numbers are rounded to what the layout holds. */
export function writeStatus(status: OperatingStatus): Uint8Array {
  const data = new Uint8Array(STATUS_BYTES + status.further.length);
  const bytes = view(data);
  const uint24 = (at: number, value: number): void => {
    bytes.setUint8(at, value >> 16);
    bytes.setUint16(at + 1, value & 0xffff);
  };
  const { vtbiMl, weightKg, dilution } = status;
  bytes.setUint16(0, status.softwareVersion);
  bytes.setUint8(2, status.operation << 4);
  data.set(status.alarmBytes, 5);
  bytes.setUint8(8, status.batteryBars | (status.powerSource << 4) | (status.subBattery << 6));
  bytes.setUint8(9, monitorOf(status));
  bytes.setUint8(10, status.syringe);
  uint24(11, Math.round(status.rateSetMlPerHour * 100));
  uint24(14, Math.round(status.deliveredMl * 100));
  uint24(17, vtbiMl === 'infinite' ? VTBI_INFINITE : vtbiMl === 'off' ? VTBI_OFF : Math.round(vtbiMl * 10));
  uint24(20, Math.round(status.doseRate * 100));
  bytes.setUint8(23, status.doseUnit);
  bytes.setUint16(24, weightKg === 'off' ? WEIGHT_OFF : Math.round(weightKg * 10));
  uint24(26, dilution === 'off' ? DILUTION_OFF : Math.round(dilution * 100));
  data.set(status.further, STATUS_BYTES);
  return data;
}

const monitorOf = ({ occlusionPercent, isAlarmSounding, isKeypadLocked, isPlungerOff }: OperatingStatus): number =>
  occlusionPercent / OCCLUSION_STEP_PERCENT +
  (isAlarmSounding ? SOUNDING : 0) +
  (isKeypadLocked ? LOCKED : 0) +
  (isPlungerOff ? PLUNGER_OFF : 0);
