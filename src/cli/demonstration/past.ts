/**
 * The demonstration's past: the same station, drivers, judgement and recorder as ever, run through the minutes before "now"
 * in virtual time, with the simulated devices joined in memory. What it leaves is an ordinary recording; the live core takes
 * it up as it takes up its own after a restart.
 *
 * It is lived in two stretches: numbers alone first, then the last minutes with waveforms, because it is waveforms that cost
 * time. Between the two the station is taken up from its own recording.
 */
import { interval, Subscription } from 'rxjs';
import { MINUTE_MS, monotonicMs, SECOND_MS, wallMs, type BedId } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { openReader, openWriter } from '$lib/store/index.ts';
import type { StationClock } from '$core/clock.ts';
import type { WardConfiguration } from '$core/configuration.ts';
import type { CaptureDesk } from '$core/desk.ts';
import type { OpenLink } from '$core/devices.ts';
import { inProcessSink } from '$core/record-sink.ts';
import { RecorderClient } from '$core/recorder.ts';
import { recoverBed, resumeFrom, type Recovered } from '$core/recovery.ts';
import { Station } from '$core/station.ts';
import type { Connect } from '$drivers/link.ts';
import { BED_DEVICES, createSimulatedBed, type SimulatedBed } from '$simulators/simulated-bed.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { mergingSink } from './merging-sink.ts';
import { alarmToAnswer, STAFF, tasksFor, type StaffTask } from './staff.ts';
import { demonstrationWard, type DemonstrationBed } from './ward.ts';

export interface PastOptions {
  readonly file: string;
  readonly beds: readonly DemonstrationBed[];
  readonly version: string;
  /** Calendar time at which the past ends. */
  readonly nowMs: number;
}

/** The last minutes have waveforms. */
const WAVES_MS = 6 * MINUTE_MS;
/** The last alarms are left for whoever opens the page. */
const STAFF_LEAVES_MS = 30 * SECOND_MS;
const ROUND_MS = 5 * SECOND_MS;

interface Running {
  readonly order: DemonstrationBed;
  readonly scenario: Scenario;
  readonly simulated: SimulatedBed;
  /** Virtual time at minute 0 of the scenario. */
  readonly beginsMs: number;
}

interface Past {
  readonly options: PastOptions;
  readonly time: VirtualTime;
  readonly lengthMs: number;
  readonly running: readonly Running[];
  readonly links: ReadonlyMap<string, Connect>;
}

/** Fills the recording up to `nowMs`. Resolves when everything is on disk. */
export async function recordPast(options: PastOptions): Promise<void> {
  openWriter(options.file).close();
  const lengthMs = Math.max(...options.beds.map(({ startAtMin }) => startAtMin)) * MINUTE_MS;
  const time = new VirtualTime();
  const running = options.beds.map((order) => begin(order, lengthMs));
  const past: Past = { options, time, lengthMs, running, links: linksOf(running, time) };
  await live(past, lengthMs - WAVES_MS, { waveforms: [] });
  await live(past, lengthMs, {});
}

function begin(order: DemonstrationBed, lengthMs: number): Running {
  const found = scenario(order.scenario);
  if (!found.ok) throw new RangeError(found.error);
  const simulated = createSimulatedBed({ ...order, scenario: found.value, startAtMin: 0 });
  return { order, scenario: found.value, simulated, beginsMs: lengthMs - order.startAtMin * MINUTE_MS };
}

function linksOf(running: readonly Running[], scheduler: VirtualTime): ReadonlyMap<string, Connect> {
  return new Map(
    running.flatMap(({ order, simulated, beginsMs }) =>
      BED_DEVICES.map((id) => [
        addressOf(order.bed, id),
        simulatedLink({ device: simulated.device(id), scheduler, beginsMs }),
      ]),
    ),
  );
}

const addressOf = (bed: BedId, device: string): string => `${bed}.${device}:1`;

/** One stretch of time, from the recording as it is to `untilMs`. */
async function live(past: Past, untilMs: number, monitorSettings: Readonly<Record<string, unknown>>): Promise<void> {
  const { options, time, lengthMs } = past;
  const recovered = recover(options);
  const startMs = time.now();
  const from = resumeFrom([...recovered.values()].map(({ state }) => state))?.at ?? monotonicMs(0);
  const clock: StationClock = {
    now: () => monotonicMs(from + time.now() - startMs),
    wall: () => wallMs(options.nowMs - lengthMs + time.now()),
  };
  const sink = mergingSink(inProcessSink(openWriter(options.file)));
  const recorder = new RecorderClient({ sink, scheduler: time });
  const station = new Station({
    ...common(past, clock, monitorSettings),
    recovered,
    recorder,
  });
  if (startMs === 0) endOldSessions(station);
  station.start();
  station.report(Object.fromEntries(options.beds.map(({ bed }) => [bed, { screens: 1, audibleScreens: 1 }])));
  const staff = work(station, past, clock, untilMs);
  time.runTo(untilMs);
  staff.unsubscribe();
  station.stop();
  const flushed = recorder.flushed();
  time.runTo(untilMs);
  await flushed;
  await recorder.close();
}

function common(
  { options, links, time }: Past,
  clock: StationClock,
  monitorSettings: Readonly<Record<string, unknown>>,
) {
  const ward = withSettings(demonstrationWard(options.beds, addressOf), monitorSettings);
  const open: OpenLink = (link) => {
    const connect = 'tcp' in link ? links.get(link.tcp) : undefined;
    if (connect === undefined) throw new RangeError(`no simulated device at ${JSON.stringify(link)}`);
    return connect;
  };
  return {
    ward,
    ruleSet: ADULT_IV_KETAMINE,
    version: options.version,
    clock,
    scheduler: time,
    open,
    desk: {
      ward,
      clock,
      captures: NO_CAPTURES,
      save: () => Promise.reject(new Error('the past cannot be configured')),
      listPorts: () => Promise.resolve({ ok: true, value: [] } as const),
    },
  };
}

const withSettings = (ward: WardConfiguration, settings: Readonly<Record<string, unknown>>): WardConfiguration => ({
  beds: ward.beds.map((bed) => ({
    ...bed,
    devices: bed.devices.map((device) => (device.driver === 'ge-s5-dri' ? { ...device, settings } : device)),
  })),
});

function recover({ file, beds }: PastOptions): ReadonlyMap<BedId, Recovered> {
  const reader = openReader(file);
  const recovered = new Map(beds.map(({ bed }) => [bed, recoverBed(reader, bed, ADULT_IV_KETAMINE)]));
  reader.close();
  return recovered;
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

function work(station: Station, past: Past, clock: StationClock, untilMs: number): Subscription {
  const { time, running, lengthMs, options } = past;
  const startMs = time.now();
  let commands = 0;
  const ask = (bed: BedId, task: StaffTask['command']): void => {
    const view = station.snapshot().beds.find((one) => one.bed === bed);
    const command = view && task(view);
    if (command === undefined) return;
    commands += 1;
    void station.command({ id: `past-${options.nowMs}-${startMs}-${commands}`, bed, by: STAFF, command });
  };
  const planned = new Subscription();
  const year = new Date(options.nowMs).getUTCFullYear();
  for (const { order, scenario: story, beginsMs } of running) {
    for (const { atMs, command } of tasksFor(story, `${order.bed}-${options.nowMs}`, year)) {
      const dueMs = beginsMs + atMs;
      if (dueMs < startMs || dueMs >= untilMs) continue;
      planned.add(time.schedule(() => ask(order.bed, command), dueMs - startMs));
    }
  }
  const rounds = interval(ROUND_MS, time).subscribe(() => {
    if (time.now() > lengthMs - STAFF_LEAVES_MS) return;
    const now = clock.now();
    for (const { order } of running) ask(order.bed, (view) => alarmToAnswer(view, now));
  });
  planned.add(rounds);
  return planned;
}

/** Nothing of the past travelled over a wire that could be captured. */
const NO_CAPTURES: CaptureDesk = {
  set: () => undefined,
  bytes: () => undefined,
  note: () => undefined,
  directoryOf: () => '',
};
