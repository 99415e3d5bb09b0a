/** A rule set in the words of the limits table: what is compared stands in the row of its metric, everything else is named. */
import { describe, expect, test } from 'vitest';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { limitTable } from '$lib/server/limit-table.ts';

const row = (metric: string) => limitTable(ADULT_IV_KETAMINE).rows.find((one) => one.metric === metric);

describe('the table of limits', () => {
  test('of slow breathing says what the saturation has to do with it, and one limit that may be set', () => {
    const slow = row('respiratoryRate')?.high.filter(({ rule }) => rule === 'O3');
    expect(slow).toEqual([
      { rule: 'O3', sign: '<', preset: 1, text: 'for 10 s' },
      { rule: 'O3', sign: '<', preset: 5, text: 'for 10 s' },
      { rule: 'O3', text: '< 8 and (SpO₂ not measured or SpO₂ doubtful or SpO₂ < 94), for 10 s' },
    ]);
    expect(row('respiratoryRate')?.medium).toContainEqual({
      ...{ rule: 'O3', sign: '<', preset: 8, text: 'for 70 s' },
      adjustable: [6, 10],
    });
  });

  test('leaves out what makes no alarm', () => {
    const texts = [...(row('respiratoryRate')?.high ?? []), ...(row('respiratoryRate')?.medium ?? [])];
    expect(texts.filter(({ preset }) => preset === 10)).toEqual([]);
  });

  test('names the pump where it counts', () => {
    expect(row('systolic')?.high.map(({ text }) => text)).toContain(
      '+40 from baseline and ≥ 160 and pump running, at once',
    );
  });
});
