/**
 * A driver gone mad, on the real runner: whatever its session and encoder would do, it wants to send this one frame as soon
 * as the link is open. Its framing and its send guard are the real ones.
 */
import { mergeMap, VirtualTimeScheduler } from 'rxjs';
import { toHex } from '$drivers/bytes.ts';
import type { DriverEvent } from '$drivers/driver-event.ts';
import type { AnyDriver, SessionContext } from '$drivers/driver.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { memoryWire } from '$drivers/transport/memory.ts';
import { monotonicMs } from '$lib/domain/index.ts';
import { BENCH_DEVICE } from './polling-bench.ts';

export interface MadRun {
  /** What reached the device, in hexadecimal. */
  readonly heard: readonly string[];
  /** What the guard stopped. */
  readonly refused: readonly string[];
  readonly isFault: boolean;
}

/** @param tamper what the driver does first with the context that it is given. */
export function runMad(
  driver: AnyDriver,
  frame: Uint8Array,
  settings: SessionContext['settings'],
  tamper: (context: SessionContext) => void = () => undefined,
): MadRun {
  const scheduler = new VirtualTimeScheduler();
  const wire = memoryWire();
  const heard: string[] = [];
  const events: DriverEvent[] = [];
  wire.connections$.pipe(mergeMap((far) => far.bytes$)).subscribe((bytes) => heard.push(toHex(bytes)));
  const mad: AnyDriver = {
    ...driver,
    start: tamper,
    encode: () => frame,
    step: (state, { type }) => [state, type === 'opened' ? [{ type: 'send', query: undefined }] : []],
  };
  const running = runDriver(mad, wire.connect, {
    context: { device: BENCH_DEVICE, settings },
    label: 'mad',
    isSimulated: true,
    clock: () => monotonicMs(scheduler.now()),
    scheduler,
  }).subscribe((event) => events.push(event));
  scheduler.maxFrames = 500;
  scheduler.flush();
  running.unsubscribe();
  return {
    heard,
    refused: events.flatMap((event) => (event.kind === 'refused' ? [event.frameHex] : [])),
    isFault: events.some((event) => event.kind === 'status' && event.status.state === 'fault'),
  };
}
