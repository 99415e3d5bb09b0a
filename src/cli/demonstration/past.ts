/**
 * The demonstration's past: the minutes before "now", lived in virtual time. What it leaves is an ordinary recording; the live
 * core takes it up as it takes up its own after a restart.
 *
 * It is lived in stretches: numbers alone, and with waveforms where somebody will look, because it is waveforms that cost time.
 * Between two stretches the station is taken up from its own recording.
 */
import { interval, Subscription } from 'rxjs';
import { MINUTE_MS, SECOND_MS, type BedId } from '$lib/domain/index.ts';
import { openWriter } from '$lib/store/index.ts';
import { inProcessSink } from '$core/record-sink.ts';
import type { Station } from '$core/station.ts';
import { mergingSink } from './merging-sink.ts';
import { alarmToAnswer, STAFF, tasksFor, tasksForLeaving, type StaffTask } from './staff.ts';
import { virtualDevices, virtualStation, type VirtualDevices, type VirtualStation } from './virtual-ward.ts';
import type { DemonstrationBed } from './ward.ts';

export interface PastOptions {
  readonly file: string;
  readonly beds: readonly DemonstrationBed[];
  readonly version: string;
  /** Calendar time at which the past ends. */
  readonly nowMs: number;
}

/** The last minutes have waveforms. */
const WAVES_MS = 6 * MINUTE_MS;
/** And these of a patient who has left again, minutes of the scenario: towards the end of the infusion. */
const REVIEWED_MIN = { from: 44, to: 49 };
/** The last alarms are left for whoever opens the page. */
const STAFF_LEAVES_MS = 30 * SECOND_MS;
const ROUND_MS = 5 * SECOND_MS;

/** Fills the recording up to `nowMs`. Resolves when everything is on disk. */
export async function recordPast(options: PastOptions): Promise<void> {
  const startsAtMin = options.beds.flatMap(({ startAtMin, earlier }) => [startAtMin, earlier?.startAtMin ?? 0]);
  const lengthMs = Math.max(...startsAtMin) * MINUTE_MS;
  const devices = virtualDevices(options.beds, lengthMs);
  for (const stretch of stretches(devices, lengthMs)) await live(options, devices, lengthMs, stretch);
}

const NO_WAVES = { waveforms: [] };

function stretches({ stays }: VirtualDevices, lengthMs: number): readonly Stretch[] {
  const reviewed = stays
    .filter(({ endsMs }) => endsMs !== undefined)
    .flatMap(({ beginsMs }): readonly Stretch[] => [
      { untilMs: beginsMs + REVIEWED_MIN.from * MINUTE_MS, monitorSettings: NO_WAVES },
      { untilMs: beginsMs + REVIEWED_MIN.to * MINUTE_MS, monitorSettings: {} },
    ]);
  return [
    ...reviewed,
    { untilMs: lengthMs - WAVES_MS, monitorSettings: NO_WAVES },
    { untilMs: lengthMs, monitorSettings: {} },
  ];
}

interface Stretch {
  readonly untilMs: number;
  readonly monitorSettings: Readonly<Record<string, unknown>>;
}

async function live(
  { file, beds, version, nowMs }: PastOptions,
  devices: VirtualDevices,
  lengthMs: number,
  { untilMs, monitorSettings }: Stretch,
): Promise<void> {
  const { time } = devices;
  const isFirst = time.now() === 0;
  const virtual = virtualStation({
    devices,
    file,
    sink: () => mergingSink(inProcessSink(openWriter(file))),
    version,
    wallAtZeroMs: nowMs - lengthMs,
    monitorSettings,
  });
  const { station } = virtual;
  if (isFirst) endOldSessions(station);
  station.start();
  station.report(Object.fromEntries(beds.map(({ bed }) => [bed, { screens: 1, audibleScreens: 1 }])));
  const staff = work(virtual, devices, { nowMs, untilMs, leavesMs: lengthMs - STAFF_LEAVES_MS });
  time.runTo(untilMs);
  staff.unsubscribe();
  await virtual.finish();
}

/** A demonstration that was ended with patients in their beds leaves their sessions open: they end now. */
function endOldSessions(station: Station): void {
  for (const { bed, session } of station.snapshot().beds) {
    if (session === undefined) continue;
    void station.command({
      id: `end-${session.id}`,
      bed,
      by: STAFF,
      command: { type: 'end-session', reason: 'the demonstration was started again' },
    });
  }
}

interface Shift {
  readonly nowMs: number;
  readonly untilMs: number;
  readonly leavesMs: number;
}

function work({ station, clock }: VirtualStation, devices: VirtualDevices, shift: Shift): Subscription {
  const { time, orders, stays } = devices;
  const { nowMs, untilMs, leavesMs } = shift;
  const beganMs = time.now();
  let commands = 0;
  const ask = (bed: BedId, task: StaffTask['command']): void => {
    const view = station.snapshot().beds.find((one) => one.bed === bed);
    const command = view && task(view);
    if (command === undefined) return;
    commands += 1;
    void station.command({ id: `past-${nowMs}-${beganMs}-${commands}`, bed, by: STAFF, command });
  };
  const planned = new Subscription();
  const year = new Date(nowMs).getUTCFullYear();
  for (const { bed, scenario, beginsMs, endsMs } of stays) {
    const tasks = tasksFor(scenario, `${bed}-${nowMs}-${beginsMs}`, year);
    const leaving = endsMs === undefined ? [] : tasksForLeaving(endsMs - beginsMs);
    for (const { atMs, command } of [...tasks, ...leaving]) {
      const dueMs = beginsMs + atMs;
      if (dueMs < beganMs || dueMs >= untilMs) continue;
      planned.add(time.schedule(() => ask(bed, command), dueMs - beganMs));
    }
  }
  const rounds = interval(ROUND_MS, time).subscribe(() => {
    if (time.now() > leavesMs) return;
    for (const { bed } of orders) ask(bed, (view) => alarmToAnswer(view, clock.now()));
  });
  planned.add(rounds);
  return planned;
}
