/** Codes of both directions, places in the payload of the numerics, and the bits of its status fields. */

/** From the monitor. */
export const REPLIES = { wave: 0, numerics: 1, identity: 4, revision: 9, setup: 60 } as const;

/** To the monitor. The protocol has more: inquiries 3, 10, 11, 21 · trends 54 to 56 · patient id 61, 62 · host id in Unicode 8. */
export const COMMANDS = {
  enable: 1,
  disable: 2,
  start: 4,
  stop: 5,
  alive: 6,
  'host-id': 7,
  revision: 9,
  setup: 60,
} as const;

export const HOST_ID_CHARACTERS = 17;

/** Places in the payload of the numerics; a big-endian time stands at 0. Bytes 10 to 12 and behind 26 are not known. */
export const NUMERICS_AT = {
  etco2: 4,
  fico2: 5,
  respiratoryRate: 6,
  saturation: 7,
  pulseRate: 8,
  slowStatus: 9,
  co2Alarms: 13,
  oximeterAlarms: 14,
  noBreathS: 15,
  etco2High: 16,
  etco2Low: 17,
  respiratoryRateHigh: 18,
  respiratoryRateLow: 19,
  fico2High: 20,
  saturationHigh: 21,
  saturationLow: 22,
  pulseRateHigh: 23,
  pulseRateLow: 24,
  unit: 25,
  extendedStatus: 26,
} as const;
export const NUMERICS_BYTES = 27;

export const CO2_UNITS = { 1: 'mmHg', 2: 'kPa', 3: 'vol-%' } as const;

export const FAST_STATUS = {
  invalid: 0x01,
  initialising: 0x02,
  occlusion: 0x04,
  endOfBreath: 0x08,
  selfMaintenance: 0x10,
  purging: 0x20,
  filterLineOff: 0x40,
  malfunction: 0x80,
} as const;

export const SLOW_STATUS = {
  neonatal: 0x01,
  temporarySilence: 0x02,
  allSilenced: 0x04,
  highPriority: 0x08,
  lowPriority: 0x10,
  advisory: 0x20,
  pulseBeepOff: 0x40,
  /** Else Nellcor. */
  masimo: 0x80,
} as const;

export const CO2_ALARMS = {
  noBreath: 0x01,
  etco2High: 0x02,
  etco2Low: 0x04,
  respiratoryRateHigh: 0x08,
  respiratoryRateLow: 0x10,
  fico2High: 0x20,
} as const;

export const OXIMETER_ALARMS = {
  noPulse: 0x01,
  saturationHigh: 0x02,
  saturationLow: 0x04,
  pulseRateHigh: 0x08,
  pulseRateLow: 0x10,
  sensorOff: 0x20,
  sensorDisconnected: 0x40,
} as const;

export const EXTENDED_STATUS = { checkCalibration: 0x01, checkFlow: 0x02, pumpOff: 0x04, batteryLow: 0x80 } as const;

/** Each sample of the waveform is one frame. */
export const WAVE_HZ = 20;
/** The monitor's levels are so many parts of its unit. */
export const WAVE_STEPS = 256;
