import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '$drivers/bytes.ts';
import { seal } from '$drivers/pump-graseby-3400/framing.ts';
import { pumpGraseby3400 } from '$drivers/pump-graseby-3400/index.ts';
import type { Query } from '$drivers/pump-graseby-3400/messages.ts';
import { PollingBench } from '../../support/polling-bench.ts';

const newBench = () => new PollingBench(pumpGraseby3400);
type Bench = ReturnType<typeof newBench>;
type Told = Partial<Record<Query, string | undefined>>;

const USUAL: Readonly<Record<Query, string>> = { CHCK: '', GETR: '525', TOTL: '175' };

/** A pump that tells this status and these numbers; `undefined` stays unanswered. */
function talk(bench: Bench, until: number, status = 'INFS', told: Told = {}, ack = 'OK'): Bench {
  const data = { ...USUAL, ...told };
  return bench.converse(until, (query) => {
    const text = data[query];
    return text === undefined ? [] : [seal(`${ack}${query}${status}${text}`)];
  });
}
const last = (bench: Bench) => bench.infusions.at(-1);

const LIVE = 'The scale of the rate is not proven: compare the rate with the pump’s own display.';

describe('on opening', () => {
  test('the pump is asked for its status every 2 s, until it answers', () => {
    const bench = newBench().open().waitUntil(5750);
    expect(bench.sent).toEqual([0, 2000, 4000].map((at) => ({ at, query: 'CHCK' })));
    expect(bench.statuses).toEqual([]);
  });

  test('then all three are asked for in turn, every second', () => {
    const bench = talk(newBench().open(), 10_000);
    expect(bench.queries().slice(0, 6)).toEqual(['CHCK', 'GETR', 'TOTL', 'CHCK', 'GETR', 'TOTL']);
    const starts = bench.sent.filter(({ query }) => query === 'CHCK').map(({ at }) => at);
    expect(starts.slice(1, 9)).toEqual([1250, 2250, 3250, 4250, 5250, 6250, 7250, 8250]);
    expect(bench.infusions).toHaveLength(10);
    for (const reading of bench.infusions) {
      expect(reading).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5, volumeInfusedMl: 17.5 });
    }
  });

  test('says with the first reading, and not before, that it is live, and what to compare', () => {
    const bench = newBench().open().receive(seal('OKCHCKSTBY'));
    expect(bench.states).toEqual([]);
    talk(bench, 3000);
    expect(bench.statuses).toEqual([{ type: 'status', state: 'live', reason: LIVE }]);
  });
});

describe('a pump that does not answer', () => {
  test('is asked with growing pauses, then the link is opened anew with a hint', () => {
    const bench = newBench().open().waitUntil(60_000);
    expect(bench.sent.map(({ at }) => at)).toEqual([0, 2000, 4000, 7000, 11_000, 18_000, 30_000]);
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.lastReason).toContain('Not a byte');
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toMatch(/does not answer.*Not a byte/);
    bench.open();
    expect(bench.sent.at(-1)).toEqual({ at: 60_000, query: 'CHCK' });
  });

  test.each([
    ['noise', new Uint8Array(200).fill(0x55), /no frame is right/],
    ['damaged frames', fromLatin1('<OKCHCKINFS>5E\r<'), /no frame is right/],
    ['frames that nobody understands', seal('HELLO'), /does not understand/],
  ])('but with %s gets the hint for that', (_what, bytes, hint) => {
    const bench = newBench().open().waitUntil(500).receive(bytes).waitUntil(6500);
    expect(bench.states).toEqual(['negotiating']);
    expect(bench.lastReason).toMatch(hint);
  });

  test.each([20_000, 20_050, 20_100, 20_400, 20_900])(
    'any more from %i ms on is silent within 3 s of its last word, and live with its next reading',
    (from) => {
      const bench = talk(newBench().open(), from);
      const { length } = bench.infusions;
      bench.converse(from + 3000, () => []);
      expect(bench.states).toEqual(['live', 'silent']);
      expect(bench.lastReason).toBe('The pump does not answer.');
      expect(bench.infusions).toHaveLength(length);
      talk(bench, from + 30_000);
      expect(bench.states).toEqual(['live', 'silent', 'live']);
      expect(bench.infusions.length).toBeGreaterThan(length);
    },
  );

  test('for ever gets its link opened anew', () => {
    const bench = talk(newBench().open(), 5000).waitUntil(60_000);
    expect(bench.reopens).toEqual(['The pump does not answer.']);
  });

  test('closing ends everything', () => {
    const bench = talk(newBench().open(), 5000).close();
    const { length } = bench.sent;
    bench.receive(seal('OKCHCKINFS')).waitUntil(20_000);
    expect(bench.sent).toHaveLength(length);
  });
});

describe('a round', () => {
  test('without an answer to one question is a reading without that value, and the doubt says so', () => {
    const bench = talk(newBench().open(), 10_000, 'INFS', { GETR: undefined });
    expect(bench.states).toEqual(['live']);
    expect(last(bench)).toMatchObject({ state: 'infusing', volumeInfusedMl: 17.5, doubt: 'no answer to GETR' });
    expect(last(bench)?.rateMlPerHour).toBeUndefined();
  });

  test('of a pump that refuses everything is its state alone', () => {
    const bench = talk(newBench().open(), 5000, 'INFS', {}, 'CE');
    expect(last(bench)).toMatchObject({
      state: 'infusing',
      doubt: 'the pump refused CHCK (CE); the pump refused GETR (CE); the pump refused TOTL (CE)',
    });
    for (const field of ['rateMlPerHour', 'volumeInfusedMl']) expect(field in (last(bench) ?? {})).toBe(false);
  });

  test('takes no number that is none', () => {
    const bench = talk(newBench().open(), 5000, 'INFS', { GETR: '52.5', TOTL: '' });
    expect(last(bench)?.doubt).toBe('GETR was answered with no number: "52.5"; TOTL was answered with no number: ""');
    expect(last(bench)?.rateMlPerHour).toBeUndefined();
  });

  test('takes the newest status of its replies', () => {
    const bench = talk(newBench().open(), 3000);
    bench.converse(4500, (query) => [seal(`OK${query}${query === 'TOTL' ? 'ALRM' : 'INFS'}${USUAL[query]}`)]);
    expect(last(bench)).toMatchObject({ state: 'alarm', alarms: [{ code: 'ALRM' }] });
    talk(bench, 6000);
    expect(last(bench)).toMatchObject({ state: 'infusing', alarms: [] });
  });

  test('passes a reply over that is none to its open question', () => {
    const bench = newBench().open().receive(seal('OKCHCKINFS')).receive(seal('OKTOTLINFS999'));
    expect(bench.queries()).toEqual(['CHCK', 'GETR']);
    bench.receive(seal('OKGETRINFS525')).receive(seal('OKGETRINFS999')).receive(seal('OKTOTLINFS175'));
    expect(bench.infusions).toMatchObject([{ rateMlPerHour: 52.5, volumeInfusedMl: 17.5 }]);
  });

  test('takes nothing over from the round before', () => {
    const bench = talk(talk(newBench().open(), 5000), 7000, 'INFS', { TOTL: undefined });
    expect(last(bench)?.volumeInfusedMl).toBeUndefined();
    expect(last(bench)?.doubt).toBe('no answer to TOTL');
  });

  test('passes a counter that has fallen on as it was sent', () => {
    const bench = talk(talk(newBench().open(), 5000), 7000, 'INFS', { TOTL: '0' });
    expect(last(bench)?.volumeInfusedMl).toBe(0);
  });
});
