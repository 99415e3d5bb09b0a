/**
 * What the alert monitor says. No public recording has such bytes: the layouts are those of five public programs.
 *
 *   condition   u16 state · u16 change counter · u16 highest patient, technical and audible alarm
 *   alarms      list of u16 source · u16 code · u16 type · u16 state · object · u16 info id · u16 length · info
 *   info        u16 instance · u32 text id · u16 priority · u16 flags          id 0204: and a text
 */
import { concatBytes } from '../bytes.ts';
import { isRead, readObject, readValue, writeObject } from './attributes.ts';
import type { Attribute, ManagedObject } from './messages.ts';
import { ATTRIBUTE } from './protocol-codes.ts';
import { readText, writeText } from './texts.ts';
import { list, longs, sized, words, type Reader } from './wire.ts';

export interface AlertEntry {
  readonly source: number;
  readonly code: number;
  readonly type: number;
  readonly state: number;
  readonly object: ManagedObject;
  /** What the monitor writes on its screen, when it sends that. */
  readonly text?: string;
}

export interface AlertCondition {
  readonly state: number;
  readonly changes: number;
  readonly highestPatient: number;
  readonly highestTechnical: number;
  readonly highestAudible: number;
}

export interface Alerts {
  readonly condition?: AlertCondition;
  /** Undefined when the monitor did not send the list. */
  readonly patient?: readonly AlertEntry[];
  readonly technical?: readonly AlertEntry[];
  /** Something was sent that cannot be read. */
  readonly isDamaged: boolean;
}

const TEXT_INFO = 0x0204;
const TEXT_INFO_HEAD_BYTES = 10;

export function readAlerts(attributes: readonly Attribute[]): Alerts {
  const condition = readValue(attributes, ATTRIBUTE.alertCondition, readCondition);
  const patient = readValue(attributes, ATTRIBUTE.patientAlarms, readEntries);
  const technical = readValue(attributes, ATTRIBUTE.technicalAlarms, readEntries);
  const isDamaged = [condition, patient, technical].includes('damaged');
  return {
    ...(isRead(condition) && { condition }),
    ...(isRead(patient) && { patient }),
    ...(isRead(technical) && { technical }),
    isDamaged,
  };
}

const readCondition = (reader: Reader): AlertCondition => ({
  state: reader.u16(),
  changes: reader.u16(),
  highestPatient: reader.u16(),
  highestTechnical: reader.u16(),
  highestAudible: reader.u16(),
});

const readEntries = (reader: Reader): readonly AlertEntry[] => reader.list(readEntry);

function readEntry(reader: Reader): AlertEntry {
  const entry = {
    source: reader.u16(),
    code: reader.u16(),
    type: reader.u16(),
    state: reader.u16(),
    object: readObject(reader),
  };
  const infoId = reader.u16();
  const info = reader.take(reader.u16());
  const text = infoId === TEXT_INFO ? readText(info.subarray(TEXT_INFO_HEAD_BYTES)) : undefined;
  return text === undefined ? entry : { ...entry, text };
}

export const writeCondition = (condition: AlertCondition): Uint8Array =>
  words(
    condition.state,
    condition.changes,
    condition.highestPatient,
    condition.highestTechnical,
    condition.highestAudible,
  );

/** The instance is 0, the priority that of the type; the text id is the label of the source. */
export function writeEntry({ source, code, type, state, object, text = '' }: AlertEntry): Uint8Array {
  const info = concatBytes(words(0), longs(METRIC_LABELS + source), words(type, BEDSIDE_AUDIBLE), writeText(text));
  return concatBytes(words(source, code, type, state), writeObject(object), words(TEXT_INFO), sized(info));
}

const METRIC_LABELS = 0x00020000;
const BEDSIDE_AUDIBLE = 0x4000;

export const writeEntries = (entries: readonly AlertEntry[]): Uint8Array => list(entries.map(writeEntry));
