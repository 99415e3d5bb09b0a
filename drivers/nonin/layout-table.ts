/**
 * Where things stand in the bytes of the binary formats, as the protocol describes them. README.md has source and confidence
 * of each row.
 */

/** Format 2: `01 status pleth data sum`. Format 7: `status pleth-high pleth-low data sum`. 75 a second. */
export const FRAME_BYTES = 5;
/** 25 frames, of which the first alone has the sync bit, carry one set of numbers. */
export const FRAMES_PER_PACKET = 25;
export const PLETH_HZ = 75;

export type PlethFormat = 'df2' | 'df7';

/** What tells the two formats apart, and the largest value of their pleth. */
export const PLETH_FORMATS = {
  df2: { mark: 0x01, statusAt: 1, plethBytes: 1, plethMax: 0xff },
  df7: { mark: undefined, statusAt: 0, plethBytes: 2, plethMax: 0xffff },
} as const satisfies Record<PlethFormat, object>;

/** Status byte of formats 2 and 7. Bit 7 is always 1. */
export const STATUS = {
  always: 0x80,
  disconnected: 0x40,
  artefact: 0x20,
  outOfTrack: 0x10,
  sensorAlarm: 0x08,
  perfusion: 0x06,
  sync: 0x01,
} as const;

/** The perfusion bits of the status byte, set on the frames around a beat. */
export const PERFUSION = { good: 0x02, low: 0x04, marginal: 0x06 } as const;

/** First byte of format 8; bits 1 and 0 are bits 8 and 7 of the rate. */
export const DF8_FIRST = {
  always: 0x80,
  disconnected: 0x40,
  outOfTrack: 0x20,
  lowPerfusion: 0x10,
  marginalPerfusion: 0x08,
  artefact: 0x04,
  rateHigh: 0x03,
} as const;

/** Last byte of format 8. */
export const DF8_LAST = { smartPoint: 0x20, sensorAlarm: 0x08, batteryLow: 0x01 } as const;

/** Status word of format 13. */
export const DF13_STATUS = {
  smartPoint: 0x0200,
  noMeasurement: 0x0100,
  fromMemory: 0x0010,
  batteryLow: 0x0001,
} as const;

/** The byte STAT2 of a packet. */
export const STAT2 = { smartPoint: 0x20, batteryLow: 0x01 } as const;

/**
 * Where a packet's numbers stand, by the number of their frame. `rate`: nine bits in two bytes, `rate = (high & 3) << 7 |
 * (low & 127)`; `count`: fourteen bits packed alike. Frames that are not named are reserved.
 */
export const PACKET_FIELDS = {
  rate: { frame: 0, is: 'rate' },
  saturation: { frame: 2, is: 'saturation' },
  revision: { frame: 3, is: 'byte' },
  timer: { frame: 5, is: 'count' },
  stat2: { frame: 7, is: 'byte' },
  saturationDisplayed: { frame: 8, is: 'saturation' },
  saturationFast: { frame: 9, is: 'saturation' },
  saturationBeatToBeat: { frame: 10, is: 'saturation' },
  extendedRate: { frame: 13, is: 'rate' },
  extendedSaturation: { frame: 15, is: 'saturation' },
  extendedSaturationDisplayed: { frame: 16, is: 'saturation' },
  rateDisplayed: { frame: 19, is: 'rate' },
  extendedRateDisplayed: { frame: 21, is: 'rate' },
} as const satisfies Record<string, { readonly frame: number; readonly is: 'rate' | 'saturation' | 'byte' | 'count' }>;

export type PacketField = keyof typeof PACKET_FIELDS;

/** Values that mean "none". */
export const NO_RATE = 511;
export const NO_SATURATION = 127;

/** Commands of a computer, and the oximeter's replies. */
export const OPERATIONS = {
  setFormat: 0x70,
  dateTime: 0x72,
  serialNumber: 0x74,
  bluetoothTimeout: 0x75,
  dateTimeReply: 0xf2,
  serialNumberReply: 0xf4,
  bluetoothTimeoutReply: 0xf5,
} as const;

/** First byte of the data of `setFormat` and of the question for the serial number. */
export const FORMAT_ITEM = 0x02;
export const FORMAT_NUMBERS = { df2: 2, df7: 7, df8: 8, df13: 13 } as const;

export const ACK = 0x06;
export const NAK = 0x15;
