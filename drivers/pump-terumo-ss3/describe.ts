/** Messages in one line, for people who look at the traffic or decode a capture. */
import { toHex } from '$drivers/bytes.ts';
import { DOSE_UNITS, OPERATIONS, POWER_SOURCES, RESULTS, SUB_BATTERIES, SYRINGES } from './code-table.ts';
import type { Message, OperatingStatus } from './messages.ts';

/** `000100700000001201000001 start, set 52.50 mL/h, 17.50 mL given, VTBI 35.0 mL, …, alarms 00 00 00`. */
export function describe(message: Message): string {
  switch (message.kind) {
    case 'request': {
      const { deviceId, command } = message;
      return `a question of ours${deviceId === undefined ? '' : ` to ${deviceId}`}${command ? `: ${toHex(command)}` : ''}`;
    }
    case 'identity':
      return `${message.deviceId} is who it is`;
    case 'status':
      return `${message.deviceId} ${statusText(message.status)}`;
    case 'refusal':
      return `${message.deviceId} refuses: ${resultText(message.result)}`;
  }
}

/** `cannot be executed (12)`, with the code as the manual writes it. */
export const resultText = (result: number): string =>
  `${RESULTS[result] ?? 'an unknown reason'} (${toHex(Uint8Array.of(result))})`;

const statusText = (status: OperatingStatus): string =>
  [
    OPERATIONS[status.operation] ?? `operation ${status.operation}`,
    `set ${status.rateSetMlPerHour.toFixed(2)} mL/h`,
    `${status.deliveredMl.toFixed(2)} mL given`,
    `VTBI ${typeof status.vtbiMl === 'number' ? `${status.vtbiMl.toFixed(1)} mL` : status.vtbiMl}`,
    `dose ${status.doseRate.toFixed(2)} ${DOSE_UNITS[status.doseUnit] ?? `of unit ${status.doseUnit}`}`,
    `weight ${status.weightKg === 'off' ? 'off' : `${status.weightKg.toFixed(1)} kg`}`,
    `dilution ${status.dilution === 'off' ? 'off' : status.dilution.toFixed(2)}`,
    SYRINGES[status.syringe] ?? `syringe code ${status.syringe}`,
    ...(status.isPlungerOff ? ['plunger not set'] : []),
    `occlusion level ${status.occlusionPercent} %`,
    `alarms ${toHex(Uint8Array.from(status.alarmBytes))}${status.isAlarmSounding ? ' sounding' : ''}`,
    `on ${POWER_SOURCES[status.powerSource] ?? `power source ${status.powerSource}`}`,
    `battery ${status.batteryBars} of 5`,
    SUB_BATTERIES[status.subBattery] ?? `sub-battery ${status.subBattery}`,
    ...(status.isKeypadLocked ? ['keypad locked'] : []),
    ...(status.further.length > 0 ? [`and ${status.further.length} bytes that are not read`] : []),
  ].join(', ');
