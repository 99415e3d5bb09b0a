/**
 * The words of a Graseby 3000/500 on its computer interface. The vendor splits its commands into "Computer Monitor", which read,
 * and "Computer Interface", which control; there are only words for three of the former here. `I`, which the vendor lists among
 * the reading ones, arms a time-out and opens the door to control: it has no word either.
 */

/** How a record proves itself: software after 0.67 by a CRC whose start we do not know, software up to 0.67 by a sum. */
export const CHECKS = ['crc-0000', 'crc-ffff', 'sum'] as const;
export type Check = (typeof CHECKS)[number];

/** Model and software, serial number (software after 0.67 only), infusion data. */
export type Letter = 'M' | 'Y' | 'D';

export type Query =
  | { readonly letter: Letter; readonly check: Exclude<Check, 'sum'> }
  | { readonly letter: Exclude<Letter, 'Y'>; readonly check: 'sum' };

/** The three alarm bytes of software after 0.67, bit by bit. Reserved bits are not kept; `psiCode` is as on the wire. */
export interface Status {
  /** 0: none. */
  readonly alarm: number;
  readonly isAudible: boolean;
  readonly isMainScreen: boolean;
  /** Another program has switched "Computer Interface" mode on. */
  readonly isControlled: boolean;
  readonly isSecondary: boolean;
  readonly isRunning: boolean;
  readonly isKvo: boolean;
  readonly isOnBattery: boolean;
  readonly isBatteryLow: boolean;
  readonly isDoorOpen: boolean;
  readonly isClipIn: boolean;
  readonly isCassetteIn: boolean;
  readonly isLocked: boolean;
  readonly psiCode: number;
  readonly isPoweredUp: boolean;
  readonly hasUserText: boolean;
}

/** `none`: the reply is its code alone, as of a refusal · `other`: text of a shape that no question of ours has as its answer. */
export type ReplyData =
  | { readonly is: 'none' }
  | { readonly is: 'model'; readonly model: string; readonly softwareVersion: string }
  | { readonly is: 'serial'; readonly serial: string }
  | {
      readonly is: 'infusion';
      readonly volumeInfusedMl: number;
      readonly vtbiMl: number;
      readonly rateMlPerHour: number;
    }
  | { readonly is: 'other'; readonly text: string };

/**
 * `code`: software after 0.67, the return code, one character whose meaning is not known; up to 0.67, the letter of the
 * command or `?`. `statusHex`: the alarm bytes as sent; six digits that `status` explains, or the four of the older software,
 * which nobody has explained to us, or none.
 */
export interface Reply {
  readonly kind: 'reply';
  readonly check: Check;
  readonly code: string;
  readonly statusHex: string;
  readonly status?: Status;
  readonly data: ReplyData;
}

/** A command arrives here only on a line that echoes. */
export type Message = Reply | { readonly kind: 'command'; readonly letter: string };
