/** Frames in a line, for people who look at the traffic. */
import { CO2_UNITS, WAVE_STEPS } from './layout-table.ts';
import type { Message, NumericsFrame, Value } from './messages.ts';

/** `EtCO2 38 FiCO2 1 RR 14 SpO2 97 PR 118 mmHg`; status fields behind it as they are, when they say anything. */
export function describe(message: Message): string {
  switch (message.kind) {
    case 'numerics':
      return describeNumerics(message);
    case 'wave':
      return `WAVE ${message.counter}: ${message.level / WAVE_STEPS}${hex('status', message.status)}`;
    case 'identity':
      return `IDENTITY ${message.text}`;
    case 'revision':
      return `REVISION ${message.letter}${message.number}`;
    case 'setup':
      return `SETUP ${message.item} = ${message.value}`;
  }
}

function describeNumerics(frame: NumericsFrame): string {
  const word = (value: Value): string => (value === 'none' ? '--' : String(value));
  const unit = Object.entries(CO2_UNITS).find(([key]) => key === String(frame.unit))?.[1] ?? `unit ${frame.unit}`;
  const numbers = [
    `EtCO2 ${word(frame.etco2)} FiCO2 ${word(frame.fico2)} ${unit}`,
    `RR ${word(frame.respiratoryRate)} SpO2 ${word(frame.saturation)} PR ${word(frame.pulseRate)}`,
  ].join(' ');
  const status = [
    hex('slow', frame.slowStatus),
    hex('CO2 alarms', frame.co2Alarms),
    hex('SpO2 alarms', frame.oximeterAlarms),
    hex('extended', frame.extendedStatus),
  ].join('');
  return `${numbers}${status}`;
}

const hex = (name: string, bits: number): string => (bits === 0 ? '' : `, ${name} ${bits.toString(16)}`);
