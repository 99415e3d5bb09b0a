/** Words for alarms that come without the monitor's own text. Bit 0 of a code belongs to its source and is masked off. */

/** Bits of an alarm's type, the most urgent first. Patient alarms and technical ones. */
export const ALARM_PRIORITIES: readonly (readonly [bits: number, priority: 'high' | 'medium' | 'low'])[] = [
  [0x0400 | 0x0004, 'high'],
  [0x0200 | 0x0002, 'medium'],
  [0x0100 | 0x0001, 'low'],
];

/** Bits of an alarm's state. */
export const ALARM_STATE = { inhibited: 0x8000, suspended: 0x4000, latched: 0x2000, silenced: 0x1000 } as const;

export const ALARM_CODE = {
  high: 40,
  low: 62,
  alarmsOff: 6144,
  noSensor: 308,
  leadsOff: 274,
  measurementFailed: 356,
} as const;

const CODES: Readonly<Record<number, string>> = {
  [ALARM_CODE.high]: 'high',
  [ALARM_CODE.low]: 'low',
  22: 'disconnected',
  74: 'noisy',
  136: 'no breath',
  230: 'cuff not deflated',
  232: 'cuff overpressure',
  268: 'lead off',
  [ALARM_CODE.leadsOff]: 'leads off',
  [ALARM_CODE.noSensor]: 'no sensor',
  310: 'sensor malfunction',
  354: 'cannot measure',
  [ALARM_CODE.measurementFailed]: 'measurement failed',
  362: 'measurement interrupted',
  364: 'over range',
  366: 'under range',
  380: 'low signal',
  3072: 'apnoea',
  3076: 'asystole',
  3086: 'extreme brady',
  3108: 'pause',
  3122: 'extreme tachy',
  3158: 'irregular HR',
  3192: 'SVT',
  3206: 'R-on-T',
  3212: 'run of PVCs',
  3220: 'vent. rhythm',
  3224: 'VTACH',
  3226: 'non-sustained VT',
  3246: 'desat',
  3252: 'PVC rate',
  [ALARM_CODE.alarmsOff]: 'alarms off',
  6182: 'all ECG alarms off',
  6184: 'some ECG alarms off',
  6226: 'switched off',
  6256: 'unplugged',
  61444: 'VFIB/VTACH',
  61766: 'brady (pulse)',
  61768: 'tachy (pulse)',
  61830: 'extreme high',
  61832: 'extreme low',
  61833: 'lead off',
  61834: 'lead off',
  61882: 'NBP sequence completed',
  61896: 'atrial fibrillation',
};

/** @returns undefined for a code that the note does not list. One of the list's own codes is odd, so codes go unmasked first. */
export const alarmWords = (code: number): string | undefined => CODES[code] ?? CODES[code & ~1];

/** Sources that are no numeric: the objects that alarms of several numbers belong to. */
export const ALARM_SOURCES: Readonly<Record<number, string>> = {
  0x4a04: 'NBP',
  0x4a10: 'ART',
  0x4a14: 'ABP',
  0x4bb4: 'Pleth',
};
