/**
 * Frames ⇄ messages. The same code means one thing from the monitor and another to it, so there are two of each.
 *
 *   from the monitor   00 wave: counter, level, 256ths of it, status · 01 numerics, 27 bytes · 04 identity · 09 revision · 3C setup
 *   to the monitor     01 enable · 02 disable · 04 start · 05 stop · 06 alive · 07 host id · 09 revision · 3C setup: item, value
 */
import { fromLatin1, latin1, toHex, view } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { frame } from './framing.ts';
import { COMMANDS, HOST_ID_CHARACTERS, NUMERICS_AT, NUMERICS_BYTES, REPLIES, WAVE_STEPS } from './layout-table.ts';
import type { Command, Content, Identity, Message, NumericsFrame, Query, Value, WaveFrame } from './messages.ts';

const NONE = 0xff;
const IDENTITY = /^V(\S{5}) (\d\d\/\d\d\/\d{4}) (\S+) *$/;
const OXIMETRY: Readonly<Record<string, 'Nellcor' | 'Masimo' | undefined>> = {
  B2: 'Nellcor',
  B3: 'Masimo',
  B5: 'Masimo',
};
/** What the monitor gets to know of us. */
const HOST_ID = 'Infuscope';

/** A frame from the monitor. Bytes behind those that are known are passed over. */
export function decode(content: Uint8Array): Decoded<Message> {
  const [code = -1] = content;
  const payload = content.subarray(1);
  const reader = READERS[code];
  const detail = `code ${code}, ${payload.length} bytes`;
  if (!reader) return { ok: false, why: 'unknown-code', detail };
  if (payload.length < reader.least) return { ok: false, why: 'too-short', detail };
  return { ok: true, message: { ...reader.read(payload), hex: toHex(content) } };
}

const READERS: Readonly<
  Record<number, { readonly least: number; readonly read: (payload: Uint8Array) => Content } | undefined>
> = {
  [REPLIES.wave]: { least: 4, read: readWave },
  [REPLIES.numerics]: { least: NUMERICS_BYTES, read: readNumerics },
  [REPLIES.identity]: { least: 1, read: readIdentity },
  [REPLIES.revision]: {
    least: 2,
    read: ([letter = 0, number = 0]) => ({ kind: 'revision', letter: String.fromCharCode(letter), number }),
  },
  [REPLIES.setup]: { least: 2, read: ([item = 0, value = 0]) => ({ kind: 'setup', item, value }) },
};

function readWave([counter = 0, whole = 0, part = 0, status = 0]: Uint8Array): WaveFrame {
  return { kind: 'wave', counter, level: whole * WAVE_STEPS + part, status };
}

function readNumerics(payload: Uint8Array): NumericsFrame {
  const byte = (name: keyof typeof NUMERICS_AT): number => payload[NUMERICS_AT[name]] ?? NONE;
  const value = (name: keyof typeof NUMERICS_AT): Value => (byte(name) === NONE ? 'none' : byte(name));
  return {
    kind: 'numerics',
    time: view(payload).getUint32(0),
    etco2: value('etco2'),
    fico2: value('fico2'),
    respiratoryRate: value('respiratoryRate'),
    saturation: value('saturation'),
    pulseRate: value('pulseRate'),
    slowStatus: byte('slowStatus'),
    co2Alarms: byte('co2Alarms'),
    oximeterAlarms: byte('oximeterAlarms'),
    extendedStatus: byte('extendedStatus'),
    noBreathS: byte('noBreathS'),
    limits: {
      etco2High: value('etco2High'),
      etco2Low: value('etco2Low'),
      respiratoryRateHigh: value('respiratoryRateHigh'),
      respiratoryRateLow: value('respiratoryRateLow'),
      fico2High: value('fico2High'),
      saturationHigh: value('saturationHigh'),
      saturationLow: value('saturationLow'),
      pulseRateHigh: value('pulseRateHigh'),
      pulseRateLow: value('pulseRateLow'),
    },
    unit: byte('unit'),
  };
}

function readIdentity(payload: Uint8Array): Identity {
  const text = latin1(payload).trimEnd();
  const [, version, released, serial] = IDENTITY.exec(text) ?? [];
  if (version === undefined || released === undefined || serial === undefined) return { kind: 'identity', text };
  const oximetry = OXIMETRY[serial.slice(0, 2)] ?? 'unknown';
  return { kind: 'identity', text, details: { version, released, serial, oximetry } };
}

/** A frame of the monitor. */
export function encodeReply(content: Content): Uint8Array {
  switch (content.kind) {
    case 'wave': {
      const { counter, level, status } = content;
      return frame(REPLIES.wave, Uint8Array.of(counter, Math.floor(level / WAVE_STEPS), level % WAVE_STEPS, status));
    }
    case 'numerics':
      return frame(REPLIES.numerics, writeNumerics(content));
    case 'identity':
      return frame(REPLIES.identity, fromLatin1(content.text));
    case 'revision':
      return frame(REPLIES.revision, Uint8Array.of(content.letter.charCodeAt(0), content.number));
    case 'setup':
      return frame(REPLIES.setup, Uint8Array.of(content.item, content.value));
  }
}

function writeNumerics({ time, limits, kind: _, ...fields }: NumericsFrame): Uint8Array {
  const payload = new Uint8Array(NUMERICS_BYTES);
  view(payload).setUint32(0, time);
  for (const [name, value] of Object.entries({ ...fields, ...limits })) {
    const at = Object.entries(NUMERICS_AT).find(([known]) => known === name)?.[1];
    if (at !== undefined) payload[at] = value === 'none' ? NONE : value;
  }
  return payload;
}

/** A word of the station. */
export function encode(query: Query): Uint8Array {
  if (query !== 'host-id') return frame(COMMANDS[query]);
  return frame(COMMANDS['host-id'], fromLatin1(HOST_ID.padEnd(HOST_ID_CHARACTERS)));
}

/** What a host said, for the simulated monitor. */
export function decodeCommand(content: Uint8Array): Command {
  const [code = -1] = content;
  const payload = content.subarray(1);
  const [item, value] = payload;
  if (code === COMMANDS['host-id'] && payload.length === HOST_ID_CHARACTERS)
    return { kind: 'host-id', text: latin1(payload).trimEnd() };
  if (code === COMMANDS.setup && item !== undefined && value !== undefined) return { kind: 'setup', item, value };
  const kind = PLAIN_COMMANDS.find((name) => COMMANDS[name] === code);
  return kind === undefined || payload.length > 0 ? { kind: 'other', code } : { kind };
}

const PLAIN_COMMANDS = ['enable', 'disable', 'start', 'stop', 'alive', 'revision'] as const;
