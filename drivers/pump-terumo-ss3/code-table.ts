/** Codes of the vendor's manual. What is not in here is reserved there. */

export const OPERATIONS: Readonly<Record<number, string>> = {
  0: 'stop',
  1: 'start',
  2: 'standby',
  3: 'purge',
  4: 'hands-on bolus',
  5: 'hands-free bolus',
};

/** As UCUM. The first is no dose: the pump then is set by its flow. */
export const DOSE_UNITS: Readonly<Record<number, string>> = { 0x00: 'mL/h', 0x04: 'ug/kg/min', 0x08: 'mg/kg/h' };
export const FLOW_UNIT = 0x00;

export const SYRINGES: Readonly<Record<number, string>> = {
  0: 'no syringe',
  2: '5 mL syringe',
  3: '10 mL syringe',
  4: '20 mL syringe',
  5: '30 mL syringe',
  6: '50/60 mL syringe',
};

/** The pump does not tell 50 from 60 mL. */
export const SYRINGE_ML: Readonly<Record<number, number>> = { 2: 5, 3: 10, 4: 20, 5: 30 };

export const POWER_SOURCES: Readonly<Record<number, string>> = { 0: 'battery', 1: 'mains' };

export const SUB_BATTERIES: Readonly<Record<number, string>> = { 1: 'sub-battery normal', 2: 'sub-battery abnormal' };

export const OK = 0x00;
export const UNKNOWN_COMMAND = 0x11;
export const MESSAGE_TOO_SHORT = 0x13;
export const MESSAGE_TOO_LONG = 0x14;

export const RESULTS: Readonly<Record<number, string>> = {
  [OK]: 'ok',
  [UNKNOWN_COMMAND]: 'unknown command or subcommand',
  0x12: 'cannot be executed',
  [MESSAGE_TOO_SHORT]: 'message too short',
  [MESSAGE_TOO_LONG]: 'message too long',
  0x15: 'parameter out of range',
};
