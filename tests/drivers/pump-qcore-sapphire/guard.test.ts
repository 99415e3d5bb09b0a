import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, toHex } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { encode } from '$drivers/pump-qcore-sapphire/codec.ts';
import { wrapFrame } from '$drivers/pump-qcore-sapphire/framing.ts';
import { pumpQcoreSapphire } from '$drivers/pump-qcore-sapphire/index.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { runMad } from '../../support/mad-driver.ts';

const maySend = (frame: Uint8Array, settings: Readonly<Record<string, unknown>> = {}): boolean =>
  passGuard(pumpQcoreSapphire.maySend, frame, settings) !== undefined;
const thisIsPc = (sequence: number) => encode({ kind: 'this-is-pc', sequence });
const toPump = (type: number, ...data: readonly number[]) =>
  wrapFrame({ target: 101, sender: 103, type, sequence: 0, data: Uint8Array.from(data) });
const anySettings = fc.dictionary(fc.string(), fc.jsonValue());

describe('what may be sent', () => {
  test('"this is PC", with every sequence number', () => {
    for (let sequence = 0; sequence <= 0xff; sequence += 1) expect(maySend(thisIsPc(sequence))).toBe(true);
  });

  test.each([
    ['reset', 5],
    ['enable communication', 6],
    ['disable communication', 7],
    ['disable alarms', 19],
    ['disable alarms', 20],
    ['disable alarms', 21],
    ['bolus request', 24],
    ['update the cache', 35],
    ['get alarm status', 44],
    ['clear the library', 53],
    ['lock', 55],
    ['release', 56],
  ])('not the command "%s" (%i), alone, with data, or behind the allowed frame', (_what, command) => {
    for (const order of [toPump(3, command), toPump(3, command, 1), toPump(3, 22, command)]) {
      expect(maySend(order)).toBe(false);
      expect(maySend(order, { control: true })).toBe(false);
      expect(maySend(concatBytes(thisIsPc(0), order))).toBe(false);
      expect(maySend(concatBytes(order, thisIsPc(0)))).toBe(false);
    }
  });

  test('of all commands of one byte only 22', () => {
    const passed = Array.from({ length: 256 }, (_, command) => command).filter((command) =>
      maySend(toPump(3, command)),
    );
    expect(passed).toEqual([22]);
  });

  test.each([
    ['EEPROM write: flow', toPump(13, 144, 0, 0x0d, 0x02)],
    ['EEPROM write: volume to be infused', toPump(13, 128, 0, 0xd6, 0x06)],
    ['EEPROM write: mode', toPump(13, 22, 0, 1)],
    ['EEPROM read', toPump(15, 22)],
    ['set alarm status', toPump(17, 22)],
    ['event: run', toPump(19, 3)],
    ['event: pause', toPump(19, 12)],
    ['event: prime', toPump(19, 6)],
    ['event: bolus', toPump(19, 8)],
    ['event: KVO', toPump(19, 17)],
    ['response', toPump(26, 22)],
  ])('not %s', (_what, order) => {
    expect(maySend(order)).toBe(false);
  });

  test.each(Array.from({ length: 32 }, (_, type) => type).filter((type) => type !== 3))(
    'no type %i with the same data',
    (type) => {
      expect(maySend(toPump(type, 22))).toBe(false);
    },
  );

  test('not to or from anybody else', () => {
    const frame = { type: 3, sequence: 0, data: Uint8Array.of(22) };
    for (const [target, sender] of [
      [100, 103],
      [102, 103],
      [103, 101],
      [101, 100],
    ] as const) {
      expect(maySend(wrapFrame({ target, sender, ...frame }))).toBe(false);
    }
  });

  test('nothing one byte away, no part of it, nothing around it', () => {
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        anySettings,
        (sequence, at, bits, settings) => {
          const frame = thisIsPc(sequence);
          expect(
            maySend(
              frame.map((byte, i) => (i === at % frame.length ? byte ^ bits : byte)),
              settings,
            ),
          ).toBe(false);
          expect(maySend(frame.subarray(1 + (at % (frame.length - 1))), settings)).toBe(false);
          expect(maySend(concatBytes(frame, Uint8Array.of(bits)), settings)).toBe(false);
          expect(maySend(concatBytes(Uint8Array.of(bits), frame), settings)).toBe(false);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

test('a driver gone mad gets "this is PC" onto the wire and nothing else, whatever the settings are', () => {
  const anyFrame = fc.oneof(
    fc.nat(255).map(thisIsPc),
    fc
      .tuple(fc.integer({ min: 1, max: 31 }), fc.array(fc.nat(255), { maxLength: 6 }))
      .map(([type, data]) => toPump(type, ...data)),
    fc.uint8Array({ minLength: 1, maxLength: 24 }),
  );
  fc.assert(
    fc.property(anyFrame, anySettings, (frame, settings) => {
      const isAllowed = frame.length === 10 && toHex(frame) === toHex(thisIsPc(frame[7] ?? 0));
      const { heard, refused, isFault } = runMad(sealDriver(pumpQcoreSapphire), frame, settings);
      expect(heard).toEqual(isAllowed ? [toHex(frame)] : []);
      expect(refused).toEqual(isAllowed ? [] : [toHex(frame)]);
      expect(isFault).toBe(!isAllowed);
    }),
    { numRuns: 300 },
  );
});
