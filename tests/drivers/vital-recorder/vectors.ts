/** Messages as the published description and implementations of the feed have them, made for the tests: synthetic, no patient. */
import { expect } from 'vitest';
import { decode, encodeFeed, type Written } from '$drivers/vital-recorder/codec.ts';
import { KINDS } from '$drivers/vital-recorder/framing.ts';
import type { Feed } from '$drivers/vital-recorder/messages.ts';
import { deflateSync } from 'node:zlib';

/** 2026-01-01T00:00:00Z, s. */
export const EPOCH_S = 1_767_225_600;
export const VRCODE = 'k3tamine-clinic-7f1c';

export const payload = (kind: number, body: Uint8Array): Uint8Array => Uint8Array.of(kind, ...body);

/** The payload of a `send_data` whose JSON is this text. */
export const sent = (text: string): Uint8Array => payload(KINDS.socket, new Uint8Array(deflateSync(text)));

export function number(name: string, montype: number, unit: string, val: number | null, dt = EPOCH_S + 1): Written {
  return { id: name, name, type: 'num', montype, unit, dname: 'Intellivue', recs: [{ dt, val }] };
}

export function wave(
  name: string,
  montype: number,
  srate: number,
  samples: readonly number[],
  more: { readonly [key: string]: Written } = {},
): Written {
  const recs = [{ dt: EPOCH_S, val: Float64Array.from(samples) }];
  return { id: name, name, type: 'wav', montype, srate, unit: '', mindisp: 0, maxdisp: 100, recs, ...more };
}

export const room = (name: string, ...trks: readonly Written[]): Written => ({ roomname: name, trks, evts: [] });

export const feed = (...rooms: readonly Written[]): Written => ({ ver: '1', vrcode: VRCODE, rooms });

/** A message through the codec and back. */
export function through(written: Written, noSample: 'null' | 'nan' = 'null'): Feed {
  return feedOf(payload(KINDS.socket, encodeFeed(written, noSample)));
}

export function feedOf(bytes: Uint8Array): Feed {
  const decoded = decode(bytes);
  if (!decoded.ok || decoded.message.kind !== 'feed') return expect.unreachable(JSON.stringify(decoded));
  return decoded.message;
}
