import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import { cut, MAX_REST_BYTES, seal } from '$drivers/pump-graseby-3400/framing.ts';
import { pumpGraseby3400 } from '$drivers/pump-graseby-3400/index.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { FORBIDDEN, onWire, QUESTIONS, REPLIES, textOf } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cuts = (text: string) => cut(NOTHING, fromLatin1(text)).cuts;
const ALL = [...QUESTIONS, ...FORBIDDEN, ...REPLIES.map(([text]) => text)];

test.each(ALL)('%s of the note, both ways', (frame) => {
  const wire = onWire(frame);
  expect(seal(textOf(frame))).toEqual(wire);
  expect(cut(NOTHING, wire)).toEqual({
    rest: NOTHING,
    cuts: [{ kind: 'frame', wire, payload: fromLatin1(textOf(frame)) }],
  });
});

describe('a frame', () => {
  const good = '<OKGETRINFS525>12\r';

  test.each([
    ['another sum', '<OKGETRINFS525>13\r', 'bad-sum'],
    ['a sum in small letters', '<CHCK>9a\r', 'bad-sum'],
    ['another end', '<CHCK>93\n', 'bad-sum'],
    ['a sum that is cut off by the next frame', '<CHCK>9', 'bad-sum'],
    ['nothing in it', '<>7A\r', 'bad-length'],
    ['a control character in it', '<OKG\u0007', 'bad-length'],
    ['more text than any frame has', `<${'A'.repeat(25)}`, 'too-long'],
  ])('with %s is noise up to the next one', (_what, bad, why) => {
    expect(cuts(bad + good)).toMatchObject([
      { kind: 'noise', why, bytes: fromLatin1(bad) },
      { kind: 'frame', wire: fromLatin1(good) },
    ]);
  });

  test('is found behind half of another and behind line ends', () => {
    for (const before of ['<OKGETR', 'xx', '\n\r\n', '<OKGETRINFS525>', '<<<']) {
      expect(cuts(before + good).at(-1)).toMatchObject({ kind: 'frame', wire: fromLatin1(good) });
    }
  });

  test('has at most 24 characters', () => {
    expect(latin1(seal('A'.repeat(24)))).toHaveLength(29);
    for (const text of ['A'.repeat(25), '', 'A>', '<', 'A\r', 'é']) expect(() => seal(text)).toThrow(RangeError);
  });
});

describe('what must hold for every framing', () => {
  testFramingLaws({
    driver: pumpGraseby3400,
    maxRestBytes: MAX_REST_BYTES,
    frames: REPLIES.map(([text]) => onWire(text)),
    special: [0x3c, 0x3e, 0x0d, 0x30, 0x41, 0x4b],
  });
});
