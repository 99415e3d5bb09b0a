/**
 * The words of the pump's "external communication": who are you, and how do you stand. The vendor's chapter has no request
 * that changes anything, and neither have these types.
 */

/** What a station may ask. `deviceId`: the 24 hexadecimal digits by which the pump named itself, as it wrote them. */
export type Query =
  { readonly kind: 'identify' } | { readonly kind: 'status'; readonly deviceId: string; readonly sequence: number };

/** Numbers of requests run from 0 to here; the higher ones belong to the vendor's rack system, or are reserved. */
export const LAST_SEQUENCE = 0x7e;

/**
 * What comes over the line. `request`: somebody asks, which only our own echo does · `identity` and `status`: the two answers ·
 * `refusal`: the pump says why it does not answer, see `RESULTS`.
 */
export type Message = Request | Reply;

export interface Request {
  readonly kind: 'request';
  /** Undefined while it is asked for. */
  readonly deviceId: string | undefined;
  /** Sequence, command, subcommand and data; undefined when the packet has none. */
  readonly command: Uint8Array | undefined;
}

export type Reply =
  | { readonly kind: 'identity'; readonly deviceId: string }
  | {
      readonly kind: 'status';
      readonly deviceId: string;
      readonly sequence: number;
      readonly status: OperatingStatus;
    }
  | { readonly kind: 'refusal'; readonly deviceId: string; readonly sequence: number; readonly result: number };

/** Bytes 5, 6 and 7 of the status, as they were sent. */
export type AlarmBytes = readonly [first: number, middle: number, last: number];

/** The basic operating status. Codes are as they were sent; what they mean is in `code-table.ts`. */
export interface OperatingStatus {
  readonly softwareVersion: number;
  readonly operation: number;
  readonly alarmBytes: AlarmBytes;
  readonly batteryBars: number;
  readonly powerSource: number;
  readonly subBattery: number;
  readonly occlusionPercent: number;
  readonly isAlarmSounding: boolean;
  readonly isKeypadLocked: boolean;
  readonly isPlungerOff: boolean;
  readonly syringe: number;
  /** The rate that is set, whether it flows or not. */
  readonly rateSetMlPerHour: number;
  readonly deliveredMl: number;
  readonly vtbiMl: number | 'infinite' | 'off';
  readonly doseRate: number;
  readonly doseUnit: number;
  readonly weightKg: number | 'off';
  /** A concentration; the document that we have does not name its unit. */
  readonly dilution: number | 'off';
  /** What follows differs from model to model and is not known. */
  readonly further: Uint8Array;
}
