import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { parseBedCommand, parseHello, parseSound, parseView } from '$lib/realtime/validate.ts';

describe('what a browser may send', () => {
  test('nonsense is undefined, never an exception', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withTypedArray: true, withBigInt: true }), (value) => {
        for (const parse of [parseHello, parseView, parseSound, parseBedCommand]) parse(value);
      }),
    );
  });

  test('a command with a further key, an unknown type or a number that is none is refused', () => {
    const good = { id: 'c1', bed: 'bed-1', command: { type: 'acknowledge', alarm: 'bed-1:1' } };
    expect(parseBedCommand(good)).toEqual(good);
    expect(parseBedCommand({ ...good, by: { name: 'somebody else' } })).toBeUndefined();
    expect(parseBedCommand({ ...good, command: { type: 'set-rate', mlPerHour: 100 } })).toBeUndefined();
    const limit = { type: 'set-limit', rule: 'S1', limit: Number.NaN, reason: 'x' };
    expect(parseBedCommand({ ...good, command: limit })).toBeUndefined();
  });

  test.each([
    [{ channel: 'p1', since: 'admission', role: 'therapy' }, true],
    [{ channel: 'p1', since: 'now', drugName: ' Ketamine ', concentrationMgPerMl: 1, reason: 'label' }, true],
    [{ channel: 'p1', role: 'therapy' }, false],
    [{ channel: '', since: 'now', role: 'therapy' }, false],
    [{ channel: 'p1', since: 'now', role: 'drug' }, false],
    [{ channel: 'p1', since: 'now', concentrationMgPerMl: '1' }, false],
    [{ channel: 'p1', since: 'now', concentrationMgPerMl: Number.POSITIVE_INFINITY }, false],
    [{ channel: 'p1', since: 'now', drugName: 'x'.repeat(61) }, false],
    [{ channel: 'p1', since: 'now', rateMlPerHour: 10 }, false],
  ])('what a channel carries: %j passes: %s', (said, passes) => {
    const parsed = parseBedCommand({ id: 'c', bed: 'b', command: { type: 'set-channel', ...said } });
    expect(parsed !== undefined).toBe(passes);
  });

  test.each([
    [{ scale: 'moaas', value: 5 }, true],
    [{ scale: 'rass', value: -5, corrects: 's1' }, true],
    [{ scale: 'moaas', value: 6 }, false],
    [{ scale: 'rass', value: -6 }, false],
    [{ scale: 'cadss', value: 12.5 }, false],
    [{ scale: 'icp', value: '12' }, false],
    [{ scale: 'mood', value: 1 }, false],
    [{ scale: 'aldrete', value: 9, by: 'somebody else' }, false],
  ])('a score: %j passes: %s', (said, passes) => {
    const parsed = parseBedCommand({ id: 'c', bed: 'b', command: { type: 'record-score', id: 's', ...said } });
    expect(parsed !== undefined).toBe(passes);
  });

  test('an admission may name the rules that the patient is judged by', () => {
    const admit = { type: 'admit', session: 's', patient: { identifier: 'T-1', weightKg: 70 }, isSimulated: false };
    const command = { id: 'c', bed: 'b', command: { ...admit, rules: 'nasal-esketamine' } };
    expect(parseBedCommand(command)).toEqual(command);
  });

  test('a text that is longer than any person writes is refused', () => {
    const mark = { type: 'mark', id: 'm', kind: 'note', text: 'x'.repeat(501) };
    expect(parseBedCommand({ id: 'c', bed: 'b', command: mark })).toBeUndefined();
  });
});
