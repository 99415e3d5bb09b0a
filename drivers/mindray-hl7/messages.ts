/** What a monitor and the station say to each other on the result interface, decoded. */

/** A number as the monitor gives it. `no-data`: it has none now. `unreadable`: something that is no number. */
export type Content = number | 'no-data' | 'unreadable';

/** One line of numbers. The id alone says what it is; the label differs by language and firmware and is for people. */
export interface Parameter {
  readonly id: number;
  readonly label: string;
  readonly content: Content;
}

/** A number with a time of its own: ms since 1970 as the monitor's clock believes; absent where the monitor gives none. */
export interface SpotParameter extends Parameter {
  readonly deviceTime?: number;
}

export interface AlarmLine {
  readonly code: string;
  /** As the monitor shows it, asterisks included. */
  readonly text: string;
}

/** An attribute of the patient or the bed, as text: its coding and unit are not known. */
export interface Attribute {
  readonly id: number;
  readonly text: string;
}

export type AlarmKind = 'physiological' | 'technical';

/** `unread`: lines that are not understood, as they came. */
export type Message = Body & { readonly unread: readonly string[] };

export type Body =
  | { readonly kind: 'echo' }
  | { readonly kind: 'patient'; readonly attributes: readonly Attribute[] }
  | { readonly kind: 'numerics'; readonly parameters: readonly Parameter[] }
  | { readonly kind: 'flags'; readonly flags: readonly Attribute[] }
  | { readonly kind: 'spot'; readonly parameters: readonly SpotParameter[] }
  | { readonly kind: 'alarms'; readonly of: AlarmKind; readonly alarms: readonly AlarmLine[] }
  | { readonly kind: 'configuration'; readonly controlId: string };

/** One line of a query: some numbers by their ids, four at most, or all alarms of a kind. */
export type Want =
  | { readonly what: 'parameters'; readonly ids: readonly number[] }
  | { readonly what: 'alarms'; readonly of: AlarmKind };

/** `bedAddress`: an IPv4 address as a number, for a central station that speaks for several beds; 0 for a bedside monitor. */
export type Query =
  { readonly kind: 'echo' } | { readonly kind: 'query'; readonly bedAddress: number; readonly wants: readonly Want[] };
