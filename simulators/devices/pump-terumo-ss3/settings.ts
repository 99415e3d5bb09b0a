/** How a simulated syringe pump is set up and what happens to it, as plain data. Everything has a default. */
import { fieldsOf, readPumpSettings, type PumpSettings } from '../bedside-pumps.ts';
import { numberOf, type Settings, type Stretch } from '../settings.ts';

export interface SyringePumpSettings extends PumpSettings {
  /** 24 hexadecimal digits; the manual's example is the default. */
  readonly deviceId: string;
  /** Bytes behind the part of the status that is known: 17 from a TE-SS730, 53 from a TE-SS830P. */
  readonly furtherBytes: number;
  /** Which order a real pump has is not known. */
  readonly alarmByteOrder: 'b0-last' | 'b0-first';
  readonly latencyMs: number;
  /** Spells in which the status is refused, with the execution result. */
  readonly refusals: readonly (Stretch & { readonly result: number })[];
}

const PRINTED_ID = '000100700000001201000001';
const FURTHER_BYTES = { 'TE-SS730': 17, 'TE-SS830P': 53 } as const;
const CANNOT_BE_EXECUTED = 0x12;

/**
 * One syringe pump to a line: no further pumps, no detector of air, and in the pages of the manual that we have no word for a rate
 * that keeps the vein open.
 */
export function readSyringePumpSettings(settings: Settings): SyringePumpSettings {
  const { deviceId, model, alarmByteOrder, latencyMs, refusals } = settings;
  return {
    ...readPumpSettings(settings),
    ...{ kind: 'syringe', kvoMlPerHour: 0, pumps: [], air: [] },
    deviceId: typeof deviceId === 'string' && /^[0-9A-Fa-f]{24}$/.test(deviceId) ? deviceId : PRINTED_ID,
    furtherBytes: FURTHER_BYTES[model === 'TE-SS730' ? 'TE-SS730' : 'TE-SS830P'],
    alarmByteOrder: alarmByteOrder === 'b0-first' ? 'b0-first' : 'b0-last',
    latencyMs: numberOf(latencyMs, 40),
    refusals: fieldsOf(refusals).map(({ fromMs, toMs, result }) => ({
      fromMs: numberOf(fromMs, 0),
      toMs: numberOf(toMs, Infinity),
      result: numberOf(result, CANNOT_BE_EXECUTED),
    })),
  };
}
