/** A line in a line, for people who look at the traffic. */
import { EXCEPTIONS, type Message, type Value } from './messages.ts';

const NAMES: readonly (readonly [bit: number, name: string])[] = [
  [EXCEPTIONS.noSensor, 'no sensor'],
  [EXCEPTIONS.defectiveSensor, 'defective sensor'],
  [EXCEPTIONS.lowPerfusion, 'low perfusion'],
  [EXCEPTIONS.pulseSearch, 'pulse search'],
  [EXCEPTIONS.interference, 'interference'],
  [EXCEPTIONS.sensorOff, 'sensor off'],
  [EXCEPTIONS.ambientLight, 'ambient light'],
  [EXCEPTIONS.unknownSensor, 'unknown sensor'],
  [EXCEPTIONS.lowSignalQuality, 'low signal quality'],
];

const KNOWN = Object.values(EXCEPTIONS).reduce((all, bit) => all | bit, 0);

/** `SpO2 98 PR 123 PI 0.55, low signal quality`. That the full algorithm runs is not worth a word; unknown bits are. */
export function describe({ kind, saturation, pulseRate, perfusionIndex, exceptions, alarms = 0 }: Message): string {
  const trend = kind === 'trend' ? 'TREND ' : '';
  const perfusion = perfusionIndex === undefined ? '' : ` PI ${word(perfusionIndex)}`;
  const unknown = exceptions & ~KNOWN;
  return [
    `${trend}SpO2 ${word(saturation)} PR ${word(pulseRate)}${perfusion}`,
    ...NAMES.flatMap(([bit, name]) => ((exceptions & bit) === 0 ? [] : [name])),
    ...(unknown === 0 ? [] : [`exceptions ${unknown.toString(16)}`]),
    ...(alarms === 0 ? [] : [`alarm ${alarms.toString(16)}`]),
  ].join(', ');
}

const word = (value: Value): string => (value === 'dashes' ? '--' : String(value));
