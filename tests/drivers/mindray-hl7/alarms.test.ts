import { describe, expect, test } from 'vitest';
import { Bench } from './bench.ts';
import { ECHO, HEART, PHYSIOLOGICAL, TECHNICAL, say } from './vectors.ts';

const stream = (bench: Bench, ms: number, ...more: readonly Uint8Array[]): Bench =>
  bench.hearFor(ms, ECHO, HEART, ...more);
const texts = (bench: Bench) => bench.alarms.map(({ alarms }) => alarms.map(({ text }) => text));
const alarm = (text: string, of = '54'): Uint8Array => say(of, `OBX||CE|2|1|10000^${text}||||||F|||20200418190201|`);

describe('the monitor’s alarms', () => {
  test('are told as they are when they change, both kinds together, the most urgent first', () => {
    const bench = new Bench().open();
    stream(bench, 1000, TECHNICAL, PHYSIOLOGICAL);
    expect(bench.alarms.at(-1)).toEqual({
      kind: 'device-alarm',
      source: 'monitor-1',
      at: 1000,
      alarms: [
        { text: '**T1 Too Low', priority: 'medium' },
        { text: 'SpO2 Sensor Off', priority: 'low' },
        { text: 'ECG Lead Off', priority: 'low' },
      ],
      isSilenced: false,
    });
    const before = bench.alarms.length;
    stream(bench, 60_000, TECHNICAL, PHYSIOLOGICAL);
    expect(bench.alarms).toHaveLength(before);
  });

  test('stand in the order of urgency, whatever their kind', () => {
    const bench = stream(new Bench().open(), 1000, alarm('*PVC'), alarm('***SpO2 Module Error', '56'));
    expect(texts(bench).at(-1)).toEqual(['***SpO2 Module Error', '*PVC']);
  });

  test('are not told while there are none', () => {
    expect(stream(new Bench().open(), 10_000, say('54'), say('56')).alarms).toEqual([]);
  });

  test('end when a list without them comes', () => {
    const bench = stream(new Bench().open(), 3000, PHYSIOLOGICAL, say('56'));
    stream(bench, 1000, say('54'), say('56'));
    expect(texts(bench)).toEqual([['**T1 Too Low'], []]);
  });

  test('end when their list has not come for 5 s, while the other kind goes on', () => {
    const bench = stream(new Bench().open(), 3000, PHYSIOLOGICAL, TECHNICAL);
    const before = bench.alarms.length;
    stream(bench, 4000, TECHNICAL);
    expect(bench.alarms).toHaveLength(before);
    stream(bench, 2000, TECHNICAL);
    expect(texts(bench).at(-1)).toEqual(['SpO2 Sensor Off', 'ECG Lead Off']);
    expect(bench.alarms.at(-1)?.at).toBe(8000);
  });

  test.each([
    ['***ASYSTOLE', '54', 'high'],
    ['****X', '54', 'high'],
    ['**HR Too High', '54', 'medium'],
    ['*PVC', '54', 'low'],
    ['Unmarked', '54', 'medium'],
    ['Unmarked', '56', 'low'],
    ['***SpO2 Module Error', '56', 'high'],
  ])('%s of kind %s is of %s priority', (text, of, priority) => {
    expect(stream(new Bench().open(), 1000, alarm(text, of)).alarms.at(-1)?.alarms).toEqual([{ text, priority }]);
  });

  test('stay over a break of the link for as long as the monitor needs to say them again', () => {
    const bench = stream(new Bench().open(), 3000, PHYSIOLOGICAL).close().waitFor(30_000).open();
    stream(bench, 4000);
    expect(texts(bench)).toEqual([['**T1 Too Low']]);
    stream(bench, 2000);
    expect(texts(bench)).toEqual([['**T1 Too Low'], []]);
  });
});
