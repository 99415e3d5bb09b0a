/**
 * Subrecords ⇄ bytes.
 *
 *   class      u32 time · 270 bytes of groups · u8 marker · u8 · u16 (class in bits 8..11)                    278 bytes
 *   auxiliary  u32 nibp · i16 · u32 cardiac output · u32 wedge · i16 body surface 1/100 m² · 98                 114
 *   waveform   i16 count · u16 status · u16 label · i16 sample[count]
 *   alarm      i16 · u16 sound · i16 · i16 · u16 silence · 5 × (char text[80] · u16 changed · u16 colour ·
 *              u16 changed · i16[6]) · i16[5]                                                                   510
 *
 * A reader gets the bytes from the subrecord's start to the end of the record.
 */
import { fromLatin1, latin1, view } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { readGroups, readValue, writeGroups, writeValue } from './codec-groups.ts';
import {
  ALARM_BOXES,
  ALARM_TEXT_BYTES,
  BASIC,
  CLASS_AREA_BYTES,
  CLASS_CODES,
  EXT1,
  EXT2,
  WAVE_TYPES,
} from './layout-table.ts';
import type { AlarmBox, AlarmStatus, Auxiliary, ClassData, ClassKind, WaveBlock } from './messages.ts';

const CLASS_BYTES = 4 + CLASS_AREA_BYTES + 4;
const AUXILIARY_BYTES = 114;
const WAVE_HEADER_BYTES = 6;
const ALARM_BOX_BYTES = 98;
const ALARM_BOXES_AT = 10;
const ALARM_BYTES = ALARM_BOXES_AT + ALARM_BOXES * ALARM_BOX_BYTES + 10;
const SURFACE_STEPS = 100;

export const read = <T>(message: T): Decoded<T> => ({ ok: true, message });
export const unknownCode = (detail: string): Decoded<never> => ({ ok: false, why: 'unknown-code', detail });
export const tooShort = (what: string, bytes: Uint8Array, least: number): Decoded<never> => ({
  ok: false,
  why: 'too-short',
  detail: `${what}: ${bytes.length} bytes where ${least} belong`,
});

export function readClass(kind: ClassKind, bytes: Uint8Array): Decoded<ClassData> {
  if (bytes.length < CLASS_BYTES) return tooShort(kind, bytes, CLASS_BYTES);
  const data = view(bytes);
  const area = bytes.subarray(4, 4 + CLASS_AREA_BYTES);
  const common = { kind, time: data.getUint32(0, true), marker: data.getUint8(4 + CLASS_AREA_BYTES) };
  const code = (data.getUint16(CLASS_BYTES - 2, true) >> 8) & 0xf;
  switch (code) {
    case CLASS_CODES.basic:
      return read({ ...common, name: 'basic', groups: readGroups(BASIC, area) });
    case CLASS_CODES.ext1:
      return read({ ...common, name: 'ext1', groups: readGroups(EXT1, area) });
    case CLASS_CODES.ext2:
      return read({ ...common, name: 'ext2', groups: readGroups(EXT2, area) });
    case CLASS_CODES.ext3:
      return read({ ...common, name: 'ext3' });
    default:
      return unknownCode(`${kind}: class ${code}`);
  }
}

export function writeClass(content: ClassData): Uint8Array {
  const bytes = new Uint8Array(CLASS_BYTES);
  const data = view(bytes);
  data.setUint32(0, content.time, true);
  bytes.set(classArea(content), 4);
  data.setUint8(4 + CLASS_AREA_BYTES, content.marker);
  data.setUint16(CLASS_BYTES - 2, CLASS_CODES[content.name] << 8, true);
  return bytes;
}

function classArea(content: ClassData): Uint8Array {
  switch (content.name) {
    case 'basic':
      return writeGroups(BASIC, content.groups);
    case 'ext1':
      return writeGroups(EXT1, content.groups);
    case 'ext2':
      return writeGroups(EXT2, content.groups);
    case 'ext3':
      return new Uint8Array(CLASS_AREA_BYTES);
  }
}

export function readAuxiliary(bytes: Uint8Array): Decoded<Auxiliary> {
  if (bytes.length < AUXILIARY_BYTES) return tooShort('auxiliary', bytes, AUXILIARY_BYTES);
  const data = view(bytes);
  return read({
    nibpTime: data.getUint32(0, true),
    cardiacOutputTime: data.getUint32(6, true),
    wedgeTime: data.getUint32(10, true),
    bodySurface: readValue(data.getInt16(14, true), SURFACE_STEPS),
  });
}

export function writeAuxiliary({ nibpTime, cardiacOutputTime, wedgeTime, bodySurface }: Auxiliary): Uint8Array {
  const bytes = new Uint8Array(AUXILIARY_BYTES);
  const data = view(bytes);
  data.setUint32(0, nibpTime, true);
  data.setUint32(6, cardiacOutputTime, true);
  data.setUint32(10, wedgeTime, true);
  data.setInt16(14, writeValue(bodySurface, SURFACE_STEPS), true);
  return bytes;
}

export function readWave(type: number, bytes: Uint8Array): Decoded<WaveBlock> {
  const name = WAVE_TYPES[type]?.name;
  if (name === undefined) return unknownCode(`waveform ${type}`);
  if (bytes.length < WAVE_HEADER_BYTES) return tooShort(name, bytes, WAVE_HEADER_BYTES);
  const data = view(bytes);
  const count = data.getInt16(0, true);
  if (count < 0) return { ok: false, why: 'malformed', detail: `${name}: ${count} samples` };
  const least = WAVE_HEADER_BYTES + 2 * count;
  if (bytes.length < least) return tooShort(name, bytes, least);
  const samples = Int16Array.from({ length: count }, (_, i) => data.getInt16(WAVE_HEADER_BYTES + 2 * i, true));
  return read({ type, status: data.getUint16(2, true), label: data.getUint16(4, true), samples });
}

export function writeWave({ status, label, samples }: WaveBlock): Uint8Array {
  const bytes = new Uint8Array(WAVE_HEADER_BYTES + 2 * samples.length);
  const data = view(bytes);
  data.setInt16(0, samples.length, true);
  data.setUint16(2, status, true);
  data.setUint16(4, label, true);
  samples.forEach((sample, i) => data.setInt16(WAVE_HEADER_BYTES + 2 * i, sample, true));
  return bytes;
}

export function readAlarm(bytes: Uint8Array): Decoded<AlarmStatus> {
  if (bytes.length < ALARM_BYTES) return tooShort('alarm', bytes, ALARM_BYTES);
  const data = view(bytes);
  const boxes = Array.from({ length: ALARM_BOXES }, (_, i) => {
    const at = ALARM_BOXES_AT + i * ALARM_BOX_BYTES;
    return readAlarmBox(bytes.subarray(at, at + ALARM_BOX_BYTES));
  });
  return read({ isSoundOn: data.getUint16(2, true) !== 0, silence: data.getUint16(8, true), boxes });
}

/** The text ends at the first zero. Its characters are shown as Latin 1: the document names no other. */
function readAlarmBox(bytes: Uint8Array): AlarmBox {
  const data = view(bytes);
  const [text = ''] = latin1(bytes.subarray(0, ALARM_TEXT_BYTES)).split('\0');
  return {
    text,
    hasTextChanged: data.getUint16(ALARM_TEXT_BYTES, true) !== 0,
    colour: data.getUint16(ALARM_TEXT_BYTES + 2, true),
    hasColourChanged: data.getUint16(ALARM_TEXT_BYTES + 4, true) !== 0,
  };
}

export function writeAlarm({ isSoundOn, silence, boxes }: AlarmStatus): Uint8Array {
  const bytes = new Uint8Array(ALARM_BYTES);
  const data = view(bytes);
  data.setUint16(2, Number(isSoundOn), true);
  data.setUint16(8, silence, true);
  boxes.slice(0, ALARM_BOXES).forEach((box, i) => {
    const at = ALARM_BOXES_AT + i * ALARM_BOX_BYTES;
    bytes.set(fromLatin1(box.text).subarray(0, ALARM_TEXT_BYTES), at);
    data.setUint16(at + ALARM_TEXT_BYTES, Number(box.hasTextChanged), true);
    data.setUint16(at + ALARM_TEXT_BYTES + 2, box.colour, true);
    data.setUint16(at + ALARM_TEXT_BYTES + 4, Number(box.hasColourChanged), true);
  });
  return bytes;
}
