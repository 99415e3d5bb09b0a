/**
 * What may go onto the wire to a module, byte by byte; written against the bytes and not with the encoder, so that a fault in
 * the encoder is stopped here.
 *
 * Two questions always. A start, and the abort that ends it, act on the patient: only when the device's configuration says
 * `startCuff`, and only the start for the kind of patient that stands there.
 */
import { equalBytes, fromHex } from '../bytes.ts';
import type { SendPattern } from '../driver.ts';
import type { PatientKind } from './messages.ts';
import { leaveToStart } from './settings.ts';

function always(name: string, hex: string): SendPattern {
  const allowed = fromHex(hex);
  return { name, matches: (frame) => equalBytes(frame, allowed) };
}

/** `patient`: only where the leave is for this kind; without it, where there is any leave. */
function withLeave(name: string, hex: string, patient?: PatientKind): SendPattern {
  const allowed = fromHex(hex);
  return {
    name: `${name}, if the configuration has startCuff`,
    matches: (frame, settings = {}) => {
      const leave = leaveToStart(settings);
      return leave !== undefined && (patient ?? leave.patient) === leave.patient && equalBytes(frame, allowed);
    },
  };
}

export const MAY_SEND: readonly SendPattern[] = [
  always('cuff pressure', '3a 79 05 00 48'),
  always('last measurement', '3a 79 03 00 4a'),
  withLeave('start, adult', '3a 20 a6', 'adult'),
  withLeave('start, paediatric', '3a 87 3f', 'paediatric'),
  withLeave('start, neonate', '3a 28 9e', 'neonate'),
  withLeave('abort', '3a 79 01 00 4c'),
];
