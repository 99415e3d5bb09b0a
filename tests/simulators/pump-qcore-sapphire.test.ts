/** The simulated pump by itself, spoken to in frames. The driver in front of it: tests/drivers/pump-qcore-sapphire/loop.test.ts. */
import { describe, expect, test } from 'vitest';
import { concatBytes, toHex } from '$drivers/bytes.ts';
import { decode, encode } from '$drivers/pump-qcore-sapphire/codec.ts';
import { cut, wrapFrame } from '$drivers/pump-qcore-sapphire/framing.ts';
import type { Batch, Message } from '$drivers/pump-qcore-sapphire/messages.ts';
import { simulateSapphire } from '$simulators/devices/pump-qcore-sapphire/index.ts';
import { StillBedside } from '../support/still-bedside.ts';

const THIS_IS_PC = encode({ kind: 'this-is-pc', sequence: 0 });
const toPump = (type: number, ...data: readonly number[]) =>
  wrapFrame({ target: 101, sender: 103, type, sequence: 0, data: Uint8Array.from(data) });

class Host {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateSapphire(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.device.step({ type: 'connected', simMs: 0 });
  }
  runTo(until: number): Uint8Array {
    const said: Uint8Array[] = [];
    while (this.now < until) {
      this.now = Math.min(until, this.now + 50);
      said.push(...this.device.step({ type: 'tick', simMs: this.now }));
    }
    return concatBytes(...said);
  }
  say(bytes: Uint8Array): Uint8Array {
    return concatBytes(...this.device.step({ type: 'received', simMs: this.now, bytes }));
  }
  order(change: Partial<StillBedside['orderNow']>): this {
    this.bedside.orderNow = { ...this.bedside.orderNow, ...change };
    return this;
  }
}

function messagesIn(bytes: Uint8Array): readonly Message[] {
  return cut(new Uint8Array(0), bytes).cuts.flatMap((piece) => {
    const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
    return decoded?.ok ? [decoded.message] : [];
  });
}
const batchesIn = (bytes: Uint8Array): readonly Batch[] =>
  messagesIn(bytes).filter((message) => message.kind === 'batch');

describe('the simulated pump', () => {
  test('is silent until it hears that a PC is there, streams, and stops 30 s after it heard that last', () => {
    const host = new Host();
    expect(host.runTo(60_000)).toHaveLength(0);
    expect(messagesIn(host.say(THIS_IS_PC))).toMatchObject([{ kind: 'other', type: 26 }]);
    expect(batchesIn(host.runTo(70_000))).toHaveLength(40);
    host.say(THIS_IS_PC);
    expect(batchesIn(host.runTo(100_000)).length).toBeGreaterThan(100);
    expect(host.runTo(120_000)).toHaveLength(0);
  });

  test('says flow and volumes, with starts in its data, wrong sums and other frames in between', () => {
    const host = new Host().order({ isStarted: true });
    host.runTo(60_000);
    host.say(THIS_IS_PC);
    const bytes = host.runTo(85_000);
    const messages = messagesIn(bytes);
    const batches = batchesIn(bytes);
    expect(batches.at(-1)).toMatchObject({ serial: 1_200_345, softwareVersion: 1305, rateMlPerHour: 52.5 });
    expect(batches.at(-1)?.volumeInfusedMl).toBeCloseTo((52.5 * 85) / 3600, 1);
    expect(batches.at(-1)?.volumeRemainingMl).toBeCloseTo(35 - (52.5 * 85) / 3600, 1);
    expect(messages.some(({ kind }) => kind === 'other')).toBe(true);
    expect(messages.filter(({ isSumRight }) => !isSumRight).length).toBeGreaterThan(0);
    expect(bytes.filter((byte) => byte === 0xbb).length).toBeGreaterThan(100 * batches.length);
  });

  test('has no flow when it is stopped, blocked or through, unless it is set to tell what was set', () => {
    const flowOf = (settings: Readonly<Record<string, unknown>>) => {
      const host = new Host(settings).order({ isStarted: true });
      host.bedside.lineNow = { isOccluded: true, isLinked: true };
      host.runTo(100_000);
      host.say(THIS_IS_PC);
      return batchesIn(host.runTo(101_000)).at(-1)?.rateMlPerHour;
    };
    expect(flowOf({})).toBe(0);
    expect(flowOf({ tellsSetRate: true })).toBe(52.5);
  });

  test('with sums that are all wrong, or none', () => {
    for (const [wrongSumEvery, isSumRight] of [
      [1, false],
      [0, true],
    ] as const) {
      const host = new Host({ wrongSumEvery, otherEvery: 0 });
      host.say(THIS_IS_PC);
      const messages = messagesIn(host.runTo(25_000));
      expect(messages.length).toBeGreaterThan(90);
      expect(new Set(messages.map((message) => message.isSumRight))).toEqual(new Set([isSumRight]));
    }
  });

  const forbidden: readonly (readonly [string, Uint8Array])[] = [
    ...[5, 6, 7, 19, 20, 21, 24, 35, 44, 53, 55, 56, 99].map(
      (command) => [`command ${command}`, toPump(3, command)] as const,
    ),
    ['EEPROM write', toPump(13, 144, 0, 13, 2)],
    ['EEPROM read', toPump(15, 22)],
    ['alarm status', toPump(17, 0)],
    ['run', toPump(19, 3)],
    ['pause', toPump(19, 12)],
    ['two bytes', toPump(3, 22, 24)],
  ];

  test.each(forbidden)('reports as forbidden: %s; and obeys nobody', (_what, order) => {
    const host = new Host().order({ isStarted: true });
    host.runTo(10_000);
    expect(host.say(order)).toHaveLength(0);
    expect(host.forbidden).toHaveLength(1);
    host.say(THIS_IS_PC);
    expect(batchesIn(host.runTo(12_000)).at(-1)).toMatchObject({ rateMlPerHour: 52.5 });
    expect(host.forbidden).toHaveLength(1);
  });

  test('takes no damaged frame for an order, nor for the word of a PC', () => {
    const host = new Host();
    host.say(concatBytes(toPump(3, 24).with(9, 0), THIS_IS_PC.with(9, 0), Uint8Array.of(1, 2, 3)));
    expect(host.runTo(5000)).toHaveLength(0);
    expect(host.forbidden).toEqual([]);
  });

  test('forgets the PC when it is switched off, and says nothing without its cable', () => {
    const host = new Host({ offs: [{ fromMs: 5000, toMs: 8000 }] });
    host.say(THIS_IS_PC);
    expect(host.runTo(4900).length).toBeGreaterThan(0);
    host.runTo(5100);
    expect(host.runTo(20_000)).toHaveLength(0);
    host.say(THIS_IS_PC);
    expect(host.runTo(21_000).length).toBeGreaterThan(0);
    host.bedside.lineNow = { isOccluded: false, isLinked: false };
    expect(host.runTo(22_000)).toHaveLength(0);
  });
});

test('says the same whatever the steps of its host are', () => {
  const bytesWith = (stepMs: number) => {
    const device = simulateSapphire(new StillBedside(), { settings: {} });
    device.step({ type: 'connected', simMs: 0 });
    const said = [...device.step({ type: 'received', simMs: 0, bytes: THIS_IS_PC })];
    for (let at = stepMs; at <= 20_000; at += stepMs) said.push(...device.step({ type: 'tick', simMs: at }));
    return toHex(concatBytes(...said));
  };
  expect(bytesWith(50)).toBe(bytesWith(8));
  expect(bytesWith(1000)).toBe(bytesWith(8));
});
