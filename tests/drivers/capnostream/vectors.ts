/** The frames of tests/fixtures/capnostream, and messages that differ in one field. */
import { readFileSync } from 'node:fs';
import { fromHex } from '$drivers/bytes.ts';
import { decode, encodeReply } from '$drivers/capnostream/codec.ts';
import { cut } from '$drivers/capnostream/framing.ts';
import type { Message, NumericsFrame, WaveFrame } from '$drivers/capnostream/messages.ts';

const file = new URL('../../fixtures/capnostream/frames.hex', import.meta.url);

export const FRAMES: Readonly<Record<string, Uint8Array | undefined>> = Object.fromEntries(
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((row) => {
      const [name = '', bytes = ''] = row.split(': ');
      return [name, fromHex(bytes)];
    }),
);

export function wireOf(name: string): Uint8Array {
  const found = FRAMES[name];
  if (!found) throw new Error(`no frame ${name}`);
  return found;
}

/** Code and payload of one frame; the test fails when it is not one good frame. */
export function contentOf(wire: Uint8Array): Uint8Array {
  const { cuts, rest } = cut(new Uint8Array(0), wire);
  const [only, ...others] = cuts;
  if (only?.kind !== 'frame' || others.length > 0 || rest.length > 0) throw new Error('not one good frame');
  return only.payload;
}

/** What the monitor said with this frame; the test fails when it is not understood. */
export function read(wire: Uint8Array): Message {
  const decoded = decode(contentOf(wire));
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}

export const EPOCH_S = 1_767_225_600;

export const NUMERICS: NumericsFrame = {
  kind: 'numerics',
  time: EPOCH_S,
  etco2: 38,
  fico2: 1,
  respiratoryRate: 14,
  saturation: 97,
  pulseRate: 118,
  slowStatus: 0x80,
  co2Alarms: 0,
  oximeterAlarms: 0,
  extendedStatus: 0,
  noBreathS: 0,
  limits: {
    etco2High: 60,
    etco2Low: 15,
    respiratoryRateHigh: 30,
    respiratoryRateLow: 5,
    fico2High: 8,
    saturationHigh: 100,
    saturationLow: 85,
    pulseRateHigh: 140,
    pulseRateLow: 50,
  },
  unit: 1,
};

export const numericsWith = (changes: Partial<NumericsFrame>): Uint8Array => encodeReply({ ...NUMERICS, ...changes });

export const waveWith = (counter: number, changes: Partial<WaveFrame> = {}): Uint8Array =>
  encodeReply({ kind: 'wave', counter: counter & 0xff, level: 10 * 256, status: 0, ...changes });
