/** What the two ends say to each other, decoded. Both sides are equal: each may give commands and answers those of the other. */

/** The commands that are known, by name. Code pages 2 and 3 hold further parameters and alarms of newer devices. */
export const CODES = {
  alarms3: 0x23,
  measured: 0x24,
  lowLimits: 0x25,
  highLimits: 0x26,
  alarms: 0x27,
  dateTime: 0x28,
  settings: 0x29,
  texts: 0x2a,
  measured2: 0x2b,
  lowLimits2: 0x2c,
  highLimits2: 0x2d,
  alarms2: 0x2e,
  nop: 0x30,
  timeChanged: 0x49,
  configureData: 0x4a,
  icc: 0x51,
  identify: 0x52,
  curves: 0x53,
  configureCurves: 0x54,
  stop: 0x55,
  curvesChanged: 0x56,
  trend: 0x6c,
  trend2: 0x6d,
  /** The answer to a command whose sum was wrong. */
  refused: 0x15,
} as const;

/**
 * The commands of a device that are answered, each with an empty response: it gives no others, and needs no more. An answer to
 * the question for an identity may be empty.
 */
export const ANSWERED = ['icc', 'nop', 'stop', 'identify', 'timeChanged'] as const;
export type Answered = (typeof ANSWERED)[number];

/** What this driver says. */
export type Query =
  | {
      readonly kind: 'ask';
      readonly what: 'icc' | 'nop' | 'stop' | 'identify' | 'measured' | 'alarms' | 'alarms2' | 'curves';
    }
  /** `multiplier`: one sample in so many is sent, 1 to 9. */
  | {
      readonly kind: 'configure-curves';
      readonly curves: readonly { readonly code: string; readonly multiplier: number }[];
    }
  | { readonly kind: 'echo'; readonly of: Answered }
  /** Real-time streams 1 to 4, one bit each. */
  | { readonly kind: 'enable-streams'; readonly mask: number };

/** One parameter: its code, two hexadecimal digits, and its field as it came. */
export interface Parameter {
  readonly code: string;
  readonly text: string;
  readonly value: number;
}

export interface DeviceAlarmEntry {
  /** 1 to 31. */
  readonly priority: number;
  readonly code: string;
  readonly phrase: string;
}

export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly software: string;
  readonly medibus: string;
}

/** A curve that the device offers; minimum and maximum are those of its values, in its own unit. */
export interface Curve {
  readonly code: string;
  readonly intervalUs: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly maxBin: number;
}

export type Content =
  | { readonly type: 'values'; readonly values: readonly Parameter[]; readonly unread: readonly string[] }
  | { readonly type: 'alarms'; readonly alarms: readonly DeviceAlarmEntry[] }
  | { readonly type: 'texts'; readonly texts: readonly { readonly code: string; readonly text: string }[] }
  | { readonly type: 'identity'; readonly identity: Identity | undefined }
  /** Milliseconds since 1970, the device's wall clock read as UTC. */
  | { readonly type: 'time'; readonly time: number }
  | { readonly type: 'curves'; readonly curves: readonly Curve[] }
  | { readonly type: 'echo'; readonly text: string };

export type Message =
  | { readonly kind: 'command'; readonly code: number; readonly argument: string }
  | { readonly kind: 'response'; readonly code: number; readonly content: Content }
  | { readonly kind: 'flow'; readonly word: 'suspend' | 'resume' | 'abort' }
  /** Bins of the streams whose bits are set, the lowest first; pairs of sync commands before them. */
  | {
      readonly kind: 'record';
      readonly mask: number;
      readonly syncs: readonly number[];
      readonly bins: readonly number[];
    };
