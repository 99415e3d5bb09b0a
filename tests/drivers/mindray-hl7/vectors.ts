/** Messages of real monitors as public programs print them, and what a station sends. `\r` ends a segment. */
import { fromHex } from '$drivers/bytes.ts';
import { encodeText } from '$drivers/hl7/charset.ts';
import { frame } from '$drivers/hl7/mllp.ts';

/** A keep-alive captured from a BeneView T8. */
export const ECHO = fromHex(
  '0B 4D 53 48 7C 5E 7E 5C 26 7C 7C 7C 7C 7C 7C 7C 4F 52 55 5E 52 30 31 7C 31 30 36 7C 50 7C 32 2E 33 2E 31 7C 0D 1C 0D',
);

export const headOf = (controlId: string): string => `MSH|^~\\&|||||||ORU^R01|${controlId}|P|2.3.1|\r`;

/** A whole frame of these lines. */
export const say = (controlId: string, ...lines: readonly string[]): Uint8Array =>
  frame(encodeText(headOf(controlId) + lines.map((line) => `${line}\r`).join('')));

export const HEART = say(
  '204',
  'OBX||NM|101^HR|2101|60||||||F',
  'OBX||NM|102^PVCs|2101|0||||||F',
  'OBX||NM|105^ST-I|2101|-100.00||||||F',
);
export const OXIMETER = say(
  '204',
  'OBX||NM|160^SpO2|2103|98||||||F',
  'OBX||NM|161^PR|2103|60||||||F',
  'OBX||NM|162^PI|2103|12.000||||||F',
);

/** A message of the cuff as real monitors send it: diastolic, mean, systolic. */
export function cuff(
  time: string,
  systolic: string | number,
  diastolic: string | number,
  mean: string | number,
): Uint8Array {
  return say(
    '503',
    `OBX||NM|171^Dia|2105|${diastolic}||||||F||APERIODIC|${time}`,
    `OBX||NM|172^Mean|2105|${mean}||||||F||APERIODIC|${time}`,
    `OBX||NM|170^Sys|2105|${systolic}||||||F||APERIODIC|${time}`,
  );
}
export const CUFF = cuff('20141229081629', 135, 67, 89);
export const NO_CUFF = cuff('00000000000000', -100, -100, -100);

export const PHYSIOLOGICAL = say(
  '54',
  'OBX||CE|2|1|10076^**T1 Too Low||||||F|||20200418190201|',
  'OBX||CE|2040^||0^||||||F',
);
export const TECHNICAL = say('56', 'OBX||CE|4||205^SpO2 Sensor Off||||||F|', 'OBX||CE|4||5^ECG Lead Off||||||F|');

/** What the station sends, the two first lists as public programs have them. */
export const QUERY = frame(
  encodeText(
    'MSH|^~\\&|||||||QRY^R02|1203|P|2.3.1\r' +
      'QRD|20060731145557|R|I|Q895211|||||RES\r' +
      'QRF|MON||||0&0^1^1^0^101&151&160&161\r' +
      'QRF|MON||||0&0^1^1^0^170&171&172&173\r' +
      'QRF|MON||||0&0^1^1^0^162&200&201&600\r' +
      'QRF|MON||||0&0^1^1^0^250&251&500&501\r' +
      'QRF|MON||||0&0^1^1^0^502&605\r' +
      'QRF|MON||||0&0^3^1^1^\r' +
      'QRF|MON||||0&0^4^1^1^\r',
  ),
);
