/**
 * What a computer asks ⇄ bytes of the one subrecord (type 0) that carries it.
 *
 *   physiological  u8 record type · i16 interval in s · u32 classes · i16                                      9 bytes
 *   waveform       i16 0 start, 1 stop · i16 · u8 type[8], ended by FF · u8 more[16] · i16[2]                 32
 *   alarm          u16 command · i16[5]                                                                       12
 *
 * `more` stays zero: only the newest monitors know it, and our budget of samples never needs it.
 */
import { view } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { read, tooShort, unknownCode } from './codec-subrecords.ts';
import { END_OF_LIST, MAIN_TYPES, RECORD_TYPES } from './layout-table.ts';
import type { Query } from './messages.ts';

const REQUEST_BYTES = { physiological: 9, waveform: 32, alarm: 12 } as const;
const WAVE_LIST_AT = 4;
const WAVE_LIST_BYTES = 8;
/** The list of eight must hold its own end. */
export const MAX_REQUESTED_WAVES = WAVE_LIST_BYTES - 1;

type RecordName = keyof typeof RECORD_TYPES;
const RECORD_NAMES: ReadonlyMap<number, RecordName> = new Map(
  (Object.entries(RECORD_TYPES) as [RecordName, number][]).map(([name, type]) => [type, name]),
);
export const recordName = (type: number): RecordName | undefined => RECORD_NAMES.get(type);

export function readRequest(mainType: number, bytes: Uint8Array): Decoded<Query> {
  switch (mainType) {
    case MAIN_TYPES.physiological:
      return readPhysiologicalRequest(bytes);
    case MAIN_TYPES.waveform:
      return readWaveRequest(bytes);
    case MAIN_TYPES.alarm:
      return bytes.length < REQUEST_BYTES.alarm
        ? tooShort('alarm request', bytes, REQUEST_BYTES.alarm)
        : read({ type: 'alarm', command: view(bytes).getUint16(0, true) });
    default:
      return unknownCode(`request of main type ${mainType}`);
  }
}

function readPhysiologicalRequest(bytes: Uint8Array): Decoded<Query> {
  if (bytes.length < REQUEST_BYTES.physiological) return tooShort('request', bytes, REQUEST_BYTES.physiological);
  const data = view(bytes);
  const record = recordName(data.getUint8(0));
  if (record === undefined) return unknownCode(`request for records of type ${data.getUint8(0)}`);
  return read({ type: 'physiological', record, intervalS: data.getInt16(1, true), classes: data.getUint32(3, true) });
}

function readWaveRequest(bytes: Uint8Array): Decoded<Query> {
  if (bytes.length < REQUEST_BYTES.waveform) return tooShort('waveform request', bytes, REQUEST_BYTES.waveform);
  const action = view(bytes).getInt16(0, true);
  if (action !== 0 && action !== 1) return unknownCode(`waveform request ${action}`);
  const list = Array.from(bytes.subarray(WAVE_LIST_AT, WAVE_LIST_AT + WAVE_LIST_BYTES));
  const end = list.indexOf(END_OF_LIST);
  return read({
    type: 'waveform',
    action: action === 0 ? 'start' : 'stop',
    waveforms: end < 0 ? list : list.slice(0, end),
  });
}

export function writeRequest(query: Query): Uint8Array {
  const bytes = new Uint8Array(REQUEST_BYTES[query.type]);
  const data = view(bytes);
  switch (query.type) {
    case 'physiological':
      data.setUint8(0, RECORD_TYPES[query.record]);
      data.setInt16(1, query.intervalS, true);
      data.setUint32(3, query.classes, true);
      break;
    case 'waveform':
      data.setInt16(0, query.action === 'start' ? 0 : 1, true);
      bytes.set([...query.waveforms.slice(0, MAX_REQUESTED_WAVES), END_OF_LIST], WAVE_LIST_AT);
      break;
    case 'alarm':
      data.setUint16(0, query.command, true);
      break;
  }
  return bytes;
}
