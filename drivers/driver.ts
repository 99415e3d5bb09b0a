/**
 * The contract between a device's protocol and the station.
 *
 * A driver is a value made of pure functions. It never opens a port, reads a clock or keeps a variable: the runner
 * (`run-driver.ts`) owns the link, the time, the retries and the send guard, and folds the driver over what happens:
 *
 *   bytes ─ cut ─▶ frames ─ decode ─▶ messages ─ step ─▶ effects: send a query, tell an observation, report a state
 *
 * so the same driver runs on a serial port, over TCP, on a recorded file and in a test, and does the same in each.
 * No type here can express a command that changes a therapy; what a driver may send at all is listed in `maySend`.
 */
import type {
  DeviceId,
  DeviceRole,
  Freshness,
  LinkState,
  MonotonicMs,
  Observation,
  VitalKey,
  WaveformKey,
} from '$lib/domain/index.ts';

/** Why bytes were not a frame. `no-start`: outside any frame · `bad-sum`, `bad-length`: a frame that contradicts itself · `too-long`: longer than any legal frame. */
export type NoiseReason = 'no-start' | 'bad-sum' | 'bad-length' | 'too-long';

/** What one pass of `cut` found. Every received byte is in exactly one `wire`, one noise, or the rest. */
export type Cut =
  | { readonly kind: 'frame'; readonly wire: Uint8Array; readonly payload: Uint8Array }
  | { readonly kind: 'noise'; readonly bytes: Uint8Array; readonly why: NoiseReason };

export interface CutResult {
  /** Bytes that may still become a frame; bounded by the longest legal frame. */
  readonly rest: Uint8Array;
  readonly cuts: readonly Cut[];
}

export type Decoded<Message> =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly why: 'unknown-code' | 'too-short' | 'malformed'; readonly detail: string };

/**
 * One entry of the send guard: a whole outgoing frame is allowed when one pattern matches all of it. A request that acts on
 * the patient (inflate a cuff) needs the leave of the device's configuration: its pattern looks at the settings, and
 * without settings it matches nothing.
 */
export interface SendPattern {
  readonly name: string;
  matches(frame: Uint8Array, settings?: SessionContext['settings']): boolean;
}

/**
 * What carries a link's bytes: a serial port, a socket in the place of one, single datagrams, the files of a recording, or a
 * port of ours to which the device connects.
 */
export type LinkKind = 'serial' | 'tcp' | 'udp' | 'file' | 'listen';

/** A device that made itself known on the network, and where it can be connected to. */
export interface Announcement {
  readonly host: string;
  readonly port: number;
  /** Where it says that it stands, for people; may be empty. */
  readonly place: string;
}

/** For devices that announce themselves by UDP broadcast: where to listen, and how to read a datagram. */
export interface Announcing {
  readonly udpPort: number;
  /** The multicast group that some of them use instead of a broadcast. */
  readonly group?: string;
  /** @returns undefined for a datagram that is none of these devices'. */
  read(datagram: Uint8Array, sender: string): Announcement | undefined;
}

/**
 * Why something that came to a port was not let in, or who came was sent away. `held-back`: more than one may send, read more
 * slowly from now on · `noise`: bytes outside of any message, and so many of them · `too-slow`: a message not finished in time ·
 * `stalled`: takes no answers · `crowded`: gave its place to a newer connection · `unanswered`: was gone before its answer.
 */
export type Refusal =
  | 'address'
  | 'token'
  | 'unreadable'
  | 'browser'
  | 'too-large'
  | 'too-many'
  | 'held-back'
  | 'noise'
  | 'too-slow'
  | 'stalled'
  | 'crowded'
  | 'unanswered';

/** A message as it came to a port. `isCutOff`: it was longer than any may be, and this is its beginning. */
export interface Received {
  readonly via: 'socket' | 'post' | 'mllp';
  readonly bytes: Uint8Array;
  readonly isCutOff?: true;
}

/**
 * What happens at a port where the station waits for senders. `message`: as it came, with the number of its connection, its own
 * number at this port, and calendar time · `came`, `gone`: a sender that was let in, or left · `refused`: so many since the last
 * such word. `sender` is an address, for people. `duty`, where senders wait for an answer: `answer` it · `listen`, for another
 * device answers · `nobody`: it is about no device that is set up at this port; answer it and say so.
 */
export type Arrival =
  | (Received & {
      readonly kind: 'message';
      readonly sender: string;
      readonly connection: number;
      readonly number: number;
      readonly wallTime: number;
      readonly duty: 'answer' | 'listen' | 'nobody';
    })
  | { readonly kind: 'came' | 'gone'; readonly sender: string; readonly connection: number }
  | { readonly kind: 'refused'; readonly sender: string; readonly why: Refusal; readonly count: number };

type DeviceSettings = SessionContext['settings'];

/**
 * For senders that speak for many devices at once: whose a message is. A fold, because a message may name its device by less
 * than an earlier one did; the port keeps what is remembered.
 */
export interface Routing<Memory = unknown> {
  start(): Memory;
  /** @returns what is now remembered, and whether the message is about the device with these settings. */
  route(memory: Memory, message: Received): readonly [Memory, (settings: DeviceSettings) => boolean];
}

/** For devices that connect to the station: the usual port, and how what happens there becomes the bytes of a link. */
export interface Accepting {
  /** What is spoken at the port. */
  readonly by: 'socket.io' | 'mllp';
  readonly port: number;
  /** The longest message, bytes. */
  readonly maxMessageBytes: number;
  /** As the link carries it, so that a capture of the link holds it. */
  wrap(arrival: Arrival): Uint8Array;
  /**
   * The secret by which the sender of a message names itself; undefined when it names none or cannot be read. A driver without
   * this knows its senders by their addresses alone.
   */
  tokenOf?(message: Received): string | undefined;
  /** Without it a message is for every device whose sender it comes from. */
  readonly routing?: Routing;
  /** To whom these bytes, which passed the guard, go, and what of them. Without it nothing is ever answered. */
  replyIn?(sent: Uint8Array): { readonly connection: number; readonly bytes: Uint8Array } | undefined;
  /** Whether two devices at one port, of one sender, would show the same patient. */
  isSamePatient(one: DeviceSettings, other: DeviceSettings): boolean;
}

/** What a link has to say about files. `ends`: with the reason, a plain sentence, when it is not all of the file · `complete`: no file follows. */
export type FilePart =
  | { readonly type: 'begins'; readonly name: string }
  | { readonly type: 'piece'; readonly bytes: Uint8Array }
  | { readonly type: 'ends'; readonly problem?: string }
  | { readonly type: 'complete' };

/** For drivers that play recordings: which files belong to the configured one, and how files become the bytes of a link. */
export interface FileReading {
  /** Names of files in the same directory. */
  companions(name: string, bytes: Uint8Array): readonly string[];
  /** The longest `piece`, bytes. */
  readonly maxPieceBytes: number;
  wrap(part: FilePart): Uint8Array;
}

/** Who the device is for the station, and the driver's own settings as the configuration gave them. */
export interface SessionContext {
  readonly device: DeviceId;
  /** For drivers whose device speaks differently over different links; absent where it is not known, as with a recording. */
  readonly link?: LinkKind;
  readonly settings: Readonly<Record<string, unknown>>;
}

export type SessionInput<Message> =
  | { readonly type: 'opened'; readonly now: MonotonicMs }
  | { readonly type: 'message'; readonly now: MonotonicMs; readonly message: Message }
  /** `payload`: the frame's, for protocols in which even such a frame is answered. */
  | {
      readonly type: 'undecodable';
      readonly now: MonotonicMs;
      readonly why: string;
      readonly payload?: Uint8Array;
    }
  | { readonly type: 'noise'; readonly now: MonotonicMs; readonly why: NoiseReason; readonly byteCount: number }
  | { readonly type: 'tick'; readonly now: MonotonicMs }
  | { readonly type: 'closing'; readonly now: MonotonicMs };

/**
 * What a session wants done, in this order. `wake`: give me a tick in so many ms (besides the regular ones, see {@link DRIVER_TICK_MS}).
 * `status`: how the conversation stands; the runner adds `opening`, `lost` and `fault` by itself. `reopen`: close and
 * open the link again, with the runner's back-off; what follows it in the list is not done. `serial`: from now on with these
 * line settings instead of the driver's, for models of one family that differ in them; links without a line have none, and
 * what the configuration of a port fixed stays.
 */
export type SessionEffect<Query> =
  | { readonly type: 'send'; readonly query: Query }
  | { readonly type: 'observed'; readonly observations: readonly Observation[] }
  | {
      readonly type: 'status';
      readonly state: Extract<LinkState, 'negotiating' | 'live' | 'silent'>;
      readonly reason?: string;
      /** From here on, where the device's own pace is known only now; otherwise the driver's counts. */
      readonly freshness?: Freshness;
    }
  | { readonly type: 'wake'; readonly afterMs: number }
  | { readonly type: 'reopen'; readonly why: string; readonly serial?: SerialSettings };

export const DRIVER_TICK_MS = 250;

export type Step<State, Query> = readonly [state: State, effects: readonly SessionEffect<Query>[]];

/** Line settings as serial devices document them. */
export interface SerialSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  readonly rtscts: boolean;
}

export interface Driver<Message = unknown, Query = unknown, State = unknown> {
  readonly id: string;
  readonly label: string;
  readonly role: DeviceRole;
  /** Defaults of the links that the device offers. */
  readonly serial?: SerialSettings;
  /** Lines that other models of the family have: listened to as well when the device of a port is looked for. */
  readonly otherLines?: readonly SerialSettings[];
  readonly tcp?: { readonly port: number };
  readonly announces?: Announcing;
  readonly udp?: { readonly port: number };
  readonly accepts?: Accepting;
  readonly file?: FileReading;
  /** What it tells happened once and is played again: everything that shows it says so. */
  readonly isReplay?: true;
  readonly freshness: Freshness;
  readonly observes: readonly (VitalKey | WaveformKey | 'nibp' | 'infusion')[];
  /** One plain sentence: what this driver has been checked against. */
  readonly verified: string;
  /** What people must know before they plug it in, in plain sentences. */
  readonly setUp?: string;
  /** What one client has read is gone for every other: no two devices of a station may have the same address. */
  readonly isSoleClient?: true;
  /** Even its first question changes something at the device: a probe listens for it and never asks. */
  readonly isNotProbed?: true;

  cut(rest: Uint8Array, chunk: Uint8Array): CutResult;
  decode(payload: Uint8Array): Decoded<Message>;
  encode(query: Query): Uint8Array;
  readonly maySend: readonly SendPattern[];

  /** Once for a running device; its state outlives links, so `opened` comes again on the same state. */
  start(context: SessionContext): State;
  step(state: State, input: SessionInput<Message>): Step<State, Query>;

  /** One word for counting: `physiological`, `waveform`. */
  kindOf(message: Message): string;
  /** One line for people who look at traffic: `DISPL HR 77 SpO2 96 NIBP 93/48`. */
  describe(message: Message): string;
}

/**
 * A driver whose message, query and state types are its own business: what a registry holds and the runner runs.
 * The three types only ever meet inside one driver, so hiding them loses nothing: methods are compared bivariantly,
 * so no cast is needed.
 */
export type AnyDriver = Driver<unknown, unknown, unknown>;

/** Hides a driver's private types. */
export const sealDriver = <M, Q, S>(driver: Driver<M, Q, S>): AnyDriver => driver;
