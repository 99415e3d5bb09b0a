/**
 * What the two ends say to each other, decoded. One record (one frame) is one message; a record can hold several
 * subrecords, and `unread` names those that could not be read, so that nothing disappears.
 */
import type { BASIC, EXT1, EXT2, GroupLayout, MISSING_CODES } from './layout-table.ts';

export type MissingCode = keyof typeof MISSING_CODES | 'unknown-code';

/** A number in the unit of the layout table, or the monitor's reason for having none. */
export type FieldValue = number | MissingCode;

export interface Group<Field extends string = string> {
  readonly status: number;
  readonly label: number;
  readonly values: Readonly<Record<Field, FieldValue>>;
}

export type GroupLayouts = Readonly<Record<string, GroupLayout<string>>>;
export type GroupsOf<Layouts extends GroupLayouts> = {
  readonly [Name in keyof Layouts]: Group<keyof Layouts[Name]['stepsPerUnit'] & string>;
};
export type BasicGroups = GroupsOf<typeof BASIC>;
export type Ext1Groups = GroupsOf<typeof EXT1>;
export type Ext2Groups = GroupsOf<typeof EXT2>;

export interface RecordHeader {
  /** Wraps at 256; every main type counts by itself. */
  readonly number: number;
  readonly level: number;
  readonly plugId: number;
  /** Seconds since 1970 on the monitor's clock, which may be on local wall time. */
  readonly time: number;
}

/** `displayed` is what the monitor's screen shows; the trends are means that it keeps. */
export type ClassKind = 'displayed' | 'trend10s' | 'trend60s';

export type ClassData = {
  readonly kind: ClassKind;
  readonly time: number;
  readonly marker: number;
} & (
  | { readonly name: 'basic'; readonly groups: BasicGroups }
  | { readonly name: 'ext1'; readonly groups: Ext1Groups }
  | { readonly name: 'ext2'; readonly groups: Ext2Groups }
  | { readonly name: 'ext3' }
);

/** The classes of what is displayed, as far as one record has them. */
export interface DisplayedClasses {
  readonly basic?: BasicGroups;
  readonly ext1?: Ext1Groups;
  readonly ext2?: Ext2Groups;
}

/** Times in seconds on the monitor's clock, 0 = unknown. */
export interface Auxiliary {
  readonly nibpTime: number;
  readonly cardiacOutputTime: number;
  readonly wedgeTime: number;
  /** m². */
  readonly bodySurface: FieldValue;
}

export interface WaveBlock {
  /** Key of `WAVE_TYPES`. */
  readonly type: number;
  readonly status: number;
  readonly label: number;
  /** As on the wire, control codes included. */
  readonly samples: Int16Array;
}

export interface AlarmBox {
  readonly text: string;
  readonly colour: number;
  readonly hasTextChanged: boolean;
  readonly hasColourChanged: boolean;
}

export interface AlarmStatus {
  readonly isSoundOn: boolean;
  /** 0 nothing is silenced · 1 apnoea · 2 asystole · 3 both · 4 all · 5 all 2 min · 6 all 5 min · 7 all 20 s. */
  readonly silence: number;
  readonly boxes: readonly AlarmBox[];
}

export type Content =
  | { readonly kind: 'physiological'; readonly classes: readonly ClassData[]; readonly auxiliary?: Auxiliary }
  | { readonly kind: 'waveform'; readonly blocks: readonly WaveBlock[] }
  | { readonly kind: 'alarm'; readonly status: AlarmStatus }
  | { readonly kind: 'request'; readonly query: Query };

export type Message = Content & {
  readonly header: RecordHeader;
  /** Equal for two records only when all their bytes are: what a repeated record is known by. */
  readonly identity: string;
  /** Subrecords that could not be read, and why. */
  readonly unread: readonly string[];
};

export type PhysiologicalRecord = Extract<Message, { kind: 'physiological' }>;
export type WaveformRecord = Extract<Message, { kind: 'waveform' }>;
export type AlarmRecord = Extract<Message, { kind: 'alarm' }>;

/**
 * What a computer may ask of a monitor. `intervalS`: -1 once · 0 stop · from 5 up every so many seconds.
 * `classes` as in `CLASS_BITS`. Alarm commands: 0 status once · 2 tell every change from now on · 3 stop telling.
 */
export type Query =
  | {
      readonly type: 'physiological';
      readonly record: ClassKind | 'auxiliary';
      readonly intervalS: number;
      readonly classes: number;
    }
  | { readonly type: 'waveform'; readonly action: 'start' | 'stop'; readonly waveforms: readonly number[] }
  | { readonly type: 'alarm'; readonly command: number };
