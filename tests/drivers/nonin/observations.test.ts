import { describe, expect, test } from 'vitest';
import { fromHex, fromLatin1 } from '$drivers/bytes.ts';
import { decode } from '$drivers/nonin/codec.ts';
import type { Reading } from '$drivers/nonin/messages.ts';
import { numericsOf, valuesOf } from '$drivers/nonin/observations.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { packetWith, type PacketParts } from './bench.ts';
import { CAPTURED_PACKET, DF8, LINES, SPOT_CHECK } from './vectors.ts';

function valuesIn(frame: Uint8Array) {
  const decoded = decode(frame);
  if (!decoded.ok || !isReading(decoded.message)) throw new Error('no reading');
  const values = valuesOf(decoded.message);
  return values && numericsOf(values, deviceId('oximeter'), monotonicMs(5000)).values;
}
const isReading = (message: { readonly kind: string }): message is Reading =>
  ['packet', 'line', 'reading', 'spot-check'].includes(message.kind);

const DISPLAYED = (pulseRate: number | 'absent', spo2: number | 'absent'): NonNullable<PacketParts['numbers']> => ({
  extendedRateDisplayed: pulseRate,
  extendedSaturationDisplayed: spo2,
});
/** Bits on one frame of the 25. */
const at = (place: number, bits: number) => (frame: number) => (frame === place ? bits : 0);
const off = { pulseRate: { missing: 'sensor-off' }, spo2: { missing: 'sensor-off' } };
const value = (pulseRate: number, spo2: number) => ({ pulseRate: { value: pulseRate }, spo2: { value: spo2 } });
const doubtful = (pulseRate: number, spo2: number) => ({
  pulseRate: { value: pulseRate, isQuestionable: true },
  spo2: { value: spo2, isQuestionable: true },
});
const missing = (why: string) => ({ pulseRate: { missing: why }, spo2: { missing: why } });

describe('the numbers of a packet', () => {
  test('are the displayed averages over eight beats, and the rate is a pulse rate', () => {
    const others = { rate: 60, saturation: 90, extendedRate: 61, rateDisplayed: 62, saturationFast: 91 };
    const packet = packetWith({ numbers: { ...others, ...DISPLAYED(142, 93) } });
    expect(valuesIn(packet)).toEqual(value(142, 93));
    expect(valuesIn(CAPTURED_PACKET)).toEqual(value(74, 96));
  });

  test.each<[string, PacketParts, object]>([
    ['marks for "none", sensor alarm', { numbers: DISPLAYED('absent', 'absent'), status: () => 0x18 }, off],
    ['marks for "none", sensor unplugged', { numbers: DISPLAYED('absent', 'absent'), status: () => 0x40 }, off],
    [
      'marks for "none", out of track',
      { numbers: DISPLAYED('absent', 'absent'), status: () => 0x10 },
      missing('searching'),
    ],
    ['marks for "none", artefact', { numbers: DISPLAYED('absent', 'absent'), status: () => 0x20 }, missing('artefact')],
    ['marks for "none" alone', { numbers: DISPLAYED('absent', 'absent') }, missing('not-measured')],
    ['numbers that stand there without a sensor', { numbers: DISPLAYED(76, 97), status: () => 0x40 }, off],
    ['numbers that stand there without a finger', { numbers: DISPLAYED(76, 97), status: () => 0x08 }, off],
    ['the finger lost at the end', { numbers: DISPLAYED(76, 97), status: at(24, 0x08) }, off],
    ['the finger lost for an instant', { numbers: DISPLAYED(76, 97), status: at(7, 0x08) }, doubtful(76, 97)],
    ['an artefact within', { numbers: DISPLAYED(76, 97), status: at(3, 0x20) }, doubtful(76, 97)],
    ['the track lost within', { numbers: DISPLAYED(76, 97), status: at(24, 0x10) }, doubtful(76, 97)],
    ['low perfusion', { numbers: DISPLAYED(76, 97), status: () => 0x04 }, value(76, 97)],
    [
      'one value without the other',
      { numbers: DISPLAYED('absent', 97) },
      { ...value(0, 97), pulseRate: { missing: 'not-measured' } },
    ],
  ])('with %s', (_what, parts, expected) => {
    expect(valuesIn(packetWith(parts))).toEqual(expected);
  });

  test('are none when the packet was damaged', () => {
    expect(valuesIn(CAPTURED_PACKET.subarray(0, 100))).toBeUndefined();
  });
});

test.each<[string, Uint8Array, object]>([
  ['format 8', DF8.fast, value(142, 93)],
  ['format 8 without a finger', DF8.none, off],
  ['format 8 without a sensor', fromHex('c0 76 61 00'), off],
  ['format 8 out of track', fromHex('a3 7f 7f 00'), missing('searching')],
  ['format 8 with an artefact', fromHex('84 76 61 00'), doubtful(118, 97)],
  [
    'format 8 with an impossible saturation',
    fromHex('80 76 70 00'),
    { ...value(118, 0), spo2: { missing: 'invalid' } },
  ],
  ['a line', fromLatin1(LINES.event), value(131, 95)],
  ['a line of dashes', fromLatin1(LINES.none), missing('not-measured')],
  ['a spot check', SPOT_CHECK, value(118, 97)],
  [
    'a spot check that calls itself none',
    fromHex('00 02 00 0d 00 0e 14 1a 01 0f 09 1e 05 00 01 00 00 76 00 61 42 03'),
    missing('not-measured'),
  ],
  [
    'a spot check with marks for "none"',
    fromHex('00 02 00 0d 00 0e 14 1a 01 0f 09 1e 05 00 00 00 01 ff 00 7f e9 03'),
    missing('not-measured'),
  ],
])('the numbers of %s', (_what, frame, expected) => {
  expect(valuesIn(frame)).toEqual(expected);
});

test.each([
  [packetWith({ numbers: { stat2: 1 } }), true],
  [packetWith({ numbers: { stat2: 0x24 } }), false],
  [fromHex('80 76 61 01'), true],
])('a low battery is seen: %#', (frame, isLow) => {
  const decoded = decode(frame);
  const values = decoded.ok && isReading(decoded.message) ? valuesOf(decoded.message) : undefined;
  expect(values?.isBatteryLow).toBe(isLow);
});
