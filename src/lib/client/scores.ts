/** Scores in words, and the typed text of one as a number of its scale. Pure. */
import {
  fail,
  isOnScale,
  ok,
  SCALES,
  scoreInForce,
  type Result,
  type ScaleId,
  type Score,
  type Session,
} from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';

type Scored = Pick<Score, 'scale' | 'value'>;

/** With the sign that print has for minus. */
export const signed = (value: number): string => String(value).replace('-', '−');

/** Units are UCUM, and their brackets are not for people. */
export const unitOf = (scale: ScaleId): string => SCALES[scale].unit.replaceAll(/[[\]]/g, '');

/** `MOAA/S 4` · `RASS −3` · `ICP 12 mmHg`. */
export const scoreText = ({ scale, value }: Scored): string =>
  `${SCALES[scale].label} ${signed(value)} ${unitOf(scale)}`.trimEnd();

/** What the value says, where its scale has words for it. */
export const stepWords = ({ scale, value }: Scored): string | undefined =>
  words.scores.scales[scale].steps?.find(([step]) => step === value)?.[1];

/** @returns the number, or one sentence that says what the scale is. */
export function readScore(scale: ScaleId, text: string): Result<number, string> {
  const plain = text.trim().replace('−', '-');
  if (plain === '') return fail(words.scores.missing);
  const { label, range } = SCALES[scale];
  const value = /^[-+]?\d{1,3}$/.test(plain) ? Number(plain) : Number.NaN;
  return isOnScale(scale, value) ? ok(value) : fail(words.scores.offScale(label, signed(range[0]), signed(range[1])));
}

/** The newest score of a scale, under its first id and time, with the value that counts. */
export const lastScore = (scores: Session['scores'], scale: ScaleId): Score | undefined =>
  scoreInForce(scores ?? [], scale);
