/**
 * The seam between the core (devices, judgement, record) and the web process (pages, sockets). Events come down, commands
 * go up. Nothing on either side knows whether the other is in the same process, another one, or another machine.
 *
 * Delivery: events are in order. Whoever begins to listen gets a snapshot first, and another one after every reconnection. Waves and patches may be
 * dropped or merged when the reader is slow; alarms never are.
 */
import type { Observable } from 'rxjs';
import type {
  BedId,
  CommandEnvelope,
  Delivery,
  DeviceId,
  MonotonicMs,
  PresetInForce,
  Refusal,
  Result,
  RuleEdit,
  RuleSet,
  RuleSetName,
  SiteRules,
  WallMs,
} from '$lib/domain/index.ts';
import type { AlarmMessage, BedPatch, StationSnapshot, Traffic, WaveChannel } from '$lib/realtime/index.ts';

export type StationEvent =
  | { readonly type: 'snapshot'; readonly snapshot: StationSnapshot }
  | { readonly type: 'patch'; readonly patch: BedPatch }
  | { readonly type: 'alarm'; readonly message: AlarmMessage }
  | { readonly type: 'wave-channels'; readonly channels: readonly WaveChannel[] }
  /** A packed wave frame with the channels of all beds. */
  | { readonly type: 'waves'; readonly frame: Uint8Array }
  | { readonly type: 'traffic'; readonly traffic: Traffic }
  | { readonly type: 'heartbeat'; readonly count: number; readonly at: MonotonicMs; readonly wallTime: WallMs }
  /** Told by the reading end itself: the other side is gone; a snapshot follows when it is back. */
  | { readonly type: 'lost' };

/** How many screens can show and sound each bed, as the web process counts them. */
export interface Listeners {
  readonly screens: number;
  readonly audibleScreens: number;
}

/** A device as the configuration names it. */
export interface DeviceConfiguration {
  readonly id: string;
  readonly driver: string;
  readonly label?: string;
  readonly link:
    | { readonly serial: string; readonly settings?: Readonly<Record<string, unknown>> }
    | { readonly tcp: string }
    | { readonly udp: string }
    | { readonly file: string }
    /** The device connects to us; `from` and, for drivers whose devices can name themselves, `tokenHash` say who may. */
    | { readonly listen: string; readonly tokenHash?: string; readonly from?: readonly string[] };
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly isSimulated?: boolean;
}

export interface PortDescription {
  readonly path: string;
  /** The name that survives re-plugging, where the system keeps one. */
  readonly stablePath?: string;
  readonly manufacturer?: string;
  readonly serialNumber?: string;
  readonly vendorId?: string;
  readonly productId?: string;
}

export interface DriverDescription {
  readonly id: string;
  readonly label: string;
  readonly role: 'monitor' | 'pump';
  readonly verified: string;
  /** What people must know before they plug it in. */
  readonly setUp?: string;
  readonly links: readonly ('serial' | 'tcp' | 'udp')[];
  /** What the driver documents for its links. */
  readonly line?: LineSettings;
  readonly tcpPort?: number;
  readonly udpPort?: number;
  readonly observes: readonly string[];
}

export interface LineSettings {
  readonly baudRate: number;
  readonly dataBits: number;
  readonly parity: string;
  readonly stopBits: number;
  readonly rtscts: boolean;
}

/** A device that made itself known on the network just now, and how it is reached. */
export interface AnnouncedDevice {
  readonly driver: string;
  readonly link: { readonly tcp: string } | { readonly udp: string };
  /** Where it says that it stands; may be empty. */
  readonly place: string;
}

/** What a port was found to be. */
export interface ProbeAnswer {
  readonly port: string;
  readonly outcome: 'recognised' | 'unrecognised' | 'silent';
  readonly sentence: string;
  /** One sentence for each driver that came into question. */
  readonly candidates: readonly string[];
  /** Of the recognised device. */
  readonly driver?: string;
  readonly link?: 'serial' | 'tcp';
  /** Its line settings, where they are others than the driver's. */
  readonly line?: LineSettings;
  /** The file among the captures that holds what came, when it was not recognised. */
  readonly capture?: string;
}

/** How it stands with the raw capture of a device's link. */
export interface CaptureDescription {
  readonly device: string;
  readonly isOn: boolean;
  /** Bytes of the link that found no place since the start. */
  readonly droppedBytes: number;
  /** Why nothing can be written just now, a plain sentence. */
  readonly failure?: string;
}

/** What the station itself can be asked; beds are asked by commands. */
export type StationRequest =
  | { readonly type: 'drivers' }
  | { readonly type: 'ports' }
  /** Listens for some seconds to devices that make themselves known. */
  | { readonly type: 'announced' }
  /** Takes up to a minute; a path, or `host:port`. */
  | { readonly type: 'probe'; readonly port: string }
  | { readonly type: 'configuration' }
  | { readonly type: 'add-device'; readonly bed: BedId; readonly device: DeviceConfiguration }
  | { readonly type: 'remove-device'; readonly device: DeviceId }
  | { readonly type: 'restart-device'; readonly device: DeviceId }
  | { readonly type: 'captures' }
  /** What patients may be judged by from their admission on. */
  | { readonly type: 'rules' }
  /** `basedOn`: version of the set that the person saw. */
  | {
      readonly type: 'save-rules';
      readonly preset: string;
      readonly basedOn: string;
      readonly edit: RuleEdit;
      readonly by: string;
      readonly reason: string;
    }
  /** A whole file in place of what the site has. */
  | { readonly type: 'import-rules'; readonly content: string; readonly by: string; readonly reason: string }
  /** What one bed is judged by now. */
  | { readonly type: 'bed-rules'; readonly bed: BedId }
  | { readonly type: 'capture'; readonly device: DeviceId; readonly isOn: boolean };

/** All that there is to know about the rules of a station. */
export interface RulesInForce {
  /** The first is for patients of whom nothing else is said. */
  readonly presets: readonly PresetInForce[];
  readonly site: SiteRules;
  /** Why the site's rules do not judge, sentence by sentence. */
  readonly fault?: readonly string[];
  /** Beds whose patient was admitted with other rules than those of today, and keeps them. */
  readonly kept: readonly { readonly bed: BedId; readonly label: string; readonly rules: RuleSetName }[];
}

export interface StationAnswers {
  drivers: readonly DriverDescription[];
  ports: readonly PortDescription[];
  announced: readonly AnnouncedDevice[];
  probe: ProbeAnswer;
  configuration: readonly {
    readonly bed: BedId;
    readonly label: string;
    readonly devices: readonly DeviceConfiguration[];
  }[];
  'add-device': null;
  'remove-device': null;
  'restart-device': null;
  rules: RulesInForce;
  'save-rules': null;
  'import-rules': null;
  'bed-rules': RuleSet;
  captures: readonly CaptureDescription[];
  capture: { readonly directory: string; readonly isOn: boolean };
}

export type AnswerTo<R extends StationRequest> = Result<StationAnswers[R['type']], Refusal>;

export interface Bus {
  readonly events$: Observable<StationEvent>;
  command(envelope: CommandEnvelope): Promise<Result<null, Refusal>>;
  request<R extends StationRequest>(request: R): Promise<AnswerTo<R>>;
  /** Tells the core who can see and hear; beds not named have nobody. */
  report(listeners: Readonly<Record<string, Listeners>>): void;
  /** Tells the core that a screen has shown or sounded an alarm of this bed. */
  deliver(bed: BedId, delivery: Delivery): void;
  close(): void;
}

/** The core's end of the seam. */
export interface BusHost {
  readonly events$: Observable<StationEvent>;
  snapshot(): StationSnapshot;
  command(envelope: CommandEnvelope): Promise<Result<null, Refusal>>;
  request<R extends StationRequest>(request: R): Promise<AnswerTo<R>>;
  report(listeners: Readonly<Record<string, Listeners>>): void;
  deliver(bed: BedId, delivery: Delivery): void;
}
