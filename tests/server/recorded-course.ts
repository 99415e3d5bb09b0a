/**
 * A real recording for tests of the review: the station itself, its drivers, judgement and recorder, with simulated devices
 * joined in memory, run through minutes of a scenario in virtual time. Station time 0 is scenario time 0.
 */
import { Subscription } from 'rxjs';
import { NO_SURROUNDINGS } from '$core/desk.ts';
import { Station } from '$core/station.ts';
import { inProcessSink } from '$core/record-sink.ts';
import { RuleBook } from '$core/rule-book.ts';
import { RecorderClient } from '$core/recorder.ts';
import { mergingSink } from '../../src/cli/demonstration/merging-sink.ts';
import { bedId, MINUTE_MS, monotonicMs, wallMs, type Actor, type BedId, type Command } from '$lib/domain/index.ts';
import type { BedView } from '$lib/realtime/index.ts';
import { openWriter } from '$lib/store/index.ts';
import { BED_DEVICES, createSimulatedBed } from '$simulators/simulated-bed.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import type { Scenario } from '$simulators/scenarios/index.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';

export const NURSE: Actor = { name: 'Nurse 07', station: 'screen 1' };
export const BED: BedId = bedId('bed-1');

/** Calendar time at scenario time 0. */
export const EPOCH_MS = Date.UTC(2026, 10, 21, 13, 46);

export interface Task {
  readonly atMin: number;
  /** What the nurse asks then, from what the screen shows; undefined when there is nothing to ask. */
  readonly ask: (view: BedView) => Command | undefined;
  readonly by?: Actor;
}

export interface Course {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly minutes: number;
  readonly tasks: readonly Task[];
  /** Which waveforms the monitor sends; its own choice unless told. */
  readonly waveforms?: readonly string[];
}

export interface Recorded {
  readonly bedside: SimulatedBedside;
  /** The bed as the screens showed it at the end. */
  readonly view: BedView;
  /** What the bed answered to commands that it refused. */
  readonly refusals: readonly string[];
}

export async function recordCourse(file: string, course: Course): Promise<Recorded> {
  const time = new VirtualTime();
  const bed = createSimulatedBed({ ...course, epochS: EPOCH_MS / 1000, startAtMin: 0 });
  const clock = { now: () => monotonicMs(time.now()), wall: () => wallMs(EPOCH_MS + time.now()) };
  const recorder = new RecorderClient({ sink: mergingSink(inProcessSink(openWriter(file))), scheduler: time });
  const settings = course.waveforms === undefined ? {} : { waveforms: course.waveforms };
  const ward = {
    beds: [
      {
        bed: BED,
        label: 'Bed 1',
        devices: BED_DEVICES.map((driver) => ({
          id: driver,
          driver,
          label: driver === 'ge-s5-dri' ? 'Monitor' : 'Pump',
          link: { tcp: `${driver}:1` },
          isSimulated: true,
          ...(driver === 'ge-s5-dri' && { settings }),
        })),
      },
    ],
  };
  const links = new Map(
    BED_DEVICES.map((id) => [`${id}:1`, simulatedLink({ device: bed.device(id), scheduler: time, beginsMs: 0 })]),
  );
  const station = new Station({
    ward,
    recovered: new Map(),
    rules: new RuleBook({ save: () => Promise.resolve(), log: () => undefined }),
    version: 'test',
    clock,
    scheduler: time,
    recorder,
    open: (link) => required('tcp' in link ? links.get(link.tcp) : undefined, 'device'),
    desk: {
      ward,
      clock,
      captures: {
        set: () => undefined,
        bytes: () => undefined,
        note: () => undefined,
        directoryOf: () => '',
        status: () => ({ isOn: false, writtenBytes: 0, droppedBytes: 0 }),
      },
      save: () => Promise.resolve(),
      surroundings: NO_SURROUNDINGS,
    },
  });
  station.start();
  station.report({ [BED]: { screens: 1, audibleScreens: 1 } });
  const refusals: string[] = [];
  const planned = new Subscription();
  course.tasks.forEach(({ atMin, ask, by = NURSE }, number) => {
    const act = async (): Promise<void> => {
      const view = station.snapshot().beds[0];
      const command = view && ask(view);
      if (command === undefined) return;
      const answer = await station.command({ id: `task-${number}`, bed: BED, by, command });
      if (!answer.ok) refusals.push(answer.error.message);
    };
    planned.add(time.schedule(() => void act(), atMin * MINUTE_MS));
  });
  time.runTo(course.minutes * MINUTE_MS);
  const view = station.snapshot().beds[0];
  planned.unsubscribe();
  station.stop();
  const flushed = recorder.flushed();
  time.runTo(course.minutes * MINUTE_MS);
  await flushed;
  await recorder.close();
  return { bedside: bed.bedside, view: required(view, 'bed'), refusals };
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the recorded course has no ${what}`);
  return value;
}
