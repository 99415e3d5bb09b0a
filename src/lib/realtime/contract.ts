/**
 * The live wire between station and browser: both event maps, imported by both ends.
 *
 * A browser says hello with the numbers of the last alarm changes it has shown; it is answered with what it missed and a
 * snapshot, and gets changes from there on. Waves go out once per tick; in a flood patches of a bed become one; alarm
 * changes do not wait: each is numbered per bed and answered for by every screen that received it.
 */
import type { BedId, Command, Delivery, MonotonicMs, Refusal, Result, WallMs } from '$lib/domain/index.ts';
import type { AlarmMessage, BedPatch, StationSnapshot, WaveChannel } from './view.ts';

/** Station and page must speak the same one; a page that does not reloads itself. */
export const WIRE_VERSION = 4;

export const WAVE_TICK_MS = 40;
export const HEARTBEAT_MS = 1000;

/** What a page looks at; decides which waves it gets. */
export type View =
  { readonly type: 'ward' } | { readonly type: 'bed'; readonly bed: BedId } | { readonly type: 'none' };

/** The page's audio, as the page knows it. */
export interface SoundReport {
  readonly state: 'off' | 'running' | 'blocked';
  readonly isVisible: boolean;
}

export interface Hello {
  readonly wireVersion: number;
  readonly view: View;
  readonly sound: SoundReport;
  /** Last alarm change shown, by bed. Empty on the first visit. */
  readonly alarmNumbers: Readonly<Record<string, number>>;
}

export interface Welcome {
  readonly snapshot: StationSnapshot;
  /** Alarm changes since `alarmNumbers`, for the "while you were away" list. */
  readonly missed: readonly AlarmMessage[];
  readonly actor: string;
}

/**
 * Once a second, echoed by the page: the station knows so which screens are alive, and stops sending waves and numbers to
 * one that has fallen behind instead of letting it see old ones later. `coreAgeMs`: how long ago the core was last heard; the page says NOT MONITORING when it grows. */
export interface Heartbeat {
  readonly count: number;
  readonly at: MonotonicMs;
  readonly wallTime: WallMs;
  readonly coreAgeMs: number;
}

export interface Traffic {
  readonly device: string;
  readonly at: MonotonicMs;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly frames: number;
  readonly messages: number;
  readonly noiseBytes: number;
  readonly badSumBytes: number;
  readonly undecodable: number;
  readonly repeats: number;
  readonly reopens: number;
  readonly refusedSends: number;
  readonly lastFrames: readonly { readonly at: MonotonicMs; readonly bytes: number; readonly words: string }[];
}

export interface ToBrowser {
  'station:heartbeat': (heartbeat: Heartbeat) => void;
  'station:snapshot': (snapshot: StationSnapshot) => void;
  'bed:changed': (patch: BedPatch) => void;
  'alarm:changed': (message: AlarmMessage, received: () => void) => void;
  'wave:channels': (channels: readonly WaveChannel[]) => void;
  'wave:frame': (frame: ArrayBuffer) => void;
  'device:traffic': (traffic: Traffic) => void;
}

export interface BedCommand {
  readonly id: string;
  readonly bed: BedId;
  readonly command: Command;
}

/** What this page did about the present signal of an alarm. Said once for each new state of it; repeating it is harmless. */
export interface DeliveryReport extends Omit<Delivery, 'screen'> {
  readonly bed: BedId;
}

export interface ToStation {
  'station:hello': (hello: Hello, welcome: (answer: Result<Welcome, Refusal>) => void) => void;
  'view:changed': (view: View) => void;
  'sound:changed': (report: SoundReport) => void;
  'bed:command': (command: BedCommand, answer: (result: Result<null, Refusal>) => void) => void;
  'alarm:delivered': (report: DeliveryReport) => void;
  'heartbeat:seen': (count: number) => void;
  'devices:watch': (isWatching: boolean) => void;
}
