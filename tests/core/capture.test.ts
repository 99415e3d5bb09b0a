import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Captures, type CaptureOptions } from '$core/capture.ts';
import { deviceId, monotonicMs, wallMs } from '$lib/domain/index.ts';
import { type Capture, decodePcapng } from '$lib/recording/pcapng-decode.ts';

const MONITOR = deviceId('monitor-1');
const WALL_AT_ZERO = Date.UTC(2026, 2, 1, 10);

let directory: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'infuscope-capture-')), 'captures');
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

const captures = (options: Partial<CaptureOptions> = {}): Captures =>
  new Captures({ directory, wallAt: (at) => wallMs(WALL_AT_ZERO + at), ...options });

const received = (at: number, ...bytes: number[]) => ({
  at: monotonicMs(at),
  direction: 'in' as const,
  bytes: Uint8Array.from(bytes),
});

function read(name: string): Capture {
  const result = decodePcapng(readFileSync(join(directory, name)));
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('a capture', () => {
  test('holds both directions and remarks, at their calendar times', async () => {
    const captured = captures();
    captured.bytes(MONITOR, received(1000, 0x7e, 1));
    captured.bytes(MONITOR, { at: monotonicMs(1500.25), direction: 'out', bytes: Uint8Array.of(2) });
    captured.note(MONITOR, monotonicMs(2000), 'not sent');
    await captured.close();
    const { interfaces, packets } = read('monitor-1.pcapng');
    expect(interfaces).toMatchObject([{ name: 'monitor-1' }]);
    expect(
      packets.map(({ wallTime, direction, bytes, comment }) => [wallTime, direction, [...bytes], comment]),
    ).toEqual([
      [WALL_AT_ZERO + 1000, 'in', [0x7e, 1], undefined],
      [WALL_AT_ZERO + 1500.25, 'out', [2], undefined],
      [WALL_AT_ZERO + 2000, 'none', [], 'not sent'],
    ]);
    expect(captured.status(MONITOR)).toEqual({ isOn: true, writtenBytes: 3, droppedBytes: 0 });
  });

  test('belongs to its owner alone', async () => {
    const captured = captures();
    captured.bytes(MONITOR, received(0, 1));
    await captured.close();
    expect((statSync(directory).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(join(directory, 'monitor-1.pcapng')).mode & 0o777).toString(8)).toBe('600');
  });

  test('keeps links apart, whatever their devices are called', async () => {
    const captured = captures();
    for (const name of ['a', 'a.1', '../a', 'a/b']) captured.bytes(deviceId(name), received(0, name.length));
    await captured.close();
    expect(readdirSync(directory).sort()).toEqual(['%2E%2E%2Fa.pcapng', 'a%2E1.pcapng', 'a%2Fb.pcapng', 'a.pcapng']);
  });

  test('can be switched off and on again', async () => {
    const captured = captures();
    captured.set(MONITOR, false);
    captured.bytes(MONITOR, received(1, 1));
    captured.set(MONITOR, true);
    captured.bytes(MONITOR, received(2, 2));
    await captured.close();
    expect(read('monitor-1.pcapng').packets.map(({ bytes }) => [...bytes])).toEqual([[2]]);
    expect(captured.directoryOf(MONITOR)).toBe(directory);
  });
});

describe('packets', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  /** Lets the disk do whatever it was asked for. */
  const whileDiskWorks = async (isDone: () => boolean, turns = Infinity) => {
    for (let turn = 0; turn < turns && !isDone(); turn += 1) await new Promise(setImmediate);
  };

  test('are gathered for a second and written at once', async () => {
    const captured = captures();
    captured.bytes(MONITOR, received(0, 1));
    vi.advanceTimersByTime(999);
    captured.bytes(MONITOR, received(999, 2));
    const isThere = () => existsSync(directory);
    await whileDiskWorks(isThere, 1000);
    expect(isThere()).toBe(false);
    vi.advanceTimersByTime(1);
    await whileDiskWorks(() => captured.status(MONITOR).writtenBytes === 2);
    await captured.close();
    expect(read('monitor-1.pcapng').packets.map(({ bytes }) => [...bytes])).toEqual([[1], [2]]);
  });

  test('are written before the second is over when many bytes wait', async () => {
    const captured = captures();
    captured.bytes(MONITOR, { ...received(0), bytes: new Uint8Array(40_000) });
    captured.bytes(MONITOR, { ...received(1), bytes: new Uint8Array(40_000) });
    await whileDiskWorks(() => captured.status(MONITOR).writtenBytes === 80_000);
    await captured.close();
  });
});

describe('the ring', () => {
  const fill = async (captured: Captures, from: number, count: number) => {
    for (let index = from; index < from + count; index += 1) {
      captured.bytes(MONITOR, received(index, ...new Uint8Array(400).fill(index)));
      await captured.settled();
    }
  };
  const kept = (name: string) => read(name).packets.map(({ bytes }) => bytes[0]);

  test('goes on in a new file when one is full, and keeps as many as it may', async () => {
    const captured = captures({ fileBytes: 1500, fileCount: 2 });
    await fill(captured, 0, 8);
    await captured.close();
    expect(readdirSync(directory).sort()).toEqual(['monitor-1.1.pcapng', 'monitor-1.pcapng']);
    expect([kept('monitor-1.1.pcapng'), kept('monitor-1.pcapng')]).toEqual([
      [3, 4, 5],
      [6, 7],
    ]);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(1500);
  });

  test('keeps what was captured before a restart', async () => {
    for (const value of [1, 2]) {
      const captured = captures();
      captured.bytes(MONITOR, received(value, value));
      await captured.close();
    }
    expect([kept('monitor-1.1.pcapng'), kept('monitor-1.pcapng')]).toEqual([[1], [2]]);
  });

  test('a disk that cannot be written to is said, its bytes are counted, and it is tried again', async () => {
    writeFileSync(directory, 'in the way');
    const captured = captures();
    captured.bytes(MONITOR, received(0, 1, 2, 3));
    await captured.settled();
    expect(captured.status(MONITOR)).toMatchObject({ writtenBytes: 0, droppedBytes: 3 });
    expect(captured.status(MONITOR).failure).toContain('monitor-1');
    rmSync(directory);
    captured.bytes(MONITOR, received(1, 4));
    await captured.settled();
    expect(captured.status(MONITOR)).toEqual({ isOn: true, writtenBytes: 1, droppedBytes: 3 });
    await captured.close();
  });

  test('what a slow disk leaves no room for is dropped and counted', async () => {
    const captured = captures();
    const large = { ...received(0), bytes: new Uint8Array(400_000) };
    for (let index = 0; index < 5; index += 1) captured.bytes(MONITOR, large);
    await captured.close();
    const { writtenBytes, droppedBytes } = captured.status(MONITOR);
    expect(writtenBytes + droppedBytes).toBe(2_000_000);
    expect(droppedBytes).toBeGreaterThan(0);
    expect(existsSync(join(directory, 'monitor-1.pcapng'))).toBe(true);
  });
});
