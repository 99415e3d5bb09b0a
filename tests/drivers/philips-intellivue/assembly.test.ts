import { describe, expect, test } from 'vitest';
import { assemble, expire, type Answer, type Assembly } from '$drivers/philips-intellivue/assembly.ts';
import type { Part, Polled } from '$drivers/philips-intellivue/messages.ts';
import { monotonicMs } from '$lib/domain/index.ts';
import { numbers, single, value } from './bench.ts';

/** `first 1:a`: the first link, with an object of handle `a`; `whole`: the end, or an answer of its own. */
function linkOf(text: string, { stamp = 0, invokeId = 1 } = {}): Polled {
  const [is = 'whole', rest = ''] = text.split(' ');
  const [count = '', handles = ''] = is === 'whole' ? ['', rest] : rest.split(':');
  const objects = [...handles].map((letter) => single(value(0x4182, 60, 0x0aa0), 0, letter.charCodeAt(0)));
  const part = (is === 'whole' ? { is } : { is, count: Number(count) }) as Part;
  const content = numbers(stamp, objects, { part, invokeId });
  if (content.kind !== 'polled') throw new Error(content.kind);
  return content;
}

function run(links: readonly Polled[]): { readonly answers: readonly string[]; readonly open: boolean } {
  let assembly: Assembly | undefined;
  const answers: Answer[] = [];
  for (const link of links) {
    const assembled = assemble(assembly, link, monotonicMs(0));
    assembly = assembled.assembly;
    answers.push(...assembled.answers);
  }
  return { answers: answers.map(inWords), open: assembly !== undefined };
}

const inWords = ({ objects, isComplete }: Answer): string =>
  `${objects.map(({ handle }) => String.fromCharCode(handle)).join('')}${isComplete ? '' : ' incomplete'}`;

const chain = (...texts: readonly string[]) => run(texts.map((text) => linkOf(text)));

describe('a chain of messages', () => {
  test.each([
    [['whole a'], ['a']],
    [['first 1:ab', 'middle 2:c', 'last 3:d', 'whole'], ['abcd']],
    [['first 1:ab', 'last 2:c', 'whole d'], ['abcd']],
    [
      ['whole a', 'first 1:b', 'last 2:c', 'whole', 'whole d'],
      ['a', 'bc', 'd'],
    ],
  ])('%j is %j', (links, answers) => {
    expect(chain(...links)).toEqual({ answers, open: false });
  });

  test.each([
    ['a lost middle', ['first 1:a', 'last 3:c', 'whole'], ['ac incomplete']],
    ['a lost beginning', ['middle 2:b', 'last 3:c', 'whole'], ['bc incomplete']],
    ['a lost last', ['first 1:a', 'middle 2:b', 'whole'], ['ab incomplete']],
    ['two that changed places', ['first 1:a', 'last 3:c', 'middle 2:b', 'whole'], ['acb incomplete']],
    ['one that came twice', ['first 1:a', 'middle 2:b', 'middle 2:b', 'last 3:c', 'whole'], ['abbc incomplete']],
    ['a lost end', ['first 1:a', 'last 2:b', 'first 1:c', 'last 2:d', 'whole'], ['ab incomplete', 'cd']],
  ])('with %s is incomplete, and counts as far as it came', (_, links, answers) => {
    expect(chain(...links)).toEqual({ answers, open: false });
  });

  test('belongs together by invoke id, poll number, sequence and time', () => {
    const other = [linkOf('first 1:a'), linkOf('last 2:b', { stamp: 1024 }), linkOf('whole', { stamp: 1024 })];
    expect(run(other)).toEqual({ answers: ['a incomplete', 'b incomplete'], open: false });
    const another = [linkOf('first 1:a'), linkOf('whole b', { invokeId: 2 })];
    expect(run(another)).toEqual({ answers: ['a incomplete', 'b'], open: false });
  });

  test('whose end does not come is given up after a second', () => {
    const { assembly } = assemble(undefined, linkOf('first 1:a'), monotonicMs(5000));
    expect(expire(assembly, monotonicMs(5999))).toEqual({ assembly, answers: [] });
    const { answers, assembly: left } = expire(assembly, monotonicMs(6000));
    expect(left).toBeUndefined();
    expect(answers.map(inWords)).toEqual(['a incomplete']);
    expect(expire(undefined, monotonicMs(6000))).toEqual({ assembly: undefined, answers: [] });
  });
});
