import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '$drivers/bytes.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';

/** Says ten counted bytes each 30 ms, and repeats what it hears. */
class Counter implements SimulatedDevice {
  readonly inputs: string[] = [];
  said = 0;
  isQuiet = false;
  #next = 0;

  step(input: DeviceInput): readonly Uint8Array[] {
    this.inputs.push(input.type);
    if (input.type === 'received') return [input.bytes];
    const out: Uint8Array[] = [];
    for (; input.type === 'tick' && !this.isQuiet && this.#next <= input.simMs; this.#next += 30) {
      out.push(Uint8Array.from({ length: 10 }, () => this.said++ & 0xff));
    }
    return out;
  }
}

/** Runs for so long in steps of so much; gives all that came out, as `time` and `bytes`. */
function run(options: Omit<FaultOptions, 'seed'> & { seed?: number }, forMs = 3000, stepMs = 10) {
  const counter = new Counter();
  const device = new FaultyDevice(counter, { seed: 1, ...options });
  const chunks: { at: number; bytes: Uint8Array }[] = [];
  const take = (input: DeviceInput) => {
    for (const bytes of device.step(input)) chunks.push({ at: input.simMs, bytes });
  };
  take({ type: 'connected', simMs: 0 });
  for (let simMs = stepMs; simMs <= forMs; simMs += stepMs) take({ type: 'tick', simMs });
  return { counter, device, chunks, bytes: concatBytes(...chunks.map(({ bytes }) => bytes)), take };
}

const counted = (length: number) => Uint8Array.from({ length }, (_, i) => i & 0xff);

test('without faults everything passes as it is', () => {
  const { counter, bytes, chunks, device } = run({});
  expect(bytes).toEqual(counted(counter.said));
  expect(chunks.every((chunk) => chunk.bytes.length === 10)).toBe(true);
  expect(device.counts).toMatchObject({ lostBytes: 0, noiseBytes: 0, bytesOut: counter.said });
});

describe('each fault', () => {
  test('lost bytes are missing', () => {
    const { counter, bytes, device } = run({ lose: 0.1 });
    expect(device.counts.lostBytes).toBeGreaterThan(50);
    expect(device.counts.lostBytes).toBeLessThan(150);
    expect(bytes.length).toBe(counter.said - device.counts.lostBytes);
  });

  test('bytes are lost in their spells and at no other time', () => {
    const { chunks } = run({ lose: 1, spells: [{ fromMs: 900, forMs: 600 }] });
    const at = chunks.map((chunk) => chunk.at);
    expect(at.filter((ms) => ms < 900).length).toBeGreaterThan(20);
    expect(at.filter((ms) => ms >= 900 && ms < 1500)).toEqual([]);
    expect(at.filter((ms) => ms >= 1500).length).toBeGreaterThan(40);
  });

  test('doubled bytes come twice, one after the other', () => {
    const { counter, bytes, device } = run({ double: 0.1 });
    const twins = bytes.filter((byte, i) => byte === bytes[i - 1]).length;
    expect(twins).toBe(device.counts.doubledBytes);
    expect(bytes.length).toBe(counter.said + twins);
    expect(twins).toBeGreaterThan(50);
  });

  test('flipped bytes differ in one bit', () => {
    const { bytes, device } = run({ flip: 0.1 });
    const wrong = [...bytes].map((byte, i) => byte ^ (i & 0xff)).filter((difference) => difference > 0);
    expect(wrong).toHaveLength(device.counts.flippedBits);
    expect(wrong.every((difference) => (difference & (difference - 1)) === 0)).toBe(true);
    expect(new Set(wrong).size).toBe(8);
  });

  test('delays keep the order and stay in their range', () => {
    const { chunks, bytes, device } = run({ delayMs: [40, 90] });
    expect(bytes).toEqual(counted(bytes.length));
    for (const { at, bytes: chunk } of chunks) {
      const saidAt = (chunk[0] ?? 0) * 3;
      if (at < 700) expect([at >= saidAt + 40, at <= saidAt + 100]).toEqual([true, true]);
    }
    expect(device.counts.delayedChunks).toBeGreaterThan(90);
  });

  test('fragments are small pieces, apart in time', () => {
    const { chunks, bytes } = run({ fragments: { maxBytes: 3, apartMs: 1 } }, 3000, 1);
    expect(bytes).toEqual(counted(bytes.length));
    expect(Math.max(...chunks.map((chunk) => chunk.bytes.length))).toBe(3);
    expect(new Set(chunks.map(({ at }) => at)).size).toBe(chunks.length);
  });

  test('glue makes one piece of many, on its own grid', () => {
    const { chunks, bytes, device } = run({ glueMs: 200 });
    expect(bytes).toEqual(counted(bytes.length));
    expect(chunks.map(({ at }) => at)).toEqual(Array.from({ length: 15 }, (_, i) => 200 * (i + 1)));
    expect(device.counts.gluedChunks).toBeGreaterThan(90);
  });

  test('in a silence nothing leaves, and what was said then never comes', () => {
    const { chunks, device } = run({ silences: [{ fromMs: 1000, forMs: 500 }], noise: { everyMs: 20, maxBytes: 4 } });
    expect(chunks.filter(({ at }) => at >= 1000 && at < 1500)).toEqual([]);
    expect(device.counts.silencedBytes).toBe(160);
  });

  test('noise comes at about its rate, in bursts of its size', () => {
    const { counter, bytes, chunks, device } = run({ noise: { everyMs: 50, maxBytes: 5 } }, 30_000);
    const bursts = chunks.filter((chunk) => chunk.bytes.length < 10);
    expect(bursts.length).toBeGreaterThan(500);
    expect(bursts.length).toBeLessThan(700);
    expect(bytes.length).toBe(counter.said + device.counts.noiseBytes);
  });
});

test('what the device hears is not touched, and its answer is damaged like the rest', () => {
  const { counter, take, chunks } = run({ lose: 1 }, 100);
  take({ type: 'received', simMs: 105, bytes: Uint8Array.of(1, 2, 3) });
  take({ type: 'disconnected', simMs: 110 });
  expect(counter.inputs.slice(-3)).toEqual(['received', 'tick', 'disconnected']);
  expect(chunks).toEqual([]);
});

test('what is still held back when the line is cut never comes', () => {
  const { device } = run({ delayMs: [500, 500] }, 400);
  device.step({ type: 'disconnected', simMs: 400 });
  expect(device.step({ type: 'connected', simMs: 5000 })).toEqual([]);
});

const anyFaults = fc.record({
  seed: fc.integer(),
  lose: fc.double({ min: 0, max: 0.3, noNaN: true }),
  double: fc.double({ min: 0, max: 0.3, noNaN: true }),
  flip: fc.double({ min: 0, max: 0.3, noNaN: true }),
  delayMs: fc.constantFrom([0, 0] as const, [10, 300] as const),
  noise: fc.record({ everyMs: fc.integer({ min: 30, max: 900 }), maxBytes: fc.integer({ min: 1, max: 20 }) }),
  fragments: fc.record({ maxBytes: fc.integer({ min: 1, max: 9 }), apartMs: fc.integer({ min: 0, max: 20 }) }),
});

test('the same seed gives the same bytes, however the host steps', () => {
  fc.assert(
    fc.property(anyFaults, fc.constantFrom(20, 50, 100), (faults, stepMs) => {
      const [fine, coarse] = [run(faults, 2000, 10), run(faults, 2000, stepMs)];
      expect(coarse.bytes).toEqual(fine.bytes);
      expect(coarse.device.counts).toEqual(fine.device.counts);
    }),
    { numRuns: 40 },
  );
});

test('another seed gives other bytes', () => {
  expect(run({ flip: 0.1, seed: 1 }).bytes).not.toEqual(run({ flip: 0.1, seed: 2 }).bytes);
});

test('every byte is accounted for, once nothing is held back any more', () => {
  fc.assert(
    fc.property(anyFaults, (faults) => {
      const { counter, device, take, chunks } = run({ ...faults, silences: [{ fromMs: 300, forMs: 200 }] }, 1000);
      counter.isQuiet = true;
      take({ type: 'tick', simMs: 20_000 });
      const { lostBytes, silencedBytes, doubledBytes, noiseBytes, bytesOut } = device.counts;
      expect(bytesOut).toBe(counter.said - lostBytes - silencedBytes + doubledBytes + noiseBytes);
      expect(bytesOut).toBe(chunks.reduce((sum, { bytes }) => sum + bytes.length, 0));
    }),
    { numRuns: 40 },
  );
});
