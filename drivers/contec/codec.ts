/** Packets ⇄ messages, both ways, because the simulator speaks with the same words. `layout-table.ts` has the bytes. */
import type { Decoded } from '$drivers/driver.ts';
import { openV7, sealV7 } from './framing.ts';
import {
  COMMANDS,
  FOUR_BITS,
  NO_PERFUSION,
  NO_RATE,
  NO_SATURATION,
  OTHER_COMMANDS,
  PERFUSION_STEPS,
  SEVEN_BITS,
  V46,
  V46_BYTES,
  V7,
  V7_TYPES,
} from './layout-table.ts';
import type { Measured, Message, Query, Sample } from './messages.ts';

const FULL_SATURATION = 100;

/** Reads one packet as `cut` delivers it. Never throws. */
export function decode(packet: Uint8Array): Decoded<Message> {
  const [first] = packet;
  if (first === undefined) return { ok: false, why: 'too-short', detail: 'a packet without a byte' };
  return first >= V46.first.sync ? decodeV46(packet) : decodeV7(first, openV7(packet));
}

export const encodeQuery = ({ command }: Query): Uint8Array => writeCommand(COMMANDS[command]);

export const writeCommand = (code: number): Uint8Array =>
  sealV7(V7_TYPES.command.code, [code, ...Array<number>(V7_TYPES.command.dataBytes - 1).fill(0)]);

export const writeDisconnected = (reason: number): Uint8Array => sealV7(V7_TYPES.disconnected.code, [reason]);

function decodeV46(packet: Uint8Array): Decoded<Message> {
  const [first = 0, pleth = 0, third = 0, rateLow = 0, spo2 = 0, ...others] = packet;
  const isRight = packet.length === V46_BYTES && [pleth, third, rateLow, spo2, ...others].every((byte) => byte < 0x80);
  if (!isRight) return { ok: false, why: 'malformed', detail: `${packet.length} bytes that are no v4.6 packet` };
  const sample: Sample = {
    kind: 'sample',
    generation: 'v4.6',
    signal: first & FOUR_BITS,
    pleth,
    bar: third & FOUR_BITS,
    isBeat: (first & V46.first.beat) !== 0,
    isSpo2Low: (first & V46.first.spo2Low) !== 0,
    isFingerOut: (first & V46.first.fingerOut) !== 0,
    isProbeError: (third & V46.third.probeError) !== 0,
    isSearching: (third & V46.third.searching) !== 0,
    isSearchingLong: false,
    pulseRate: measuredRate(((third & V46.third.rateBit7) << 1) | rateLow),
    spo2: measuredSaturation(spo2),
    perfusionIndex: 'absent',
  };
  return { ok: true, message: sample };
}

function decodeV7(type: number, data: Uint8Array): Decoded<Message> {
  const known = Object.values(V7_TYPES).find(({ code }) => code === type);
  if (!known) return { ok: false, why: 'unknown-code', detail: `packet of type ${hex(type)}` };
  if (data.length !== known.dataBytes) {
    return { ok: false, why: 'malformed', detail: `packet of type ${hex(type)} with ${data.length} bytes` };
  }
  const [first = 0] = data;
  if (type === V7_TYPES.sample.code) return { ok: true, message: readV7Sample(data) };
  if (type === V7_TYPES.disconnected.code) return { ok: true, message: { kind: 'disconnected', reason: first } };
  return COMMAND_CODES.has(first)
    ? { ok: true, message: { kind: 'command', code: first } }
    : { ok: false, why: 'unknown-code', detail: `command ${hex(first)}` };
}

const COMMAND_CODES: ReadonlySet<number> = new Set([...Object.values(COMMANDS), ...Object.values(OTHER_COMMANDS)]);
const hex = (code: number): string => `0x${code.toString(16).padStart(2, '0')}`;

function readV7Sample(data: Uint8Array): Sample {
  const [first = 0, second = 0, third = 0, rate = 0, spo2 = 0, perfusionLow = 0, perfusionHigh = 0] = data;
  const perfusion = perfusionLow | (perfusionHigh << 8);
  const isPerfusionValid = (third & V7.third.perfusionValid) !== 0 && perfusion !== NO_PERFUSION;
  return {
    kind: 'sample',
    generation: 'v7',
    signal: first & FOUR_BITS,
    pleth: second & SEVEN_BITS,
    bar: third & FOUR_BITS,
    isBeat: (first & V7.first.beat) !== 0,
    isSpo2Low: (first & V7.first.spo2Low) !== 0,
    isFingerOut: false,
    isProbeError: (first & V7.first.probeError) !== 0,
    isSearching: (second & V7.second.searching) !== 0,
    isSearchingLong: (first & V7.first.searchingLong) !== 0,
    pulseRate: measuredRate(rate),
    spo2: measuredSaturation(spo2),
    perfusionIndex: isPerfusionValid ? perfusion / PERFUSION_STEPS : 'absent',
  };
}

const measuredRate = (raw: number): Measured => (raw === 0 || raw === NO_RATE ? 'absent' : raw);

function measuredSaturation(raw: number): Measured {
  if (raw === 0 || raw === NO_SATURATION) return 'absent';
  return raw > FULL_SATURATION ? 'impossible' : raw;
}

/** The packet of a sample. What is no number goes out as the oximeter's mark for "none". */
export const writeSample = (sample: Sample): Uint8Array =>
  sample.generation === 'v4.6' ? writeV46(sample) : writeV7(sample);

const flag = (isSet: boolean, bit: number): number => (isSet ? bit : 0);
const rawRate = ({ pulseRate }: Sample): number => (typeof pulseRate === 'number' ? pulseRate : NO_RATE);
const rawSaturation = ({ spo2 }: Sample): number => (typeof spo2 === 'number' ? spo2 : NO_SATURATION);

function writeV46(sample: Sample): Uint8Array {
  const rate = rawRate(sample);
  return Uint8Array.of(
    V46.first.sync |
      sample.signal |
      flag(sample.isBeat, V46.first.beat) |
      flag(sample.isSpo2Low, V46.first.spo2Low) |
      flag(sample.isFingerOut, V46.first.fingerOut),
    sample.pleth,
    sample.bar |
      flag(sample.isProbeError, V46.third.probeError) |
      flag(sample.isSearching, V46.third.searching) |
      flag(rate > SEVEN_BITS, V46.third.rateBit7),
    rate & SEVEN_BITS,
    rawSaturation(sample),
  );
}

function writeV7(sample: Sample): Uint8Array {
  const { perfusionIndex } = sample;
  const perfusion = typeof perfusionIndex === 'number' ? Math.round(perfusionIndex * PERFUSION_STEPS) : NO_PERFUSION;
  return sealV7(V7_TYPES.sample.code, [
    sample.signal |
      flag(sample.isBeat, V7.first.beat) |
      flag(sample.isSpo2Low, V7.first.spo2Low) |
      flag(sample.isSearchingLong, V7.first.searchingLong) |
      flag(sample.isProbeError, V7.first.probeError),
    sample.pleth | flag(sample.isSearching, V7.second.searching),
    sample.bar | flag(typeof perfusionIndex === 'number', V7.third.perfusionValid),
    rawRate(sample),
    rawSaturation(sample),
    perfusion & 0xff,
    perfusion >> 8,
  ]);
}
