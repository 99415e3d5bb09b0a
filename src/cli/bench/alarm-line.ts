/**
 * A bed whose pump alarms when the bench says so: the pump sits on a pseudo terminal and pushes its state. The bed is in the
 * last phase, in which a pump that starts and stops means nothing more than that: its own alarm is all that is judged.
 */
import type { BenchBed } from './built-station.ts';
import type { ScreensCalls } from './calls.ts';
import type { AlarmFrames } from './device-frames.ts';
import { pause } from './goal.ts';
import type { Helper } from './helper.ts';
import type { PtyPlayer } from './pty.ts';
import type { LineWrite } from './schedule.ts';

export const ALARM_BED = 'bed-1';

/** Longer than any silence between two alarms. */
const CYCLE_MS = 60_000;
const SETTLE_MS = 1000;

/** The same beds, with the first one's pump on this line. */
export const withPumpOnLine =
  (path: string) =>
  (beds: readonly BenchBed[]): readonly BenchBed[] =>
    beds.map((bed) =>
      bed.id === ALARM_BED
        ? {
            ...bed,
            devices: bed.devices.map((device) =>
              device.driver === 'pump-bbraun-bcc'
                ? { ...device, link: { serial: path }, settings: { mode: 'cyclic', cycleMs: CYCLE_MS } }
                : device,
            ),
          }
        : bed,
    );

/** Makes the pump known and the bed calm. */
export async function calm(player: PtyPlayer, screens: Helper<ScreensCalls>, { runs }: AlarmFrames): Promise<void> {
  await player.play([{ atUs: 0, port: 0, bytes: runs }]);
  await pause(SETTLE_MS);
  const refusal = await screens.ask('command', {
    bed: ALARM_BED,
    command: { type: 'set-phase', phase: 'discharge-ready' },
  });
  if (refusal !== '') throw new Error(refusal);
}

export interface AlarmTimes {
  readonly everyMs: number;
  readonly forMs: number;
}

/** One alarm after the other, at times that no display frame and no tick can be in step with. The first write is number 0. */
export const alarmWrites = (cycles: readonly AlarmFrames[], { everyMs, forMs }: AlarmTimes): readonly LineWrite[] =>
  cycles.flatMap(({ runs, begins, ends }, i) => {
    const startUs = 1000 * (i * everyMs + ((i * 7919) % 23));
    return [
      { atUs: startUs, port: 0, bytes: begins },
      { atUs: startUs + 1000 * forMs, port: 0, bytes: ends },
      { atUs: startUs + (1000 * (forMs + everyMs)) / 2, port: 0, bytes: runs },
    ].map((write) => ({ ...write, atUs: Math.round(write.atUs) }));
  });
