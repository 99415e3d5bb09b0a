/** A real driver on a kernel terminal that vanishes and comes again under its path, run as the station runs its devices. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncScheduler, filter, firstValueFrom, ReplaySubject, timeout } from 'rxjs';
import { expect, test } from 'vitest';
import { stationClock } from '$core/clock.ts';
import { Devices, type DeviceEvent } from '$core/devices.ts';
import { openLink } from '$core/links.ts';
import { bedId } from '$lib/domain/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { simulatedDevice } from '$simulators/registry.ts';
import { runSimulator, type SimulatorHandle } from '$simulators/run-simulator.ts';
import { scenario } from '$simulators/scenarios/index.ts';

const HAS_SOCAT = spawnSync('socat', ['-V']).status === 0;
const DEADLINE_MS = 25_000;

async function plugIn(path: string): Promise<SimulatorHandle> {
  const story = scenario('calm');
  const kind = simulatedDevice('nonin');
  if (!story.ok || !kind) throw new Error('no simulated oximeter');
  const oximeter = kind.make(createBedside(story.value, 7), { settings: {} });
  const started = await runSimulator({ device: () => oximeter, listen: `pty:${path}`, clock: () => performance.now() });
  if (!started.ok) throw new Error(started.error.sentence);
  return started.value;
}

test.skipIf(!HAS_SOCAT)(
  'an oximeter that is unplugged and plugged in again gives numbers again by itself (skipped where socat is not installed)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'infuscope-test-'));
    const path = join(folder, 'oximeter');
    let event$ = new ReplaySubject<DeviceEvent>(200);
    const clock = stationClock(undefined);
    const devices = new Devices({
      clock,
      scheduler: asyncScheduler,
      open: openLink,
      hand: (event) => event$.next(event),
    });
    const seen = (wanted: (event: DeviceEvent['event']) => boolean) =>
      firstValueFrom(
        event$.pipe(
          filter(({ event }) => wanted(event)),
          timeout(DEADLINE_MS),
        ),
      );
    try {
      let plugged = await plugIn(path);
      devices.start(bedId('bed-1'), { id: 'o1', driver: 'nonin', link: { serial: path } });
      for (let round = 0; round < 2; round += 1) {
        await seen((event) => event.kind === 'observed');
        event$ = new ReplaySubject<DeviceEvent>(200);
        await plugged.close();
        const lost = await seen((event) => event.kind === 'status' && event.status.state === 'lost');
        expect(lost.event.kind === 'status' && lost.event.status.reason).toMatch(/is gone|There is no port/);
        event$ = new ReplaySubject<DeviceEvent>(200);
        plugged = await plugIn(path);
      }
      await seen((event) => event.kind === 'status' && event.status.state === 'live');
      await plugged.close();
    } finally {
      devices.stopAll();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
