/** Where things stand in the bytes of both generations. README.md has source and confidence of each row. */

export const SAMPLE_HZ = 60;

/** v4.6: five bytes, bit 7 in the first alone. */
export const V46_BYTES = 5;
export const V46 = {
  /** Byte 0; bits 0 to 3 are the signal strength. */
  first: { sync: 0x80, beat: 0x40, spo2Low: 0x20, fingerOut: 0x10 },
  /** Byte 2; bits 0 to 3 are the bar. */
  third: { rateBit7: 0x40, searching: 0x20, probeError: 0x10 },
} as const;

/** Packet types of v7, and how many bytes follow the type and the byte of high bits. */
export const V7_TYPES = {
  sample: { code: 0x01, dataBytes: 7 },
  disconnected: { code: 0x0d, dataBytes: 1 },
  command: { code: 0x7d, dataBytes: 7 },
} as const;

/** A v7 packet: type, byte of high bits, and at most so many data bytes; at least one. */
export const V7_MAX_DATA_BYTES = 7;

/** Data bytes of a v7 sample, their bit 7 restored. */
export const V7 = {
  /** Byte 0; bits 0 to 3 are the signal strength. */
  first: { probeError: 0x80, beat: 0x40, spo2Low: 0x20, searchingLong: 0x10 },
  /** Byte 1; the others are the pleth. */
  second: { searching: 0x80 },
  /** Byte 2; bits 0 to 3 are the bar. */
  third: { perfusionValid: 0x10 },
} as const;

export const FOUR_BITS = 0x0f;
export const SEVEN_BITS = 0x7f;

/** Marks for "none". A rate or saturation of 0 is none too. */
export const NO_RATE = 0xff;
export const NO_SATURATION = 0x7f;
export const NO_PERFUSION = 0xffff;
export const PERFUSION_STEPS = 100;

/** Commands to a v7 oximeter: the first data byte; the others are 0. */
export const COMMANDS = { start: 0xa1, stop: 0xa2, 'stop-storage': 0xa7, 'keep-alive': 0xaf } as const;

/** Commands that are known and not used: they ask for names, or for what the oximeter has stored. */
export const OTHER_COMMANDS = {
  hello: 0xa0,
  sessionCount: 0xa3,
  sessionDuration: 0xa4,
  sessionTime: 0xa5,
  sessionData: 0xa6,
  model: 0xa8,
  vendor: 0xa9,
  deviceId: 0xaa,
  user: 0xab,
} as const;
