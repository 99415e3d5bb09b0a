/**
 * What the two ends say to each other, decoded: one PDU is one message.
 *
 *   associate ▶ ◀ accept · refuse        release ▶ ◀ released        ◀ abort ▶
 *   ◀ created (the monitor presents itself)   creation-known ▶
 *   poll ▶ ◀ polled, polled, …           get, set ▶ ◀ got, was-set   ◀ error
 *
 * Attribute values stay bytes here; what they say is read by `values.ts`, `wave-values.ts`, `alert-values.ts` and
 * `system-values.ts`, so that an attribute that nobody knows is carried and not lost.
 */

/** `serial`: between flags with a check sequence. `lan`: bare, one PDU in a datagram. */
export type Framing = 'serial' | 'lan';

export interface Attribute {
  readonly id: number;
  readonly value: Uint8Array;
}

export interface TypeCode {
  readonly partition: number;
  readonly code: number;
}

export interface ManagedObject {
  readonly objectClass: number;
  readonly context: number;
  readonly handle: number;
}

/** What the two ends say of themselves when they associate. */
export interface UserInformation {
  readonly protocolVersion: number;
  readonly nomenclatureVersion: number;
  readonly functionalUnits: number;
  readonly systemType: number;
  readonly startupMode: number;
  readonly options: readonly Attribute[];
  readonly profiles: readonly Attribute[];
}

/** The attribute in `profiles` that both ends must agree on. Periods in ticks of 1/8 ms, MTUs in bytes. */
export interface PollProfile {
  readonly revision: number;
  readonly minPollPeriod: number;
  readonly maxMtuReceive: number;
  readonly maxMtuSend: number;
  readonly maxBandwidth: number;
  readonly options: number;
  /** Bits of {@link EXT_OPTIONS}; undefined without that package. */
  readonly extOptions?: number;
}

export interface PollRequest {
  readonly isExtended: boolean;
  readonly pollNumber: number;
  readonly type: TypeCode;
  readonly group: number;
  /** Of the extended poll; empty for the single one. */
  readonly attributes: readonly Attribute[];
}

export interface PolledObject {
  readonly handle: number;
  readonly attributes: readonly Attribute[];
}

export interface PollContext {
  readonly context: number;
  readonly objects: readonly PolledObject[];
}

export interface PollResult {
  readonly isExtended: boolean;
  readonly pollNumber: number;
  /** Of an extended poll: 0 answers the request, the periodic ones count from 1. */
  readonly sequence?: number;
  readonly relativeTime: number;
  readonly absoluteTime: Uint8Array;
  readonly type: TypeCode;
  readonly group: number;
  readonly contexts: readonly PollContext[];
}

/** A whole answer, the end of a chain included, or a link of the chain before its end. */
export type Part = { readonly is: 'whole' } | { readonly is: 'first' | 'middle' | 'last'; readonly count: number };

export interface Modification {
  readonly operator: number;
  readonly attribute: Attribute;
}

export type Content =
  /** Without information when it could not be found in the PDU. */
  | { readonly kind: 'associate' | 'accept'; readonly information?: UserInformation }
  | { readonly kind: 'refuse' | 'release' | 'released' | 'abort' }
  /** The monitor presents itself: `created` once it is associated, `announced` to all while nobody is. */
  | {
      readonly kind: 'created' | 'announced';
      readonly invokeId: number;
      readonly object: ManagedObject;
      readonly time: number;
      readonly attributes: readonly Attribute[];
    }
  | {
      readonly kind: 'creation-known';
      readonly invokeId: number;
      readonly object: ManagedObject;
      readonly time: number;
    }
  | { readonly kind: 'poll'; readonly invokeId: number; readonly request: PollRequest }
  | { readonly kind: 'polled'; readonly invokeId: number; readonly part: Part; readonly result: PollResult }
  | { readonly kind: 'get'; readonly invokeId: number; readonly attributes: readonly number[] }
  | {
      readonly kind: 'set';
      readonly invokeId: number;
      readonly isConfirmed: boolean;
      readonly modifications: readonly Modification[];
    }
  | { readonly kind: 'got' | 'was-set'; readonly invokeId: number; readonly attributes: readonly Attribute[] }
  | { readonly kind: 'error'; readonly invokeId: number; readonly error: number; readonly data: Uint8Array };

export type Message = Content & { readonly framing: Framing };

/** What we send is spelled like what we hear. */
export type Query = Message;

export type Polled = Extract<Content, { kind: 'polled' }>;

/** The relative time of the protocol: 1/8 ms. */
export const TICKS_PER_MS = 8;
