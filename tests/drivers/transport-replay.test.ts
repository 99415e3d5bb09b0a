import fc from 'fast-check';
import { switchMap, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Connect } from '$drivers/link.ts';
import { replayBytes, replayRecords, type RecordedBytes } from '$drivers/transport/replay.ts';
import { ToyStation } from '../support/toy-station.ts';
import { toyLine } from '../support/toy-driver.ts';

const received = (atMs: number, ...values: number[]): RecordedBytes => ({
  atMs,
  direction: 'in',
  bytes: Uint8Array.from(values),
});

const received$ = (connect: Connect) => connect().pipe(switchMap((link) => link.bytes$));

/** Everything that a replay gives, as `time: bytes`, and how it ended. */
function play(scheduler: VirtualTimeScheduler, connect: Connect) {
  const seen: string[] = [];
  received$(connect).subscribe({
    next: (bytes) => seen.push(`${scheduler.now()}: ${bytes.join(' ')}`),
    error: (failure: unknown) => seen.push(`${scheduler.now()}: ${String(failure)}`),
  });
  scheduler.flush();
  return seen;
}

describe('records', () => {
  test('come at their own times, counted from the first received one; what was sent then is left out', () => {
    const scheduler = new VirtualTimeScheduler();
    const sent: RecordedBytes = { atMs: 900, direction: 'out', bytes: Uint8Array.of(7) };
    const records = [sent, received(1000, 1), received(1000, 2), sent, received(1250, 3, 4)];
    expect(play(scheduler, replayRecords(records, { scheduler }))).toEqual(['0: 1', '0: 2', '250: 3 4']);
  });

  test('come faster by the speed, or all at once', () => {
    const records = [received(0, 1), received(1000, 2)];
    const at = (speed: number) => {
      const scheduler = new VirtualTimeScheduler();
      return play(scheduler, replayRecords(records, { scheduler, speed }));
    };
    expect(at(4)).toEqual(['0: 1', '250: 2']);
    expect(at(Infinity)).toEqual(['0: 1', '0: 2']);
  });

  test('end in silence, or, when told so, with the end of the link', () => {
    const scheduler = new VirtualTimeScheduler();
    const records = [received(0, 1)];
    expect(play(scheduler, replayRecords(records, { scheduler }))).toEqual(['0: 1']);
    expect(play(scheduler, replayRecords(records, { scheduler, atEnd: 'closed' }))).toEqual([
      '0: 1',
      '0: LinkFailure: The recording has ended.',
    ]);
    expect(play(scheduler, replayRecords([], { scheduler, atEnd: 'closed' }))).toHaveLength(1);
  });

  test('stop when the link is closed', () => {
    const scheduler = new VirtualTimeScheduler();
    const seen: number[] = [];
    const records = [received(0, 1), received(500, 2), received(1000, 3)];
    const playing = received$(replayRecords(records, { scheduler })).subscribe((bytes) => {
      seen.push(...bytes);
      if (seen.length === 2) playing.unsubscribe();
    });
    scheduler.flush();
    expect(seen).toEqual([1, 2]);
    expect(scheduler.actions).toEqual([]);
  });

  test('swallow what the runner sends, and run a driver as the device did', () => {
    const station = new ToyStation(undefined, () => () => recorded(), {});
    const recorded = replayRecords(
      [
        { atMs: 50, direction: 'in', bytes: toyLine('HR 61') },
        { atMs: 150, direction: 'in', bytes: toyLine('HR 62') },
      ],
      { scheduler: station.scheduler, atEnd: 'closed' },
    );
    station.until(2200);
    expect(station.rates).toEqual(['1000 61', '1100 62', '2100 61', '2200 62']);
  });
});

describe('a plain byte file', () => {
  test('comes whole, in order, and never faster than its rate', () => {
    const rates = fc.integer({ min: 50, max: 20_000 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), rates, (file, bytesPerSecond) => {
        const scheduler = new VirtualTimeScheduler();
        const got: number[] = [];
        const excess: number[] = [];
        received$(replayBytes(file, bytesPerSecond, { scheduler })).subscribe((bytes) => {
          got.push(...bytes);
          excess.push(got.length - ((scheduler.now() + 20) * bytesPerSecond) / 1000);
        });
        scheduler.flush();
        expect(got).toEqual([...file]);
        expect(excess.filter((bytes) => bytes > 0)).toEqual([]);
      }),
    );
  });

  test('of 960 bytes at 960 bytes a second takes a second', () => {
    const scheduler = new VirtualTimeScheduler();
    const seen = play(scheduler, replayBytes(new Uint8Array(960), 960, { scheduler }));
    expect(seen).toHaveLength(50);
    expect(seen.at(-1)).toMatch(/^980: /);
  });
});
