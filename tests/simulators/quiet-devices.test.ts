/** A host may leave out the ticks in which a device says that it has nothing to do: what it says, and when, is the same. */
import { describe, expect, test } from 'vitest';
import { deviceId, MINUTE_MS, monotonicMs } from '$lib/domain/index.ts';
import { driverOf } from '$drivers/registry.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { FaultyDevice } from '$simulators/devices/faults.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { simulatedDevice } from '$simulators/registry.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';

const QUIET = [
  ...['ge-s5-dri', 'ge-dinamap', 'mindray-hl7', 'masimo', 'nellcor'],
  ...['pump-alaris-asena', 'pump-graseby-3000-500', 'pump-terumo-ss3', 'pump-graseby-3400'],
];

const STEP_MS = 50;
const FAULTS = {
  seed: 3,
  lose: 0.001,
  delayMs: [0, 150],
  noise: { everyMs: 5000, maxBytes: 20 },
  gridMs: STEP_MS,
} as const;

interface Lived {
  readonly said: readonly string[];
  readonly ticks: number;
}

/** Four minutes with the driver, from the link's opening on. */
function lived(id: string, wrap: (device: SimulatedDevice) => SimulatedDevice): Lived {
  const [driver, kind, calm] = [driverOf(id), simulatedDevice(id), scenario('surge')];
  if (driver === undefined || kind === undefined || !calm.ok) throw new RangeError(`there is no ${id}`);
  const time = new VirtualTime();
  const inner = wrap(kind.make(createBedside(calm.value, 5), { settings: { waveforms: [] } }));
  let ticks = 0;
  const device: SimulatedDevice = {
    step: (input) => {
      if (input.type === 'tick') ticks += 1;
      return inner.step(input);
    },
    ...(inner.quietUntil && { quietUntil: () => inner.quietUntil?.() ?? 0 }),
  };
  const said: string[] = [];
  const running = runDriver(driver, simulatedLink({ device, scheduler: time, beginsMs: 0, stepMs: STEP_MS }), {
    context: { device: deviceId('d'), settings: {} },
    label: id,
    isSimulated: true,
    clock: () => monotonicMs(time.now()),
    scheduler: time,
  }).subscribe((event) => {
    if (event.kind === 'bytes') said.push(`${event.at} ${event.direction} ${event.bytes.join()}`);
  });
  time.runTo(4 * MINUTE_MS);
  running.unsubscribe();
  return { said, ticks };
}

const restless = (device: SimulatedDevice): SimulatedDevice => ({ step: (input) => device.step(input) });

describe.each(QUIET)('a quiet %s', (id) => {
  test('says the same bytes at the same times, with half of the ticks', () => {
    const [quiet, always] = [lived(id, (device) => device), lived(id, restless)];
    expect(quiet.said.length).toBeGreaterThan(20);
    expect(quiet.said).toEqual(always.said);
    expect(quiet.ticks).toBeLessThan(always.ticks / 2);
  });

  test('does so on a bad line, too', () => {
    const faulty = (device: SimulatedDevice): SimulatedDevice => new FaultyDevice(device, FAULTS);
    const always = lived(id, (device) => faulty(restless(device)));
    expect(lived(id, faulty).said).toEqual(always.said);
  });
});
