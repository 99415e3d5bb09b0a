/** How a simulated pump stands, as its status says it. */
import type { AlarmBytes, OperatingStatus } from '$drivers/pump-terumo-ss3/messages.ts';
import type { Pump } from '../pump.ts';
import type { SyringePumpSettings } from './settings.ts';

const SOFTWARE = 0x0403;
const [STOP, START, HANDS_FREE_BOLUS] = [0, 1, 5] as const;
const [ON_BATTERY, ON_MAINS] = [0, 1] as const;
const FULL_BARS = 5;
const NORMAL = 1;
const [ML_PER_HOUR, MG_PER_KG_H] = [0x00, 0x08] as const;
/** Largest volume of a syringe and its code. */
const SYRINGES = [
  [5, 2],
  [10, 3],
  [20, 4],
  [30, 5],
] as const;
const LARGEST_SYRINGE = 6;

const [COMPLETION, OCCLUSION, NEARLY_EMPTY] = [2, 3, 8] as const;

export function statusOf(pump: Pump, { alarmByteOrder, furtherBytes }: SyringePumpSettings): OperatingStatus {
  const { order, make } = pump;
  const bits = alarmBitsOf(pump);
  return {
    softwareVersion: SOFTWARE,
    operation: pump.run !== 'running' ? STOP : pump.isBolus ? HANDS_FREE_BOLUS : START,
    alarmBytes: alarmBytesOf(bits, alarmByteOrder),
    batteryBars: FULL_BARS,
    powerSource: pump.isOnMains ? ON_MAINS : ON_BATTERY,
    subBattery: NORMAL,
    occlusionPercent: Math.min(75, Math.floor(pump.pressurePercent / 25) * 25),
    isAlarmSounding: bits.length > 0,
    isKeypadLocked: false,
    isPlungerOff: false,
    syringe: SYRINGES.find(([sizeMl]) => make.contentMl <= sizeMl)?.[1] ?? LARGEST_SYRINGE,
    rateSetMlPerHour: order.rateMlPerHour,
    deliveredMl: pump.volumeMl,
    vtbiMl: order.vtbiMl > 0 ? order.vtbiMl : 'off',
    ...doseOf(pump),
    weightKg: order.weightKg > 0 ? order.weightKg : 'off',
    dilution: order.concentrationMgPerMl > 0 ? order.concentrationMgPerMl : 'off',
    further: new Uint8Array(furtherBytes),
  };
}

/** The dose that is set; what a pump sends that is set by its flow is not known. */
function doseOf({ order }: Pump): Pick<OperatingStatus, 'doseRate' | 'doseUnit'> {
  const { rateMlPerHour, concentrationMgPerMl, weightKg } = order;
  if (concentrationMgPerMl <= 0 || weightKg <= 0) return { doseRate: 0, doseUnit: ML_PER_HOUR };
  return { doseRate: (rateMlPerHour * concentrationMgPerMl) / weightKg, doseUnit: MG_PER_KG_H };
}

/** What a pump with an empty syringe says besides "nearly empty" is not known. */
function alarmBitsOf(pump: Pump): readonly number[] {
  return [
    ...(pump.run === 'complete' ? [COMPLETION] : []),
    ...(pump.run === 'blocked' ? [OCCLUSION] : []),
    ...(pump.isNearEmpty || pump.run === 'empty' ? [NEARLY_EMPTY] : []),
  ];
}

function alarmBytesOf(bits: readonly number[], order: SyringePumpSettings['alarmByteOrder']): AlarmBytes {
  const byteFrom = (first: number): number =>
    bits.reduce((byte, bit) => (bit >= first && bit < first + 8 ? byte | (1 << (bit - first)) : byte), 0);
  return order === 'b0-last' ? [byteFrom(16), byteFrom(8), byteFrom(0)] : [byteFrom(0), byteFrom(8), byteFrom(16)];
}
