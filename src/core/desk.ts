/**
 * What the station itself can be asked: its drivers, its ports, its configuration, its captures. A change of the
 * configuration is written to the file first and takes effect afterwards, so a restart finds what the screen showed.
 */
import {
  bedId,
  deviceId,
  fail,
  ok,
  type Authored,
  type BedId,
  type DeviceId,
  type Refusal,
  type Result,
  type RuleSetName,
} from '$lib/domain/index.ts';
import type { AnswerTo, DeviceConfiguration, RulesInForce, StationAnswers, StationRequest } from '$lib/bus/bus.ts';
import type { DriverEvent } from '$drivers/driver-event.ts';
import type { Bed } from './bed.ts';
import type { Captures } from './capture.ts';
import { asConfiguration, deviceSchema, ownerOf, portOf, type WardConfiguration } from './configuration.ts';
import { driverDescriptions, type Devices } from './devices.ts';
import type { RuleBook } from './rule-book.ts';
import { placeName, soleClientFault } from './sole-clients.ts';
import type { StationClock } from './clock.ts';

/** What the desk does with the raw traffic of links. */
export type CaptureDesk = Pick<Captures, 'set' | 'bytes' | 'note' | 'directoryOf' | 'status'>;

export interface DeskOptions {
  readonly ward: WardConfiguration;
  readonly clock: StationClock;
  readonly devices: Devices;
  readonly rules: RuleBook;
  readonly captures: CaptureDesk;
  readonly bed: (id: BedId) => Bed | undefined;
  /** Writes the configuration down; rejects when it cannot. */
  readonly save: (ward: WardConfiguration) => Promise<void>;
  readonly surroundings: Surroundings;
}

/** What can be found out about this computer and its network. */
export interface Surroundings {
  readonly listPorts: () => Promise<Result<StationAnswers['ports'], Refusal>>;
  readonly announced: () => Promise<Result<StationAnswers['announced'], Refusal>>;
  /** Of a port that no device of the station has. */
  readonly probe: (port: string) => Promise<Result<StationAnswers['probe'], Refusal>>;
  /** Two names that lead to one place are one port. */
  readonly placeOf: (port: string) => Promise<string>;
}

/** Of a station whose links are simulated. */
export const NO_SURROUNDINGS: Surroundings = {
  listPorts: () => Promise.resolve(ok([])),
  announced: () => Promise.resolve(ok([])),
  probe: (port) => Promise.resolve(fail({ why: 'unavailable', message: `There is no port ${port}.` })),
  placeOf: (port) => Promise.resolve(port),
};

type Answer = Result<unknown, Refusal>;

const refuse = (why: Refusal['why'], message: string): Answer => fail({ why, message });

export class Desk {
  readonly #options: DeskOptions;
  readonly #probing = new Set<string>();
  #ward: WardConfiguration;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#ward = options.ward;
  }

  startAll(): void {
    for (const { bed, devices } of this.#ward.beds) {
      for (const device of devices) this.#options.devices.start(bed, device);
    }
  }

  async answer<R extends StationRequest>(request: R): Promise<AnswerTo<R>> {
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- each case below answers its own request
    return (await this.#answer(request)) as AnswerTo<R>;
  }

  capture(device: DeviceId, event: Extract<DriverEvent, { kind: 'bytes' }>): void {
    this.#options.captures.bytes(device, event);
  }

  /** A frame that the guard stopped is kept with the bytes around it: it is a fault of ours and must be found. */
  refused(device: DeviceId, { at, frameHex }: Extract<DriverEvent, { kind: 'refused' }>): void {
    this.#options.captures.note(device, at, `not sent, because it is not on the list of allowed frames: ${frameHex}`);
  }

  #answer(request: StationRequest): Promise<Answer> | Answer {
    switch (request.type) {
      case 'drivers':
        return ok(driverDescriptions());
      case 'ports':
        return this.#options.surroundings.listPorts();
      case 'announced':
        return this.#options.surroundings.announced();
      case 'probe':
        return this.#probe(request.port.trim());
      case 'configuration':
        return ok(this.#ward.beds);
      case 'add-device':
        return this.#add(request.bed, request.device);
      case 'remove-device':
        return this.#remove(request.device);
      case 'restart-device':
        return this.#restart(request.device);
      case 'rules':
        return ok(this.#rules());
      case 'save-rules':
        return this.#options.rules.edit(request.preset, request.basedOn, request.edit, this.#author(request));
      case 'import-rules':
        return this.#options.rules.take(request.content, this.#author(request));
      case 'bed-rules':
        return this.#rulesOf(request.bed);
      case 'captures':
        return ok(this.#captures());
      case 'capture':
        return this.#setCapture(request.device, request.isOn);
    }
  }

  #rules(): RulesInForce {
    const { rules } = this.#options;
    const { presets, site, fault } = rules;
    const kept = this.#ward.beds.flatMap(({ bed, label }) => {
      const state = this.#options.bed(bed)?.state;
      if (state?.session === undefined || isToday(state.ruleSet, rules)) return [];
      const { id, version, title } = state.ruleSet;
      return [{ bed, label, rules: { id, version, title } }];
    });
    return { presets, site, ...(fault && { fault }), kept };
  }

  #author({ by, reason }: { readonly by: string; readonly reason: string }): Authored {
    return { by, reason, at: new Date(this.#options.clock.wall()).toISOString() };
  }

  #rulesOf(id: BedId): Answer {
    const bed = this.#options.bed(id);
    return bed === undefined ? unknownBed(id) : ok(bed.state.ruleSet);
  }

  /** Never a port that one of our devices has: a second opening would disturb it. */
  async #probe(port: string): Promise<Answer> {
    const { surroundings } = this.#options;
    if (port === '')
      return refuse('out-of-range', 'Name a port, such as /dev/ttyUSB0, or an address, such as 10.0.0.21:4001.');
    const owner = await ownerOf(port, this.#ward.beds, surroundings.placeOf);
    if (owner !== undefined)
      return refuse('unavailable', `${port} belongs to ${owner}, which has it open: it is not probed.`);
    const place = await surroundings.placeOf(port);
    if (this.#probing.has(place)) return refuse('unavailable', `${port} is being probed already.`);
    this.#probing.add(place);
    try {
      return await surroundings.probe(port);
    } finally {
      this.#probing.delete(place);
    }
  }

  async #add(bed: BedId, proposed: DeviceConfiguration): Promise<Answer> {
    const parsed = deviceSchema.safeParse(proposed);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return refuse('out-of-range', `${issue?.path.join('.') ?? 'device'}: ${issue?.message ?? 'is not understood'}.`);
    }
    const device = asConfiguration(parsed.data);
    if (!this.#ward.beds.some((configured) => configured.bed === bed)) {
      return unknownBed(bed);
    }
    if (this.#find(deviceId(device.id)) !== undefined) {
      return refuse('out-of-range', `There is a device ${device.id} already; give the new one another id.`);
    }
    const beds = this.#ward.beds.map((configured) =>
      configured.bed === bed ? { ...configured, devices: [...configured.devices, device] } : configured,
    );
    const fault = await this.#soleClientFault(beds.flatMap(({ devices }) => devices));
    if (fault !== undefined) return refuse('out-of-range', `${fault}.`);
    const saved = await this.#save({ ...this.#ward, beds });
    if (saved.ok) this.#options.devices.start(bed, device);
    return saved;
  }

  /** Two names of one port are one port here. */
  async #soleClientFault(devices: readonly DeviceConfiguration[]): Promise<string | undefined> {
    const { placeOf } = this.#options.surroundings;
    const places = new Map<DeviceConfiguration, string>();
    for (const device of devices) places.set(device, await placeOf(placeName(portOf(device.link))));
    return soleClientFault(devices, (device) => places.get(device) ?? portOf(device.link));
  }

  async #remove(device: DeviceId): Promise<Answer> {
    const found = this.#find(device);
    if (found === undefined) return unknownDevice(device);
    const beds = this.#ward.beds.map((configured) => ({
      ...configured,
      devices: configured.devices.filter(({ id }) => id !== device),
    }));
    const saved = await this.#save({ ...this.#ward, beds });
    if (!saved.ok) return saved;
    this.#options.devices.stop(device);
    this.#options.bed(found.bed)?.take(this.#options.clock.now(), { kind: 'device-removed', device });
    return saved;
  }

  #restart(device: DeviceId): Answer {
    const found = this.#find(device);
    if (found === undefined) return unknownDevice(device);
    this.#options.devices.start(found.bed, found.configuration);
    return ok(null);
  }

  #setCapture(device: DeviceId, isOn: boolean): Answer {
    if (this.#find(device) === undefined) return unknownDevice(device);
    this.#options.captures.set(device, isOn);
    return ok({ directory: this.#options.captures.directoryOf(device), isOn });
  }

  #captures(): StationAnswers['captures'] {
    return this.#ward.beds.flatMap(({ devices }) =>
      devices.map(({ id }) => {
        const { isOn, droppedBytes, failure } = this.#options.captures.status(deviceId(id));
        return { device: id, isOn, droppedBytes, ...(failure !== undefined && { failure }) };
      }),
    );
  }

  #find(device: DeviceId): { bed: BedId; configuration: DeviceConfiguration } | undefined {
    for (const { bed, devices } of this.#ward.beds) {
      const configuration = devices.find(({ id }) => id === device);
      if (configuration !== undefined) return { bed: bedId(bed), configuration };
    }
    return undefined;
  }

  async #save(ward: WardConfiguration): Promise<Answer> {
    try {
      await this.#options.save(ward);
    } catch (error) {
      return refuse('unavailable', `The configuration could not be written, nothing was changed: ${String(error)}`);
    }
    this.#ward = ward;
    return ok(null);
  }
}

const unknownDevice = (device: DeviceId): Answer => refuse('out-of-range', `There is no device ${device}.`);

const unknownBed = (bed: BedId): Answer => refuse('unknown-bed', `There is no bed ${bed}.`);

const isToday = ({ id, version }: RuleSetName, rules: RuleBook): boolean => rules.ruleSet(id)?.version === version;
