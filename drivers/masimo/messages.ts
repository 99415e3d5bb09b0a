/** What one line of a Masimo oximeter says. */

/** A number in the unit of its field, or the dashes that the monitor prints when it has none. */
export type Value = number | 'dashes';

export interface Line {
  /** `trend`: a stored value with a time in the past, printed on request at the monitor. */
  readonly kind: 'live' | 'trend';
  /** The monitor's own clock, ms since 1970 as it believes; undefined when it shows no date. */
  readonly deviceTime: number | undefined;
  /** SpO2, %. */
  readonly saturation: Value;
  /** 1/min. */
  readonly pulseRate: Value;
  /** %; undefined when the line does not have it. */
  readonly perfusionIndex: Value | undefined;
  /** EXC as it stands, see {@link EXCEPTIONS}. */
  readonly exceptions: number;
  /** ALARM as it stands, see {@link ALARMS}; undefined when the line does not have it. */
  readonly alarms: number | undefined;
  /** Everything else, in the monitor's own words, by its key in capitals. */
  readonly others: Readonly<Record<string, string>>;
}

export interface Message extends Line {
  /** The whole line: equal for two lines only when the monitor's clock is. */
  readonly text: string;
}

/** Bits of EXC, from the trend table of the manuals. 100 and 200 are reserved, the meaning of higher ones is not known. */
export const EXCEPTIONS = {
  noSensor: 0x001,
  defectiveSensor: 0x002,
  lowPerfusion: 0x004,
  pulseSearch: 0x008,
  interference: 0x010,
  sensorOff: 0x020,
  ambientLight: 0x040,
  unknownSensor: 0x080,
  lowSignalQuality: 0x400,
  /** Normal: the monitor runs its full algorithm. */
  fullSet: 0x800,
} as const;

/** Bits of ALARM. The vendor keeps them to itself; these were found by experiment on one Rad-8. */
export const ALARMS = {
  saturationHigh: 0x01,
  saturationLow: 0x02,
  pulseHigh: 0x04,
  pulseLow: 0x08,
  /** The monitor sounds and flashes. */
  sounding: 0x10,
  /** Its mute key was pressed. */
  muted: 0x20,
} as const;

/** What the numbers can be: saturation and pulse in the manuals' ranges. Anything else is no measurement. */
export const RANGES = { saturation: [1, 100], pulseRate: [1, 240], perfusionIndex: [0, 20] } as const;
