/**
 * What a running device tells the station: its observations, how its link stands, and a full account of its bytes.
 * Observations of one device come in the order of its bytes; a status comes only when state or reason changed.
 */
import type { DeviceStatus, MonotonicMs, Observation } from '$lib/domain/index.ts';
import type { Decoded, NoiseReason } from './driver.ts';

export type UndecodableReason = Extract<Decoded<unknown>, { ok: false }>['why'];

export type DriverEvent =
  | { readonly kind: 'observed'; readonly at: MonotonicMs; readonly observations: readonly Observation[] }
  | { readonly kind: 'status'; readonly status: DeviceStatus }
  | { readonly kind: 'traffic'; readonly at: MonotonicMs; readonly traffic: Traffic }
  | {
      readonly kind: 'bytes';
      readonly at: MonotonicMs;
      readonly direction: 'in' | 'out';
      readonly bytes: Uint8Array;
    }
  /** The send guard stopped this frame, given in hexadecimal: a bug in the driver, and the device is closed for it. */
  | { readonly kind: 'refused'; readonly at: MonotonicMs; readonly frameHex: string };

/** A received frame in one line for people: what it says, or why it is not understood; and its bytes on the wire. */
export interface TrafficLine {
  readonly at: MonotonicMs;
  readonly byteCount: number;
  readonly text: string;
}

/**
 * Counts since the runner was started. Every received byte is in a frame, in noise, cut off by the end of a link, or still
 * waiting for the rest of its frame.
 */
export interface Traffic {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly messages: number;
  readonly noiseBytes: Readonly<Record<NoiseReason, number>>;
  readonly undecodable: Readonly<Record<UndecodableReason, number>>;
  /** Bytes of an unfinished frame, or not yet looked at, when their link ended. */
  readonly cutOffBytes: number;
  /** Frames equal to the one right before: a device that sends again, or one whose picture is frozen. */
  readonly repeatedFrames: number;
  /** How often a frame was found again after noise. */
  readonly resyncs: number;
  /** Attempts to open the link after the first one. */
  readonly reopens: number;
  readonly sendsRefused: number;
  /** The last frames, oldest first. */
  readonly recent: readonly TrafficLine[];
}
