/** What a message of periodic numbers says about the patient, in the station's words and units. */
import type { DeviceId, MonotonicMs, Numerics, Reading, VitalKey } from '$lib/domain/index.ts';
import type { Content, Parameter } from './messages.ts';
import { PARAMETERS, type Scale } from './parameter-table.ts';
import type { Settings } from './settings.ts';

/** The numbers of one message; undefined when the station has a word for none of them. */
export function numericsOf(
  parameters: readonly Parameter[],
  settings: Settings,
  source: DeviceId,
  at: MonotonicMs,
): Numerics | undefined {
  const values: Partial<Record<VitalKey, Reading>> = {};
  for (const { id, content } of parameters) {
    const row = PARAMETERS[id];
    if (row?.vital !== undefined) values[row.vital] = readingOf(content, row.scale, settings);
  }
  return Object.keys(values).length > 0 ? { kind: 'numerics', source, at, values } : undefined;
}

function readingOf(content: Content, scale: Scale, settings: Settings): Reading {
  if (content === 'no-data') return { missing: 'not-measured' };
  if (content === 'unreadable') return { missing: 'invalid' };
  switch (scale) {
    case 'as-is':
      return { value: content };
    case 'temperature':
      return temperature(content, settings.temperatureUnit);
    case 'gas':
      return { value: settings.gasUnit === 'kPa' ? content * MMHG_PER_KPA : content };
  }
}

const MMHG_PER_KPA = 7.500_617;
/** No temperature of a patient is above it in °C, none is below it in °F. */
const BETWEEN_SCALES = 50;

/** In °C. A number that cannot be of the unit in the settings is taken for the other one, and doubted. */
function temperature(value: number, unit: Settings['temperatureUnit']): Reading {
  const isFahrenheit = value > BETWEEN_SCALES;
  const celsius = isFahrenheit ? ((value - 32) * 5) / 9 : value;
  return isFahrenheit === (unit === '[degF]') ? { value: celsius } : { value: celsius, isQuestionable: true };
}
