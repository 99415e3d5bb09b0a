/** What a recorder sends and what the listener at its port says about it, decoded. Times are ms since 1970 of the recorder's clock. */
import type { Refusal } from '../driver.ts';
import { REFUSAL_WORDS, type Refused } from '../refusals.ts';

/** One number; undefined where the recorder has none (`null`, bare `nan` or `inf`). */
export interface NumberRecord {
  readonly time: number;
  readonly value: number | undefined;
}

/** Samples from `time` on, at the rate of their track; NaN where there is none. */
export interface WaveRecord {
  readonly time: number;
  readonly samples: Float64Array;
}

export interface TextRecord {
  readonly time: number;
  readonly text: string;
}

interface TrackHead {
  readonly id: string;
  readonly name: string;
  /** The recorder's name of the device that it comes from; empty where it is not said. */
  readonly device: string;
  /** What the recorder takes the track for; 0 is nothing in particular. */
  readonly montype: number;
  readonly unit: string;
}

export type NumberTrack = TrackHead & { readonly kind: 'number'; readonly records: readonly NumberRecord[] };
export type WaveTrack = TrackHead & {
  readonly kind: 'wave';
  readonly rateHz: number;
  /** The range in which the recorder draws it; undefined where it gives none that is one. */
  readonly range: readonly [low: number, high: number] | undefined;
  readonly records: readonly WaveRecord[];
};
export type TextTrack = TrackHead & { readonly kind: 'text'; readonly records: readonly TextRecord[] };
export type Track = NumberTrack | WaveTrack | TextTrack;

/** A place with one patient, as the recorder has it. */
export interface Room {
  readonly name: string;
  readonly tracks: readonly Track[];
  readonly events: readonly TextRecord[];
}

export interface Feed {
  readonly kind: 'feed';
  /** The code by which the recorder names itself: the secret that it is known by. */
  readonly vrcode: string | undefined;
  readonly rooms: readonly Room[];
  /** Parts that are not what they should be, by their place: `rooms[0].trks[3].srate`. Each was left out. */
  readonly unread: readonly string[];
  /** The text was no JSON before bare words and control characters were replaced. */
  readonly isRepaired: boolean;
}

/** Why something that came to the port was not let in: the recorder calls its token vrcode. */
export const REFUSALS: Readonly<Record<Refusal, string>> = { ...REFUSAL_WORDS, token: 'wrong or no vrcode' };

export type Message = Feed | { readonly kind: 'came' | 'gone'; readonly sender: string } | Refused;
