/**
 * What a gateway reports, decoded, and the one thing that the station says: that it has a message, or why it has not. There is no
 * word here for anything that a pump would do.
 */
import type { Refused } from '../refusals.ts';

/** By whom and when a message came to our port; see `cover.ts`. */
export interface Cover {
  readonly connection: number;
  readonly sender: string;
  /** The message's own at the port. */
  readonly number: number;
  /** Calendar time of its arrival, ms since 1970. */
  readonly wallTime: number;
  readonly duty: 'answer' | 'listen' | 'nobody';
  readonly isCutOff: boolean;
}

/** Which of the profile's transactions it is: periodic report, alarm, event, report about the device itself. */
export type Profile = 'pcd-01' | 'pcd-04' | 'pcd-10' | 'pcd-15';

export interface Header {
  /** MSH-3 and MSH-4, each in its components: who sends. */
  readonly application: readonly string[];
  readonly facility: readonly string[];
  readonly event: string;
  readonly controlId: string;
  /** MSH-7, ms since 1970. */
  readonly time: number | undefined;
}

/** By what a pump is known. Empty where nothing of the kind was sent. */
export interface Identity {
  /** EUI-64 of the station that the pump sits in, or the name of the sending application. */
  readonly station: string;
  /** As on the pump; in alarms its first letter may be missing. */
  readonly label: string;
  /** MDC_ATTR_SYS_ID. */
  readonly system: string;
  /** Which of several pumps in one device (VMD), where there are several. */
  readonly unit: string;
}

/** One observation row. `value`: the components of OBX-5 · `unit`: UCUM; undefined where none was sent, or one that we do not know. */
export interface Row {
  readonly number: number;
  readonly name: string;
  readonly value: readonly string[];
  readonly unit: string | undefined;
  /** As it was sent, for people. */
  readonly unitText: string;
}

/** By term number. */
export type Rows = ReadonlyMap<number, Row>;

export interface PumpReport {
  readonly who: Identity;
  /** When it was observed (OBR-7, else MSH-7), ms since 1970. */
  readonly time: number | undefined;
  readonly rows: Rows;
  /** The code and name of the drug in the order (OBR-4), where one is named. */
  readonly orderedDrug: string | undefined;
  /** Terms that came twice with different values: which of them is meant is not known, the first is taken. */
  readonly doubled: readonly string[];
}

export interface AlarmReport {
  readonly who: Identity;
  readonly time: number | undefined;
  /** By which start, updates and end belong together. */
  readonly id: string;
  readonly phase: 'start' | 'update' | 'end';
  /** Number and name of the event. */
  readonly code: number | undefined;
  readonly name: string;
  readonly text: string;
  readonly priority: string;
}

/** Why a message is not taken: MSA-1, a code of HL7 table 0357, and words. */
export interface Rejection {
  readonly code: 'AE' | 'AR';
  readonly condition: Condition;
  readonly text: string;
}

/** Of HL7 table 0357. */
export const CONDITIONS = {
  100: 'Segment sequence error',
  101: 'Required field missing',
  102: 'Data type error',
  200: 'Unsupported message type',
  201: 'Unsupported event code',
  202: 'Unsupported processing id',
  203: 'Unsupported version id',
  207: 'Application internal error',
} as const;
export type Condition = keyof typeof CONDITIONS;

export interface Report {
  readonly kind: 'report';
  /** Undefined in a file of bare messages: then there is nobody to answer and no time of arrival. */
  readonly cover: Cover | undefined;
  readonly header: Header;
  readonly profile: Profile;
  readonly pumps: readonly PumpReport[];
  readonly alarms: readonly AlarmReport[];
  /** A sum of everything but the header: the same message sent again has the same. */
  readonly digest: number;
  /** Terms and parts that have no place here. */
  readonly unread: readonly string[];
  readonly rejection: Rejection | undefined;
}

export type Message =
  Report | { readonly kind: 'came' | 'gone'; readonly sender: string; readonly connection: number } | Refused;

/** The only thing that ever leaves: an acknowledgement, to the connection that the message came by. */
export interface Query {
  readonly kind: 'acknowledge';
  readonly connection: number;
  /** Of the message, at our port: makes the acknowledgement's own id. */
  readonly number: number;
  readonly wallTime: number;
  /** Absent where the message had none that could be read. */
  readonly header?: Header;
  readonly rejection?: Rejection;
}
