/** Numbers that the protocol itself is made of; the quantities, waves and alarms have their own tables. */
import type { ManagedObject } from './messages.ts';

export const APDU = { invoke: 1, result: 2, error: 3, linked: 5 } as const;
export const COMMAND = { event: 0, confirmedEvent: 1, get: 3, set: 4, confirmedSet: 5, action: 7 } as const;
export const ACTION = { singlePoll: 0x0c16, extendedPoll: 0xf13b } as const;
export const EVENT = { created: 0x0d06, announced: 0x0d17 } as const;
export const OPERATOR = { replace: 0, add: 1, remove: 2, setToDefault: 3 } as const;

/** Classes that can be polled, all in the partition of objects. */
export const CLASS = {
  system: 0x0021,
  numerics: 0x0006,
  waves: 0x0009,
  enumerations: 0x0005,
  alerts: 0x0036,
  patient: 0x002a,
} as const;
export const OBJECTS_PARTITION = 1;

export const GROUP = {
  all: 0x0000,
  alertMonitor: 0x0801,
  observed: 0x0803,
  patient: 0x0807,
  application: 0x080a,
  identification: 0x080b,
  production: 0x080c,
  dynamicContext: 0x0810,
  staticContext: 0x0811,
} as const;

/** The monitor itself: what every request is addressed to. */
export const MONITOR_OBJECT: ManagedObject = { objectClass: CLASS.system, context: 0, handle: 0 };

/** Bits of the poll profile's extension: what streams the two ends agree on. */
export const EXT_OPTIONS = {
  numericsEverySecond: 0x80000000,
  averages12s: 0x40000000,
  averages60s: 0x20000000,
  averages300s: 0x10000000,
  waves: 0x08000000,
  enumerations: 0x04000000,
  numericPriorities: 0x02000000,
  dynamicModalities: 0x01000000,
} as const;

export const SYSTEM_TYPE = { client: 0x80000000, server: 0x00800000 } as const;
export const STARTUP = { hot: 0x80000000, warm: 0x40000000, cold: 0x20000000 } as const;

export const ERRORS: Readonly<Record<number, string>> = {
  0: 'no such object class',
  1: 'no such object',
  2: 'access denied',
  7: 'cannot get this list',
  8: 'cannot set this list',
  9: 'no such action',
  10: 'processing failure',
  15: 'invalid argument',
  16: 'invalid scope',
  17: 'invalid object',
};

export const ATTRIBUTE = {
  patientAlarms: 0x0902,
  technicalAlarms: 0x0904,
  altitude: 0x090c,
  areaOfUse: 0x090d,
  colour: 0x0911,
  alertCondition: 0x0916,
  displayResolution: 0x0917,
  associationCounter: 0x091d,
  bedLabel: 0x091e,
  handle: 0x0921,
  label: 0x0924,
  labelText: 0x0927,
  model: 0x0928,
  type: 0x092f,
  lineFrequency: 0x0935,
  localisation: 0x0937,
  metricSpecification: 0x093f,
  measureMode: 0x0945,
  operatingMode: 0x0946,
  nomenclatureVersion: 0x0948,
  numericCompound: 0x094b,
  numeric: 0x0950,
  patientState: 0x0957,
  waveCalibration: 0x0964,
  waveCompound: 0x0967,
  waveSpecification: 0x096d,
  wave: 0x096e,
  waveScale: 0x096f,
  safety: 0x0982,
  systemId: 0x0984,
  systemSpecification: 0x0985,
  systemType: 0x0986,
  absoluteTime: 0x0987,
  samplePeriod: 0x098d,
  relativeTime: 0x098f,
  stampAbsolute: 0x0990,
  stampRelative: 0x0991,
  unit: 0x0996,
  systemStatus: 0x09a7,
  fixedValues: 0x0a16,
  pollProfile: 0x0001,
  objectSupport: 0x0102,
  pollProfileExtension: 0xf001,
  networkAddress: 0xf100,
  protocolSupport: 0xf101,
  pollPeriod: 0xf13e,
  generalInformation: 0xf1fa,
  numericPriorities: 0xf239,
  wavePriorities: 0xf23a,
} as const;

/** Bits of a measurement's state. A value is valid when none of the high byte is set. */
export const STATE = {
  invalid: 0x8000,
  questionable: 0x4000,
  unavailable: 0x2000,
  calibrating: 0x1000,
  testData: 0x0800,
  demoData: 0x0400,
  measuring: 0x0020,
  inAlarm: 0x0002,
  alarmInhibited: 0x0001,
} as const;

/** Bits of the monitor's operating mode. */
export const OPERATING_MODE = { monitoring: 0x4000, demonstration: 0x2000, service: 0x1000, standby: 0x0002 } as const;

export const WAVE_FLAGS = { extendedRange: 0x1000, staticScale: 0x2000, delayed: 0x4000, smooth: 0x8000 } as const;
/** Keys of a wave's table of fixed values. */
export const FIXED_VALUE_INVALID = 1;
