/**
 * A ward in virtual time: the real station, drivers, rules and recorder, with simulated devices joined in memory. Minutes pass
 * in milliseconds, and the same seeds give the same recording.
 */
import type { Observable } from 'rxjs';
import { MINUTE_MS, monotonicMs, wallMs, type BedId } from '$lib/domain/index.ts';
import { openReader, openWriter } from '$lib/store/index.ts';
import type { StationClock } from '$core/clock.ts';
import type { WardConfiguration } from '$core/configuration.ts';
import { NO_SURROUNDINGS, type CaptureDesk } from '$core/desk.ts';
import type { OpenLink } from '$core/devices.ts';
import type { RecordSink } from '$core/record-sink.ts';
import { RecorderClient } from '$core/recorder.ts';
import { recoverBed, resumeFrom, type Recovered } from '$core/recovery.ts';
import { RuleBook } from '$core/rule-book.ts';
import { Station } from '$core/station.ts';
import type { Connect, Link } from '$drivers/link.ts';
import { BED_DEVICES, createSimulatedBed, type BedDevice } from '$simulators/simulated-bed.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { scenario, type Scenario, type WardStay } from '$simulators/scenarios/index.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { demonstrationWard, type DemonstrationBed } from './ward.ts';

/** A patient in a bed, with devices that live on while stations come and go. */
export interface VirtualStay {
  readonly bed: BedId;
  readonly scenario: Scenario;
  /** Virtual time at minute 0 of the scenario, when the patient is connected. */
  readonly beginsMs: number;
  /** Virtual time when the patient leaves and the devices are taken away; undefined when that is beyond this past. */
  readonly endsMs?: number;
}

export interface VirtualDevices {
  readonly time: VirtualTime;
  readonly orders: readonly DemonstrationBed[];
  readonly stays: readonly VirtualStay[];
  readonly links: ReadonlyMap<string, Connect>;
}

/** @param lengthMs virtual time at which every bed stands at its `startAtMin`. */
export function virtualDevices(orders: readonly DemonstrationBed[], lengthMs: number): VirtualDevices {
  const time = new VirtualTime();
  const links = new Map<string, Connect>();
  const stays = orders.flatMap((order): readonly VirtualStay[] => {
    const present = connectStay(time, order.bed, order, lengthMs, order.epochS);
    const past = order.earlier && connectStay(time, order.bed, order.earlier, lengthMs, epochOfEarlier(order));
    for (const device of BED_DEVICES) {
      const connect: Connect = () => {
        const isPast = past?.stay.endsMs !== undefined && time.now() < past.stay.endsMs;
        return (isPast ? past : present).connect(device);
      };
      links.set(addressOf(order.bed, device), connect);
    }
    return past ? [past.stay, present.stay] : [present.stay];
  });
  return { time, orders, stays, links };
}

const MINUTE_S = 60;

const epochOfEarlier = ({ epochS, startAtMin, earlier }: DemonstrationBed): number =>
  epochS + (startAtMin - (earlier?.startAtMin ?? startAtMin)) * MINUTE_S;

interface ConnectedStay {
  readonly stay: VirtualStay;
  readonly connect: (device: BedDevice) => Observable<Link>;
}

function connectStay(
  time: VirtualTime,
  bed: BedId,
  { scenario: id, seed, startAtMin, leavesAtMin }: WardStay & { readonly leavesAtMin?: number },
  lengthMs: number,
  epochS: number,
): ConnectedStay {
  const found = scenario(id);
  if (!found.ok) throw new RangeError(found.error);
  const simulated = createSimulatedBed({ scenario: found.value, seed, epochS, startAtMin: 0 });
  const beginsMs = lengthMs - startAtMin * MINUTE_MS;
  const span = { beginsMs, ...(leavesAtMin !== undefined && { endsMs: beginsMs + leavesAtMin * MINUTE_MS }) };
  return {
    stay: { bed, scenario: found.value, ...span },
    connect: (device) => simulatedLink({ device: simulated.device(device), scheduler: time, ...span })(),
  };
}

const addressOf = (bed: BedId, device: string): string => `${bed}.${device}:1`;

export interface VirtualStation {
  readonly station: Station;
  readonly clock: StationClock;
  /** Stops the station and puts everything on disk. */
  finish(): Promise<void>;
}

export interface VirtualStationOptions {
  readonly devices: VirtualDevices;
  readonly file: string;
  /** Makes the way to the disk; called when nobody else has the recording open. */
  readonly sink: () => RecordSink;
  readonly version: string;
  /** Calendar time at virtual time 0. */
  readonly wallAtZeroMs: number;
  readonly monitorSettings?: Readonly<Record<string, unknown>>;
}

/** A station over the recording as it is, taken up where it ends. Not started yet. */
export function virtualStation(options: VirtualStationOptions): VirtualStation {
  const { devices, file, sink, version, wallAtZeroMs, monitorSettings = {} } = options;
  const { time, orders } = devices;
  const recovered = recover(file, orders);
  const beganMs = time.now();
  const from = resumeFrom([...recovered.values()].map(({ state }) => state))?.at ?? monotonicMs(0);
  const clock: StationClock = {
    now: () => monotonicMs(from + time.now() - beganMs),
    wall: () => wallMs(wallAtZeroMs + time.now()),
  };
  const ward = withSettings(demonstrationWard(orders, addressOf), monitorSettings);
  const recorder = new RecorderClient({ sink: sink(), scheduler: time });
  const station = new Station({
    ward,
    recovered,
    rules: NO_SITE_RULES,
    version,
    clock,
    scheduler: time,
    recorder,
    open: openIn(devices),
    desk: {
      ward,
      clock,
      captures: NO_CAPTURES,
      save: () => Promise.reject(new Error('a virtual ward has no configuration file')),
      surroundings: NO_SURROUNDINGS,
    },
  });
  const finish = async (): Promise<void> => {
    station.stop();
    const flushed = recorder.flushed();
    time.runTo(time.now());
    await flushed;
    await recorder.close();
  };
  return { station, clock, finish };
}

function openIn({ links }: VirtualDevices): OpenLink {
  return (link) => {
    const connect = 'tcp' in link ? links.get(link.tcp) : undefined;
    if (connect === undefined) throw new RangeError(`no simulated device at ${JSON.stringify(link)}`);
    return connect;
  };
}

const withSettings = (ward: WardConfiguration, settings: Readonly<Record<string, unknown>>): WardConfiguration => ({
  beds: ward.beds.map((bed) => ({
    ...bed,
    devices: bed.devices.map((device) => (device.driver === 'ge-s5-dri' ? { ...device, settings } : device)),
  })),
});

function recover(file: string, orders: readonly DemonstrationBed[]): ReadonlyMap<BedId, Recovered> {
  openWriter(file).close();
  const reader = openReader(file);
  const recovered = new Map(orders.map(({ bed }) => [bed, recoverBed(reader, bed)]));
  reader.close();
  return recovered;
}

/** A virtual ward judges by the rules as they came. */
const NO_SITE_RULES = new RuleBook({
  save: () => Promise.reject(new Error('a virtual ward has no rules of its own')),
  log: () => undefined,
});

/** Nothing in a virtual ward travels over a wire that could be captured. */
const NO_CAPTURES: CaptureDesk = {
  set: () => undefined,
  bytes: () => undefined,
  note: () => undefined,
  directoryOf: () => '',
  status: () => ({ isOn: false, writtenBytes: 0, droppedBytes: 0 }),
};
