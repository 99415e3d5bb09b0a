import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '$drivers/bytes.ts';
import { decode, encodeQuery, writeCommand, writeDisconnected, writeSample } from '$drivers/contec/codec.ts';
import { describe as describeMessage } from '$drivers/contec/describe.ts';
import { COMMANDS, OTHER_COMMANDS } from '$drivers/contec/layout-table.ts';
import type { Measured, Message, Sample } from '$drivers/contec/messages.ts';
import { keysOf } from '$lib/domain/index.ts';
import { COMMAND_FRAMES, SAMPLE, SAMPLES } from './vectors.ts';

function read(hex: string): Message {
  const decoded = decode(fromHex(hex));
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}

describe('a sample', () => {
  test.each(SAMPLES)('%s is read', (hex, sample) => {
    expect(read(hex)).toEqual(sample);
  });

  test.each(SAMPLES.filter(([hex]) => hex !== '90 00 10 00 00'))('%s is written', (hex, sample) => {
    expect(toHex(writeSample(sample))).toBe(hex);
  });

  const anySaturation: fc.Arbitrary<Measured> = fc.oneof(
    fc.constant('absent' as const),
    fc.integer({ min: 1, max: 100 }),
  );
  const anyRate: fc.Arbitrary<Measured> = fc.oneof(fc.constant('absent' as const), fc.integer({ min: 1, max: 254 }));
  const common = {
    kind: fc.constant('sample' as const),
    signal: fc.nat(15),
    pleth: fc.nat(127),
    bar: fc.nat(15),
    isBeat: fc.boolean(),
    isSpo2Low: fc.boolean(),
    isProbeError: fc.boolean(),
    isSearching: fc.boolean(),
    pulseRate: anyRate,
    spo2: anySaturation,
  };
  const anyV46: fc.Arbitrary<Sample> = fc.record({
    ...common,
    generation: fc.constant('v4.6' as const),
    isFingerOut: fc.boolean(),
    isSearchingLong: fc.constant(false),
    perfusionIndex: fc.constant('absent' as const),
  });
  const anyV7: fc.Arbitrary<Sample> = fc.record({
    ...common,
    generation: fc.constant('v7' as const),
    isFingerOut: fc.constant(false),
    isSearchingLong: fc.boolean(),
    perfusionIndex: fc.oneof(
      fc.constant('absent' as const),
      fc.nat(65_534).map((raw) => raw / 100),
    ),
  });
  test('goes there and back, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(anyV46, anyV7), (sample) => {
        expect(decode(writeSample(sample))).toEqual({ ok: true, message: sample });
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, Partial<Sample>]>([
    ['80 00 00 00 00', { generation: 'v4.6' }],
    ['80 00 40 7f 7f', { generation: 'v4.6' }],
    ['80 00 40 7e 64', { generation: 'v4.6', pulseRate: 254, spo2: 100 }],
    ['80 00 00 01 65', { generation: 'v4.6', pulseRate: 1, spo2: 'impossible' }],
    ['01 80 80 80 80 80 80 80 80', {}],
    ['01 88 80 80 80 ff ff 80 80', {}],
    ['01 90 80 80 80 81 81 80 80', { pulseRate: 1, spo2: 'impossible' }],
    ['01 80 80 80 80 80 80 f0 80', {}],
    ['01 e0 80 80 90 80 80 ff ff', {}],
    ['01 80 80 80 90 80 80 80 80', { perfusionIndex: 0 }],
  ])('%s reads its marks for "none"', (hex, changes) => {
    expect(read(hex)).toEqual({ ...SAMPLE, ...changes });
  });

  test('a rate above 127 has its eighth bit: v4.6 in the bar’s byte, v7 in the byte of high bits', () => {
    expect(read('80 00 40 0e 5d')).toMatchObject({ pulseRate: 142 });
    expect(read('80 00 00 0e 5d')).toMatchObject({ pulseRate: 14 });
    expect(read('01 88 80 80 80 8e dd 80 80')).toMatchObject({ pulseRate: 142 });
  });
});

describe('commands', () => {
  test.each(keysOf(COMMAND_FRAMES))('%s is the one that a public program sends', (command) => {
    expect(toHex(encodeQuery({ type: 'command', command }))).toBe(COMMAND_FRAMES[command]);
    expect(read(COMMAND_FRAMES[command])).toEqual({ kind: 'command', code: COMMANDS[command] });
  });

  test('that are known and never sent can be read', () => {
    for (const code of Object.values(OTHER_COMMANDS)) {
      expect(read(toHex(writeCommand(code)))).toEqual({ kind: 'command', code });
    }
  });

  test('a notice says why the oximeter ends', () => {
    expect(read('0d 80 80')).toEqual({ kind: 'disconnected', reason: 0 });
    expect(toHex(writeDisconnected(0))).toBe('0d 80 80');
  });
});

test.each([
  ['', 'too-short'],
  ['87 37 09 76', 'malformed'],
  ['87 37 09 76 e1', 'malformed'],
  ['87 37 09 76 61 00', 'malformed'],
  ['01 80 80 80', 'malformed'],
  ['0d 80', 'malformed'],
  ['02 80 c1 c2', 'unknown-code'],
  ['7d 81 c2 80 80 80 80 80 80', 'unknown-code'],
])('%s is refused, never thrown at', (hex, why) => {
  expect(decode(fromHex(hex))).toMatchObject({ ok: false, why });
});

test.each([
  ['87 37 09 76 61', 'v4.6: PR 118 SpO2 97, pleth 55, signal 7, bar 9'],
  ['01 88 c6 da 9c 8e dd e4 80', 'v7: PR 142 SpO2 93 PI 1, pleth 90, signal 6, bar 12, beat'],
  ['01 eb 80 80 80 ff ff ff ff', 'v7: PR --- SpO2 --- PI ---, pleth 0, signal 0, bar 0, probe error, searching'],
  ['0d 80 81', 'disconnected, reason 1'],
  ['7d 81 af 80 80 80 80 80 80', 'command keep-alive'],
])('%s is described in one line', (hex, text) => {
  expect(describeMessage(read(hex))).toBe(text);
});
