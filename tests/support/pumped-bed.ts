/**
 * A station whose pump does in two minutes of the clock on the wall what pumps do in an hour: started, set to another rate, a
 * bolus, paused, resumed, a line that shuts, and a stop for good. A carrier runs beside the drug in the same rack. Simulators in this process.
 */
import { MINUTE_MS } from '$lib/domain/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { simulatedDevice } from '$simulators/registry.ts';
import { runSimulator, type SimulatorHandle } from '$simulators/run-simulator.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';
import { startStation, type TestDevice, type TestStation } from './processes.ts';

/** Seconds after the devices were switched on. */
export const PUMP_STORY = {
  startS: 20,
  rateS: 30,
  bolusS: 40,
  pauseS: 50,
  resumeS: 58,
  occludedS: 66,
  stoppedS: 112,
  releasedS: 114,
} as const;
export const BOLUS_ML = 1;
const NEW_RATE = 30;

export interface PumpedBed extends TestStation {
  /** Pulls the cable of this bed's pump. */
  pullPump(bed: number): Promise<void>;
}

/** What a rack whose web page was set up sparingly tells of a pump: no drug, no concentration, no dose. */
const SPARSE = [
  ...['GNNEW', 'GNMODEL', 'INRT', 'BASRT', 'INVI', 'INVTB', 'VOLREMAIN', 'INRMT', 'INP2', 'INBOCNT', 'INBOVAL'],
  ...['BOCNT', 'OPMODE', 'RUNSTATE', 'STATUS1', 'ALARM1', 'ALARM2', 'PREALARM', 'GNERR'],
];

const CARRIER = { place: '12', drugName: 'NaCl 0,9% 250ml', rateMlPerHour: 20, vtbiMl: 250 };

/** @param beds settings of each bed's rack besides what is usual. */
export async function startPumpedBeds(): Promise<PumpedBed> {
  const racks = [
    { pumps: [CARRIER], boluses: [{ pump: 0, atMs: PUMP_STORY.bolusS * 1000, volumeMl: BOLUS_ML }] },
    { visible: SPARSE },
  ];
  const handles: SimulatorHandle[][] = [];
  const beds: TestDevice[][] = [];
  for (const [i, settings] of racks.entries()) {
    const bedside = createBedside(story(i === 0), 11 + i);
    const devices = [
      { driver: 'ge-s5-dri', settings: {} },
      { driver: 'pump-bbraun-bcc', settings: { version: '3.36', ...settings } },
    ];
    const running = await Promise.all(devices.map((device) => run(device, bedside)));
    handles.push(running);
    beds.push(devices.map(({ driver }, n) => ({ driver, link: { tcp: hostOf(running[n]) } })));
  }
  const station = await startStation(beds);
  return {
    ...station,
    pullPump: async (bed) => {
      await handles[bed - 1]?.[1]?.close();
    },
    stop: async () => {
      await station.stop();
      await Promise.all(handles.flat().map((handle) => handle.close()));
    },
  };
}

const hostOf = (handle: SimulatorHandle | undefined): string => (handle?.address ?? '').replace('tcp://', '');

async function run(
  { driver, settings }: { readonly driver: string; readonly settings: Readonly<Record<string, unknown>> },
  bedside: ReturnType<typeof createBedside>,
): Promise<SimulatorHandle> {
  const kind = simulatedDevice(driver);
  if (kind === undefined) throw new RangeError(`no simulated device ${driver}`);
  const device = kind.make(bedside, { settings: { epochS: Math.floor(Date.now() / 1000), ...settings } });
  const started = await runSimulator({
    device: () => device,
    listen: 'tcp://127.0.0.1:0',
    clock: () => Number(process.hrtime.bigint() / 1_000_000n),
  });
  if (!started.ok) throw new Error(started.error.sentence);
  return started.value;
}

function story(isEventful: boolean): Scenario {
  const calm = scenario('calm');
  if (!calm.ok) throw new Error(calm.error);
  const at = (seconds: number): number => (seconds * 1000) / MINUTE_MS;
  const { startS, rateS, pauseS, resumeS, occludedS, stoppedS, releasedS } = PUMP_STORY;
  const start: Scenario['acts'][number] = { atMin: at(startS), act: 'start' };
  const acts: readonly Scenario['acts'][number][] = [
    start,
    { atMin: at(rateS), act: 'set-rate', rateMlPerHour: NEW_RATE },
    { atMin: at(pauseS), act: 'pause' },
    { atMin: at(resumeS), act: 'resume' },
    { atMin: at(stoppedS), act: 'pause' },
  ];
  return {
    ...calm.value,
    acts: isEventful ? acts : [start],
    disturbances: isEventful ? [{ what: 'line-occluded', fromMin: at(occludedS), toMin: at(releasedS) }] : [],
  };
}
