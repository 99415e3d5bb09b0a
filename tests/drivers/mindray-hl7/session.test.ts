import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import { mindrayHl7 } from '$drivers/mindray-hl7/index.ts';
import { Bench, DEVICE } from './bench.ts';
import { CUFF, ECHO, HEART, NO_CUFF, OXIMETER, QUERY, say } from './vectors.ts';

const UNKNOWN = say('999');
const live = (settings: Readonly<Record<string, unknown>> = {}): Bench =>
  new Bench(settings).open().hearFor(3000, ECHO, HEART);

describe('on opening', () => {
  test('the query leaves at once, and a keep-alive every second', () => {
    const bench = new Bench().open();
    expect(bench.sent).toMatchObject([{ at: 0, bytes: QUERY }]);
    bench.hearFor(10_000, HEART);
    expect(bench.timesSent('echo')).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000]);
    expect(bench.timesSent('query')).toEqual([0]);
  });

  test('the first numbers make the link live, whatever else comes before', () => {
    const bench = new Bench().open().waitFor(500).hear(say('103'), say('51'), say('205'), NO_CUFF, say('54'), UNKNOWN);
    expect(bench.states).toEqual([]);
    bench.hear(HEART, HEART);
    expect(bench.states).toEqual(['live']);
    expect(bench.numerics).toHaveLength(2);
  });

  test('numbers are used that nobody asked for, as from a recording', () => {
    const bench = new Bench().hear(OXIMETER);
    expect(bench.numerics).toHaveLength(1);
    expect(bench.states).toEqual(['live']);
  });

  test('numbers that the station has no word for keep the link alive, and are not observed', () => {
    const bench = new Bench().open().hearFor(12_000, say('204', 'OBX||NM|587^PPV|2116|7||||||F'));
    expect(bench.states).toEqual(['live']);
    expect(bench.observations).toEqual([]);
  });

  test('a bed behind a central station is asked for by its address', () => {
    const bench = new Bench({ bedAddress: '192.168.8.188' }).open();
    expect(latin1(bench.sent[0]?.bytes ?? ECHO).match(/\|\|\|\|(\d+)&0\^/)?.[1]).toBe('3232237756');
  });
});

describe('firmware of a uMEC12', () => {
  test('a query that was dropped during the first burst is sent again with the first keep-alive, once', () => {
    const bench = new Bench().open().waitFor(900).hear(ECHO);
    expect(bench.timesSent('query')).toEqual([0, 900]);
    bench.waitFor(1000).hear(ECHO).waitFor(1000).hear(ECHO);
    expect(bench.timesSent('query')).toEqual([0, 900]);
  });

  test('a query that was answered is not sent again', () => {
    const bench = new Bench().open().waitFor(500).hear(HEART).waitFor(500).hear(ECHO).hearFor(20_000, ECHO, HEART);
    expect(bench.timesSent('query')).toEqual([0]);
  });

  test('everything of the numbers is never asked for, only ids', () => {
    const lines = latin1(QUERY)
      .split('\r')
      .filter((line) => line.startsWith('QRF'));
    const numbers = lines.filter((line) => line.includes('&0^1^'));
    expect(numbers).toHaveLength(5);
    for (const line of numbers) expect(line).toMatch(/^QRF\|MON\|\|\|\|0&0\^1\^1\^0\^\d+(&\d+){0,3}$/);
  });

  test('on a new link the first keep-alive counts anew', () => {
    const bench = live().waitFor(500).close().open().hear(ECHO);
    expect(bench.timesSent('query', 3500)).toEqual([3500, 3500]);
  });
});

describe('a monitor that says nothing', () => {
  test('is given up after 5 s, with a plain reason', () => {
    const bench = new Bench().open().waitFor(4750);
    expect(bench.reopens).toEqual([]);
    bench.waitFor(20_000);
    expect(bench.reopens).toMatchObject([
      { at: 5000, why: 'The monitor took the connection and said nothing for 5 s.' },
    ]);
    expect(bench.timesSent('echo')).toEqual([1000, 2000, 3000, 4000]);
  });

  test('but sends bytes that are no frames is probably not the result port', () => {
    const bench = new Bench().open();
    for (let i = 0; i < 8; i += 1) bench.hear(fromLatin1('HTTP/1.1 400\r\n')).waitFor(1000);
    expect(bench.reopens).toMatchObject([{ at: 5000 }]);
    expect(bench.reopens[0]?.why).toMatch(/no frame.*4601/);
  });

  test('falls silent while streaming: given up after 5 s, and asked again on the next link', () => {
    const bench = live().waitFor(4750);
    expect(bench.reopens).toEqual([]);
    bench.waitFor(250);
    expect(bench.reopens).toMatchObject([{ at: 8000 }]);
    bench.waitFor(5000).open();
    expect(bench.timesSent('query', 8000)).toEqual([13_000]);
    bench.hear(HEART);
    expect(bench.states).toEqual(['live', 'live']);
  });
});

describe('a monitor that answers without numbers', () => {
  test('is asked three times, 5 s apart, then the link is opened anew', () => {
    const bench = new Bench().open().hearFor(30_000, ECHO);
    expect(bench.timesSent('query')).toEqual([0, 1000, 6000, 11_000]);
    expect(bench.states).toEqual(['negotiating', 'negotiating']);
    expect(bench.statuses[0]?.reason).toMatch(/no numbers have come/);
    expect(bench.reopens).toMatchObject([{ at: 16_000 }]);
  });

  test('was live before: it is silent until numbers come again', () => {
    const bench = live().hearFor(7000, ECHO);
    expect(bench.states).toEqual(['live', 'silent']);
    expect(bench.statuses.at(-1)).toMatchObject({ at: 8000 });
    expect(bench.timesSent('query', 1)).toEqual([1000, 8000]);
    bench.hear(HEART);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    bench.hearFor(10_000, ECHO, HEART);
    expect(bench.reopens).toEqual([]);
  });

  test('is not mistaken for a dead one while it sends what we do not understand', () => {
    const bench = live().hearFor(4000, UNKNOWN);
    expect(bench.reopens).toEqual([]);
    expect(bench.hearFor(3000, UNKNOWN).states).toEqual(['live', 'silent']);
  });
});

describe('something that could not be read', () => {
  test.each([
    ['bytes between two frames', fromLatin1('garbage')],
    ['a frame without a message', frame(fromLatin1('garbage'))],
  ])(
    'may have been a cuff reading, which is said once: the query is sent again, at most every 10 s (%s)',
    (_, bytes) => {
      const bench = live().hear(bytes).hearFor(6750, ECHO, HEART);
      expect(bench.timesSent('query', 1)).toEqual([1000]);
      bench.hearFor(20_000, ECHO, HEART);
      expect(bench.timesSent('query', 1)).toEqual([1000, 11_000]);
      bench.hear(bytes).hearFor(1000, ECHO, HEART).hear(bytes).hearFor(30_000, ECHO, HEART);
      expect(bench.timesSent('query', 11_001)).toEqual([30_000, 40_000]);
      expect(bench.states).toEqual(['live']);
    },
  );

  test('brings the reading that was lost, once', () => {
    const bench = live()
      .hearFor(40_000, ECHO, HEART)
      .hear(frame(fromLatin1('garbage')))
      .hearFor(1000, ECHO, HEART);
    bench.hear(CUFF, CUFF);
    expect(bench.nibp).toMatchObject([{ systolic: 135, diastolic: 67, measuredAt: bench.now }]);
  });

  test('is not what we merely have no use for', () => {
    const bench = live().hearFor(30_000, ECHO, HEART, UNKNOWN);
    expect(bench.timesSent('query', 1)).toEqual([1000]);
  });
});

describe('on closing', () => {
  test('nothing is said and nothing more is asked', () => {
    const bench = live().close();
    const before = bench.sent.length;
    bench.waitFor(60_000);
    expect(bench.sent).toHaveLength(before);
    expect(bench.reopens).toEqual([]);
  });
});

describe('settings', () => {
  test.each([
    [{ temperatureUnit: 'F' }, /temperatureUnit/],
    [{ gasUnit: '%' }, /gasUnit/],
    [{ bedAddress: '192.168.8' }, /bedAddress/],
    [{ bedAddress: '192.168.8.256' }, /bedAddress/],
    [{ bedAddress: 3_232_237_756 }, /bedAddress/],
  ])('%j is refused in plain words', (settings, words) => {
    expect(() => mindrayHl7.start({ device: DEVICE, settings })).toThrow(words);
  });
});
