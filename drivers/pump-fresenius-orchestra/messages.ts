/**
 * The words of a conversation with an Orchestra base or a stand-alone pump. Ours only open and close the session, ask, and
 * acknowledge; the protocol's commands that change a pump, mode `MO` before all, have no word here.
 */

/** The places of a base, from module 1 on; bit 0 of the base's mask is the first. */
export const MODULES = ['1', '2', '3', '4', '5'] as const;
export type ModuleAddress = (typeof MODULES)[number];

export const BASE = '0';
/** A pump that stands alone has no address at all. */
export const STAND_ALONE = '';

export type PumpAddress = ModuleAddress | typeof STAND_ALONE;
export type Address = PumpAddress | typeof BASE;

/** `open`, `close`: the session with one of them · `enable-events`, `disable-events`: what it tells unasked, nothing else. */
export type Question =
  'open' | 'close' | 'device-type' | 'modules' | 'values' | 'drug' | 'enable-events' | 'disable-events';

/** A frame that comes unasked: `E` variables, `M` "adjustable" data, which we never enable. */
export type EventStatus = 'E' | 'M';

/** What a station puts on the wire. `nak`: the sum of a frame was wrong · `alive`: the answer to a keep-alive. */
export type Query =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'question'; readonly address: Address; readonly question: Question }
  | { readonly kind: 'event-ack'; readonly address: Address; readonly status: EventStatus };

/** What pumps say. `address` as it was sent: a digit, or nothing. `fields`: what stood between the semicolons. */
export type Message =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak'; readonly code: string }
  /** A keep-alive, and a station's answer to it. */
  | { readonly kind: 'enquiry' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'correct'; readonly address: string; readonly fields: readonly string[] }
  | { readonly kind: 'incorrect'; readonly address: string; readonly code: string }
  | {
      readonly kind: 'event';
      readonly address: string;
      readonly status: EventStatus;
      readonly fields: readonly string[];
    };
