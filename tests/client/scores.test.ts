/** What people score at the bedside: as they type it, and as the screens tell it. */
import { describe, expect, test } from 'vitest';
import { keysOf, monotonicMs, SCALES, type ScaleId, type Score } from '$lib/domain/index.ts';
import { eventLines } from '$lib/client/bed-events.ts';
import { lastScore, readScore, scoreText, stepWords } from '$lib/client/scores.ts';
import { words } from '$lib/messages/index.ts';

const score = (id: string, value: number, more: Partial<Score> = {}): Score => ({
  id,
  scale: 'moaas',
  value,
  at: monotonicMs(1000),
  by: { name: 'Nurse 07', station: 'screen 1' },
  ...more,
});

describe('a score as it is typed', () => {
  test.each<[ScaleId, string, number]>([
    ['moaas', '4', 4],
    ['rass', '-3', -3],
    ['rass', ' −3 ', -3],
    ['icp', '+12', 12],
    ['cadss', '92', 92],
  ])('of %s: “%s” is %d', (scale, text, value) => {
    expect(readScore(scale, text)).toEqual({ ok: true, value });
  });

  test.each<[ScaleId, string, string]>([
    ['moaas', '', 'Choose a value.'],
    ['cadss', '93', 'CADSS is a whole number from 0 to 92. Check the number and the scale.'],
    ['cadss', '12.5', 'CADSS is a whole number from 0 to 92. Check the number and the scale.'],
    ['rass', '-6', 'RASS is a whole number from −5 to 4. Check the number and the scale.'],
    ['aldrete', 'nine', 'Aldrete is a whole number from 0 to 10. Check the number and the scale.'],
  ])('of %s: “%s” is refused in a sentence', (scale, text, error) => {
    expect(readScore(scale, text)).toEqual({ ok: false, error });
  });

  test('steps in words are exactly the values of their scale, each once', () => {
    for (const scale of keysOf(SCALES)) {
      const [low, high] = SCALES[scale].range;
      const values = words.scores.scales[scale].steps?.map(([value]) => value).sort((a, b) => a - b);
      if (values) expect(values, scale).toEqual(Array.from({ length: high - low + 1 }, (_, index) => low + index));
    }
  });
});

describe('a score on the screens', () => {
  test('is told with its scale, its unit and a minus that is one', () => {
    expect(scoreText({ scale: 'rass', value: -3 })).toBe('RASS −3');
    expect(scoreText({ scale: 'icp', value: 12 })).toBe('ICP 12 mmHg');
    expect(stepWords({ scale: 'rass', value: -3 })).toMatch(/^Moderate sedation/);
    expect(stepWords({ scale: 'cadss', value: 30 })).toBeUndefined();
  });

  test('is a line among the events, with what the value means and who entered it', () => {
    const [line] = eventLines([], { marks: [], scores: [score('a', 4)] });
    expect(line).toEqual({
      key: 'score a',
      at: 1000,
      type: 'score',
      text: 'MOAA/S 4',
      note: 'Responds lethargically to the name in a normal tone · Nurse 07',
    });
  });

  test('that was corrected is one line at its own time, with the value that counts and the one that was', () => {
    const by = { name: 'Nurse 12', station: 'screen 2' };
    const scores = [score('a', 3), score('b', 5, { corrects: 'a', at: monotonicMs(9000), by })];
    expect(eventLines([], { marks: [], scores })).toMatchObject([
      { at: 1000, text: 'MOAA/S 5', note: expect.stringMatching(/corrected from 3 · Nurse 12$/) as string },
    ]);
    expect(lastScore(scores, 'moaas')).toMatchObject({ id: 'a', value: 5 });
    expect(lastScore(scores, 'rass')).toBeUndefined();
  });
});
