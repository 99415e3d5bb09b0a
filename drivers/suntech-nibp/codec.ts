/**
 * Packets ⇄ messages, both ways, because the simulator speaks with the same words. The kind of a reply is told by its length.
 *
 *   1   signal letter
 *   2   i16 cuff pressure
 *   21  u16 systolic · u16 diastolic · beats · status · 8 test codes · heart rate · spare · u16 mean · error · 2 spare
 *
 * Little endian.
 */
import { view } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { commandPacket, replyPacket } from './framing.ts';
import type { Command, Data, PatientKind, Reply, Signal } from './messages.ts';

const SIGNALS: Readonly<Record<number, Signal>> = {
  0x4f: 'accepted',
  0x4b: 'complete',
  0x41: 'aborted',
  0x45: 'error',
  0x53: 'asleep',
};
const SIGNAL_BYTES = 1;
const PRESSURE_BYTES = 2;
const DATA_BYTES = 21;
const TEST_CODES = 8;

/** Reads one packet's data as `cut` delivers it. Never throws. */
export function decode(payload: Uint8Array): Decoded<Reply> {
  switch (payload.length) {
    case SIGNAL_BYTES:
      return readSignal(payload[0] ?? 0);
    case PRESSURE_BYTES:
      return { ok: true, message: { kind: 'pressure', mmHg: view(payload).getInt16(0, true) } };
    case DATA_BYTES:
      return { ok: true, message: readData(view(payload)) };
    default:
      return { ok: false, why: 'malformed', detail: `a packet with ${payload.length} bytes of data` };
  }
}

function readSignal(code: number): Decoded<Reply> {
  const signal = SIGNALS[code];
  return signal
    ? { ok: true, message: { kind: 'signal', signal } }
    : { ok: false, why: 'unknown-code', detail: `signal ${code.toString(16)}` };
}

const readData = (data: DataView): Data => ({
  kind: 'data',
  systolic: data.getUint16(0, true),
  diastolic: data.getUint16(2, true),
  beats: data.getUint8(4),
  status: data.getUint8(5),
  testCodes: Array.from({ length: TEST_CODES }, (_, i) => data.getUint8(6 + i)),
  heartRate: data.getUint8(14),
  meanArterial: data.getUint16(16, true),
  error: data.getUint8(18),
});

const codeOf = (signal: Signal): number =>
  Number(Object.entries(SIGNALS).find(([, known]) => known === signal)?.[0] ?? 0);

/** A reply as the module sends it; spare bytes are 0. */
export function encodeReply(reply: Reply): Uint8Array {
  switch (reply.kind) {
    case 'signal':
      return replyPacket(Uint8Array.of(codeOf(reply.signal)));
    case 'pressure': {
      const data = new Uint8Array(PRESSURE_BYTES);
      view(data).setInt16(0, reply.mmHg, true);
      return replyPacket(data);
    }
    case 'data':
      return replyPacket(writeData(reply));
  }
}

function writeData({
  systolic,
  diastolic,
  beats,
  status,
  testCodes,
  heartRate,
  meanArterial,
  error,
}: Data): Uint8Array {
  const bytes = new Uint8Array(DATA_BYTES);
  const data = view(bytes);
  data.setUint16(0, systolic, true);
  data.setUint16(2, diastolic, true);
  data.setUint8(4, beats);
  data.setUint8(5, status);
  bytes.set(testCodes.slice(0, TEST_CODES), 6);
  data.setUint8(14, heartRate);
  data.setUint16(16, meanArterial, true);
  data.setUint8(18, error);
  return bytes;
}

const START: Readonly<Record<PatientKind, number>> = { adult: 0x20, paediatric: 0x87, neonate: 0x28 };
const SET_INITIAL_PRESSURE = 0x17;
const ENQUIRY = 0x79;
const ENQUIRIES = { abort: 0x01, 'get-data': 0x03, 'get-pressure': 0x05 } as const;

/** A command as it goes onto the wire. */
export function encodeCommand(command: Command): Uint8Array {
  switch (command.kind) {
    case 'start':
      return commandPacket(Uint8Array.of(START[command.patient]));
    case 'set-initial-pressure':
      return commandPacket(Uint8Array.of(SET_INITIAL_PRESSURE, command.mmHg & 0xff, command.mmHg >> 8));
    case 'abort':
    case 'get-data':
    case 'get-pressure':
      return commandPacket(Uint8Array.of(ENQUIRY, ENQUIRIES[command.kind], 0));
  }
}

/** Reads one command as `cutCommands` delivers it; undefined for those that are not known. */
export function decodeCommand(payload: Uint8Array): Command | undefined {
  const [code, low = 0, high = 0] = payload;
  if (code === SET_INITIAL_PRESSURE) return { kind: 'set-initial-pressure', mmHg: low | (high << 8) };
  if (code === ENQUIRY && high === 0) {
    for (const kind of ['abort', 'get-data', 'get-pressure'] as const) if (ENQUIRIES[kind] === low) return { kind };
  }
  for (const patient of ['adult', 'paediatric', 'neonate'] as const) {
    if (START[patient] === code) return { kind: 'start', patient };
  }
  return undefined;
}
