/**
 * What may leave for the pump: the questions `M`, `Y` and `D`, each as a whole record, character by character. Written against
 * the characters and not with the encoder, so that a fault in the encoder is stopped here. The older form, whose sum is our
 * inference, needs the word of the configuration; so the two generations, in which the same letter can read or control (`N`
 * opens a valve after 0.67), are never mixed on one line.
 */
import { latin1 } from '../bytes.ts';
import type { SendPattern } from '../driver.ts';

type Start = '0000' | 'FFFF';

const newer = (name: string, text: string, start: Start): SendPattern => ({
  name,
  matches: (frame, { generation, crcStart } = {}) =>
    latin1(frame) === text && generation !== 'old' && (crcStart === undefined || crcStart === start),
});

const older = (name: string, text: string): SendPattern => ({
  name,
  matches: (frame, { generation } = {}) => latin1(frame) === text && generation === 'old',
});

export const MAY_SEND: readonly SendPattern[] = [
  newer('model', '<09M9776>', '0000'),
  newer('model, other start', '<09M773C>', 'FFFF'),
  newer('serial number', '<09YD84B>', '0000'),
  newer('serial number, other start', '<09Y3801>', 'FFFF'),
  newer('infusion data', '<09D0AB7>', '0000'),
  newer('infusion data, other start', '<09DEAFD>', 'FFFF'),
  older('model, older software', '<07MF0>'),
  older('infusion data, older software', '<07DE7>'),
];
