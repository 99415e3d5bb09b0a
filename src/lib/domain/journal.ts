import type { AlarmChange, Delivery } from './alarm.ts';
import type { BedId } from './brand.ts';
import type { CommandEnvelope, Refusal } from './command.ts';
import type { DeviceStatus } from './device.ts';
import type { InfusionEvent } from './infusion-event.ts';
import type { JournalledObservation } from './observation.ts';
import type { RuleSet } from './rule.ts';
import type { Phase, Session } from './session.ts';
import type { MonotonicMs, WallMs } from './time.ts';

/** Ticks stand on this grid of the station's clock; they are not written down, a replay finds them again by itself. */
export const TICK_MS = 250;

/**
 * What can change a bed's state: it is numbered and written down before it is interpreted.
 * `clock` binds our clock to the calendar from there on. `started`: the core (re)started. `station`: what the
 * rest of the station is able to do for this bed: screens that show it, screens that can sound, the recorder.
 * `rules` stands right before every admission: what the bed is judged by from there on, whole, so that whoever reads the journal
 * needs nothing else to judge again. `stateVersion`: programs that say another one judge differently.
 * `delivered`: the first screen that showed a signal of an alarm, and the first that sounded it.
 */
export type BedInput =
  | { readonly kind: 'observed'; readonly observation: JournalledObservation }
  | { readonly kind: 'device'; readonly status: DeviceStatus }
  | { readonly kind: 'device-removed'; readonly device: string }
  | { readonly kind: 'command'; readonly envelope: CommandEnvelope }
  | { readonly kind: 'delivered'; readonly delivery: Delivery }
  | { readonly kind: 'station'; readonly status: StationStatus }
  | { readonly kind: 'clock'; readonly wallTime: WallMs; readonly stepMs: number }
  | { readonly kind: 'rules'; readonly ruleSet: RuleSet }
  | {
      readonly kind: 'started';
      readonly version: string;
      readonly stateVersion: number;
      readonly wallTime: WallMs;
    };

export interface StationStatus {
  readonly screens: number;
  readonly audibleScreens: number;
  readonly recorder: 'ok' | 'behind' | 'failed';
}

/**
 * What the bed concluded. Written down too, so that a replay can be compared with what was shown. The `number` of an alarm
 * change counts from 1 without a hole for each bed, so that a screen notices one that it missed.
 */
export type BedOutput =
  | { readonly kind: 'alarm'; readonly number: number; readonly change: AlarmChange }
  | { readonly kind: 'session'; readonly session: Session; readonly cause: SessionCause }
  | { readonly kind: 'phase'; readonly from: Phase; readonly to: Phase; readonly cause: 'person' | 'pump' }
  | { readonly kind: 'infusion-event'; readonly event: InfusionEvent }
  | { readonly kind: 'audio'; readonly pausedUntil?: MonotonicMs; readonly cause: 'person' | 'timeout' | 'new-alarm' }
  | { readonly kind: 'refused'; readonly command: string; readonly refusal: Refusal };

export type SessionCause =
  | 'admitted'
  | 'baseline'
  | 'plan'
  | 'channel'
  | 'limit'
  | 'limit-expired'
  | 'gate'
  | 'mark'
  | 'score'
  | 'phase'
  | 'replay'
  | 'ended';

/** One line of a bed's journal. `seq` counts inputs and outputs alike, from 1, without a hole. */
export interface JournalEntry {
  readonly bed: BedId;
  readonly seq: number;
  readonly at: MonotonicMs;
  readonly body: BedInput | BedOutput;
}

const INPUT_KINDS: ReadonlySet<string> = new Set<BedInput['kind']>([
  'observed',
  'device',
  'device-removed',
  'command',
  'delivered',
  'station',
  'clock',
  'rules',
  'started',
]);

export const isInput = (body: BedInput | BedOutput): body is BedInput => INPUT_KINDS.has(body.kind);

/** Entries that must be on disk before the next second: everything that a person did or was told, and what a device tells only once. */
export const isUrgent = (body: BedInput | BedOutput): boolean =>
  body.kind === 'observed' ? isToldOnce(body.observation) : !UNHURRIED.has(body.kind);

const UNHURRIED: ReadonlySet<string> = new Set<BedInput['kind']>(['clock', 'station', 'delivered']);

const isToldOnce = (seen: JournalledObservation): boolean =>
  seen.kind === 'infusion' &&
  ((seen.bolus?.count ?? 0) > 0 || seen.notices !== undefined || seen.state === 'disconnected');
