/**
 * What the two ends say to each other. A word alone is a question; the same word with fields behind it is the pump's answer
 * when it comes from the pump, and may be an order when it goes to the pump (`INF_RATE` reads, `INF_RATE^0.10^ml/h` sets).
 * So a query here is a word and nothing else: there is no type for a word with fields that a station could send.
 */

/** What this driver asks. */
export const QUERIES = [
  'INST_SERIALNO',
  'COMMS_PROTOCOL',
  'COMMS_RESPONSE_MAX',
  'SYRINGE_STATUS',
  'INF',
  'INF_VTBI',
  'ALARM',
] as const;
export type Query = (typeof QUERIES)[number];

/** Further questions of the note, which this driver does not ask: `INF` holds what two of them tell. */
export const OTHER_QUESTIONS = ['INF_RATE_MAX_SYRINGE', 'INF_VI', 'INF_RATE'] as const;
export type Question = Query | (typeof OTHER_QUESTIONS)[number];

/** Words that change a pump or take it over, whatever stands behind them. `REMQUERY`: its purpose is unknown. */
export const CONTROL_WORDS = [
  'REMOTE_CTRL',
  'REMOTE_CFG',
  'INF_START',
  'INF_STOP',
  'INF_BOLUS',
  'INF_VI_CLEAR',
  'REMQUERY',
] as const;
export type ControlWord = (typeof CONTROL_WORDS)[number];

/** A number and its unit as they were sent: either may be empty, and may have spaces. */
export interface Amount {
  readonly value: string;
  readonly unit: string;
}

export interface InfRecord {
  readonly kind: 'INF';
  readonly serial: string;
  /** `-` none, `A` an alarm is active. */
  readonly flag: string;
  /** `SET`, `HLD`; there are others, which nobody has published. */
  readonly mode: string;
  readonly rate: Amount;
  /** Empty in all logs. */
  readonly blank: string;
  readonly volume: Amount;
  readonly pressure: Amount;
  /** `HH:MM:SS`, or `24+` for a day and more. */
  readonly remaining: string;
  readonly logType: string;
  readonly eventId: string;
}

export interface AlarmReply {
  readonly kind: 'ALARM';
  readonly code: string;
  /** What stands in them is not known. */
  readonly texts: readonly string[];
}

export interface SyringeReply {
  readonly kind: 'SYRINGE_STATUS';
  readonly brand: string;
  /** mL, padded with spaces. */
  readonly size: string;
  readonly state: string;
}

export interface VtbiReply {
  readonly kind: 'INF_VTBI';
  /** `ACTIV` or `DEACT`. */
  readonly state: string;
  readonly volume: Amount;
  readonly endAction: string;
}

export type Reply =
  | { readonly kind: 'INST_SERIALNO'; readonly serial: string }
  | { readonly kind: 'COMMS_PROTOCOL'; readonly version: string }
  | { readonly kind: 'COMMS_RESPONSE_MAX' | 'INF_RATE_MAX_SYRINGE' | 'INF_VI' | 'INF_RATE'; readonly amount: Amount }
  | SyringeReply
  | InfRecord
  | VtbiReply
  | AlarmReply;

/** A word alone: a question, and here on the pump's line an echo of our own. */
export interface Asked {
  readonly kind: 'question';
  readonly word: Question;
}

/** An order, or the pump's answer to one: somebody else commands this pump. */
export interface Control {
  readonly kind: 'control';
  readonly word: ControlWord;
  readonly text: string;
}

export type Message = Reply | Asked | Control;
