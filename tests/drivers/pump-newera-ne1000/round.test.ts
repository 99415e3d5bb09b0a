import { expect, test } from 'vitest';
import { WORDS, type Data } from '$drivers/pump-newera-ne1000/messages.ts';
import { isAnswer } from '$drivers/pump-newera-ne1000/round.ts';

const amount = (unit: string): Data => ({ kind: 'amount', value: 1, unit });

test.each<[Data, readonly string[]]>([
  [{ kind: 'none' }, WORDS],
  [{ kind: 'error', code: 'NA' }, WORDS],
  [{ kind: 'other', text: 'what' }, WORDS],
  [{ kind: 'version', model: 'NE1000', version: '3.928' }, ['VER']],
  [{ kind: 'diameter', mm: 26.59 }, ['DIA']],
  [amount('MH'), ['RAT']],
  [amount('ML'), ['VOL']],
  [amount('XX'), ['RAT', 'VOL']],
  [{ kind: 'dispensed', infused: 1, withdrawn: 0, unit: 'ML' }, ['DIS']],
  [{ kind: 'direction', way: 'INF' }, []],
])('%o answers %o', (data, words) => {
  expect(WORDS.filter((word) => isAnswer(word, data))).toEqual(words);
});
