/**
 * The words of a BCC conversation. We have four questions and two single bytes; the protocol has no request that changes a
 * pump, and neither have these types. A ComDevice answers with records of one value each: when, where, which parameter, what.
 */

/** Where a pump sits: pillar from 1, slot counted from the bottom, 1 to 24. */
export interface Place {
  readonly pillar: number;
  readonly slot: number;
}

/** One value as it was sent. `time`: seconds since the ComDevice was switched on. */
export interface Quadruple {
  readonly time: number;
  readonly address: string;
  readonly name: string;
  /** UTF-8 text with the pump's own glyphs still in it. */
  readonly value: string;
}

export type Request =
  | { readonly kind: 'alive' }
  | { readonly kind: 'version' }
  | { readonly kind: 'all-pumps' }
  | { readonly kind: 'one-pump'; readonly place: Place };

/** What a station puts on the wire. `bed` is the name that the ComDevice gave itself, {@link UNKNOWN_BED} before that. */
export type Query =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'request'; readonly bed: string; readonly isStuffed: boolean; readonly request: Request };

/**
 * What a ComDevice says in one frame. `granted`: the session is open · `version`: its software · `records`: values and
 * errors (`GNERR` is a record like the others). `unreadable`: records that are no quadruple, as text.
 */
export type Reply =
  | { readonly kind: 'granted'; readonly time: number }
  | { readonly kind: 'version'; readonly time: number; readonly version: string }
  | { readonly kind: 'records'; readonly records: readonly Quadruple[]; readonly unreadable: readonly string[] };

export interface Frame {
  readonly bed: string;
  /** False: more blocks follow as soon as this one is acknowledged. */
  readonly isLast: boolean;
  /** Undefined when the frame has no letter that stuffing would change. */
  readonly isStuffed: boolean | undefined;
  /** Sum and markers are right and the length field is not. */
  readonly isLengthWrong: boolean;
}

export type Message =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'frame'; readonly frame: Frame; readonly reply: Reply };

/** The bed name to open a session with, before the ComDevice has told the real one. */
export const UNKNOWN_BED = '1';

/** The address of the ComDevice itself. */
export const COM_DEVICE = '50100';
