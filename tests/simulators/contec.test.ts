import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { decode, writeCommand } from '$drivers/contec/codec.ts';
import { cut } from '$drivers/contec/framing.ts';
import { OTHER_COMMANDS } from '$drivers/contec/layout-table.ts';
import type { Message, Sample } from '$drivers/contec/messages.ts';
import { simulateContec } from '$simulators/devices/contec/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { COMMAND_FRAMES } from '../drivers/contec/vectors.ts';
import { StillBedside } from '../support/still-bedside.ts';

class Oximeter {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  readonly chunks: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateContec(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    this.#hear(this.device.step({ type: 'connected', simMs: 0 }));
  }

  runTo(until: number, stepMs = 20): this {
    while (this.now < until) {
      this.now = Math.min(this.now + stepMs, until);
      this.#hear(this.device.step({ type: 'tick', simMs: this.now }));
    }
    return this;
  }

  tell(bytes: Uint8Array): this {
    this.#hear(this.device.step({ type: 'received', simMs: this.now, bytes }));
    return this;
  }
  command(name: keyof typeof COMMAND_FRAMES): this {
    return this.tell(fromHex(COMMAND_FRAMES[name]));
  }

  get said(): Uint8Array {
    return concatBytes(...this.chunks.map(({ bytes }) => bytes));
  }
  get messages(): readonly Message[] {
    return cut(new Uint8Array(0), this.said).cuts.flatMap((piece) => {
      const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
      return decoded?.ok ? [decoded.message] : [];
    });
  }
  get samples(): readonly Sample[] {
    return this.messages.filter((message) => message.kind === 'sample');
  }
  set(sensors: { readonly isOximeterOn?: boolean; readonly isLinked?: boolean }): this {
    this.bedside.sensorsNow = { ...this.bedside.sensorsNow, ...sensors };
    return this;
  }

  #hear(chunks: readonly Uint8Array[]): void {
    this.chunks.push(...chunks.map((bytes) => ({ at: this.now, bytes })));
  }
}

describe('a simulated v4.6', () => {
  test('talks by itself, sixty packets a second, each at its time', () => {
    const oximeter = new Oximeter({ format: 'v4.6' }).runTo(5000, 1);
    expect(oximeter.chunks).toHaveLength(301);
    oximeter.chunks.forEach(({ at, bytes }, sample) => {
      expect(bytes).toHaveLength(5);
      expect(at).toBe(Math.max(1, Math.ceil((sample * 1000) / 60)));
    });
  });

  test('shows what the bedside has, and hears nothing', () => {
    const oximeter = new Oximeter({ format: 'v4.6' });
    oximeter.bedside.physiologyNow = { ...oximeter.bedside.physiologyNow, heartRate: 142.4, spo2: 92.6 };
    oximeter.runTo(1000).command('stop').tell(fromHex('f5 f5')).runTo(3000);
    expect(oximeter.samples).toHaveLength(181);
    expect(oximeter.samples.every(({ pulseRate, spo2 }) => pulseRate === 142 && spo2 === 93)).toBe(true);
    expect(oximeter.samples.map(({ pleth }) => pleth)).toEqual(
      Array.from({ length: 181 }, (_, i) => Math.round(((2 * Math.sin((2 * Math.PI * i) / 60) + 4) / 8) * 127)),
    );
    expect(oximeter.samples.filter(({ isBeat }) => isBeat)).toHaveLength(7);
  });

  test.each([
    ['finger', { isFingerOut: true, isProbeError: false }],
    ['probe', { isFingerOut: false, isProbeError: true }],
  ])('without its %s says so, then searches for 2 s', (offIs, flags) => {
    const oximeter = new Oximeter({ format: 'v4.6', offIs }).set({ isOximeterOn: false }).runTo(1000);
    expect(oximeter.samples.at(-1)).toMatchObject({ ...flags, pulseRate: 'absent', spo2: 'absent', pleth: 64 });
    oximeter.set({ isOximeterOn: true }).runTo(2000);
    expect(oximeter.samples.at(-1)).toMatchObject({ isSearching: true, isFingerOut: false, pulseRate: 'absent' });
    expect(oximeter.runTo(3100).samples.at(-1)).toMatchObject({ isSearching: false, pulseRate: 76 });
  });
});

describe('a simulated v7', () => {
  test('is quiet until it is told to start, and until it is told to stop', () => {
    const oximeter = new Oximeter().runTo(2000);
    expect(oximeter.said).toHaveLength(0);
    oximeter.command('stop-storage').command('stop').command('start').runTo(3000);
    expect(oximeter.samples).toHaveLength(60);
    expect(oximeter.samples.at(-1)).toMatchObject({ generation: 'v7', pulseRate: 76, spo2: 97, perfusionIndex: 2.4 });
    oximeter.command('stop').runTo(5000);
    expect(oximeter.samples).toHaveLength(60);
    expect(oximeter.forbidden).toEqual([]);
  });

  test('ends with a notice when nobody keeps it alive for 30 s', () => {
    const oximeter = new Oximeter().command('start').runTo(20_000).command('keep-alive').runTo(49_000);
    expect(oximeter.messages.at(-1)?.kind).toBe('sample');
    const { messages } = oximeter.runTo(51_000);
    expect(messages.at(-1)).toEqual({ kind: 'disconnected', reason: 0 });
    expect(oximeter.command('keep-alive').runTo(53_000).messages).toHaveLength(messages.length);
    expect(oximeter.command('start').runTo(54_000).messages.length).toBeGreaterThan(messages.length);
  });

  test('without a finger says probe error', () => {
    const oximeter = new Oximeter().set({ isOximeterOn: false }).command('start').runTo(500);
    expect(oximeter.samples.at(-1)).toMatchObject({
      isProbeError: true,
      pulseRate: 'absent',
      spo2: 'absent',
      perfusionIndex: 'absent',
    });
  });

  test.each(Object.entries(OTHER_COMMANDS))('%s is reported: the driver may not ask for it', (_name, code) => {
    const oximeter = new Oximeter().tell(writeCommand(code)).runTo(500);
    expect(oximeter.forbidden).toEqual([`command 0x${code.toString(16)}`]);
    expect(oximeter.said).toHaveLength(0);
  });

  test('is quiet and deaf while it is off, and waits to be started again', () => {
    const oximeter = new Oximeter({ off: [{ fromMs: 1000, toMs: 2000 }] })
      .command('start')
      .runTo(1500)
      .command('start');
    const before = oximeter.said.length;
    expect(oximeter.runTo(4000).said).toHaveLength(before);
    expect(oximeter.command('start').runTo(5000).said.length).toBeGreaterThan(before);
  });

  test('behind a cable that is out is not heard and hears nothing', () => {
    const oximeter = new Oximeter().command('start').runTo(1000).set({ isLinked: false });
    const before = oximeter.said.length;
    oximeter.command('stop').runTo(2000);
    expect(oximeter.said).toHaveLength(before);
    oximeter.set({ isLinked: true }).runTo(3000);
    expect(oximeter.said).toHaveLength(before + 60 * 9);
  });
});

test.each(['v4.6', 'v7'])('%s does the same whatever the steps of its host are', (format) => {
  const bytesWith = (stepMs: number) => toHex(new Oximeter({ format }).command('start').runTo(4000, stepMs).said);
  expect(bytesWith(50)).toBe(bytesWith(1));
  expect(bytesWith(1000)).toBe(bytesWith(7));
});
