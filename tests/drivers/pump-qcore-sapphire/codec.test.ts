import { describe, expect, test } from 'vitest';
import { toHex } from '$drivers/bytes.ts';
import { decode, encode, LEAST_BATCH_BYTES, writeBatch } from '$drivers/pump-qcore-sapphire/codec.ts';
import { wrapFrame } from '$drivers/pump-qcore-sapphire/framing.ts';
import { pumpQcoreSapphire } from '$drivers/pump-qcore-sapphire/index.ts';
import { batch, spoilt } from './frames.ts';

const DATA_FROM = 8;
const inData = (wire: Uint8Array, offset: number, length: number) =>
  toHex(wire.subarray(DATA_FROM + offset, DATA_FROM + offset + length));
const frame = (type: number, length: number) =>
  wrapFrame({ target: 103, sender: 101, type, sequence: 9, data: new Uint8Array(length) });

describe('a batch', () => {
  test('has the note’s bytes for the note’s values, and is read again', () => {
    const wire = batch({ rate: 52.5, remaining: 17.5, infused: 12.34, serial: 0x01020304 });
    expect(inData(wire, 47, 2)).toBe('0d 02');
    expect(inData(wire, 163, 4)).toBe('d6 06 00 00');
    expect(inData(wire, 167, 4)).toBe('d2 04 00 00');
    expect(inData(wire, 38, 4)).toBe('04 03 02 01');
    expect(inData(wire, 34, 4)).toBe('19 05 00 00');
    expect(decode(wire)).toEqual({
      ok: true,
      message: {
        kind: 'batch',
        target: 103,
        sender: 101,
        sequence: 0,
        isSumRight: true,
        softwareVersion: 1305,
        serial: 0x01020304,
        rateMlPerHour: 52.5,
        volumeRemainingMl: 17.5,
        volumeInfusedMl: 12.34,
      },
    });
  });

  test('writes nothing but the places that are known', () => {
    const values = { softwareVersion: 0, serial: 0, rateMlPerHour: 0, volumeRemainingMl: 0, volumeInfusedMl: 0 };
    const written = writeBatch(new Uint8Array(180).fill(0xbb), values);
    const places = [...written.keys()].filter((i) => written[i] !== 0xbb);
    expect(places).toEqual([34, 35, 36, 37, 38, 39, 40, 41, 47, 48, 163, 164, 165, 166, 167, 168, 169, 170]);
  });

  test('with a wrong sum says so', () => {
    expect(decode(spoilt(batch()))).toMatchObject({ ok: true, message: { kind: 'batch', isSumRight: false } });
  });

  test('needs all of its known bytes', () => {
    expect(decode(frame(1, LEAST_BATCH_BYTES - 1))).toEqual({
      ok: false,
      why: 'too-short',
      detail: 'a batch with 170 bytes of data',
    });
    expect(decode(frame(1, LEAST_BATCH_BYTES))).toMatchObject({ ok: true, message: { kind: 'batch' } });
  });

  test('for somebody else than the PC is none of ours', () => {
    const wire = wrapFrame({ target: 100, sender: 101, type: 1, sequence: 0, data: new Uint8Array(180) });
    expect(decode(wire)).toMatchObject({ ok: true, message: { kind: 'other' } });
  });
});

test('bytes that are no frame are not understood', () => {
  expect(decode(batch().subarray(1))).toMatchObject({ ok: false, why: 'malformed' });
  expect(decode(new Uint8Array(0))).toMatchObject({ ok: false, why: 'malformed' });
});

test('every kind of message is one useful line for people', () => {
  const lines = [
    batch({ sequence: 4 }),
    spoilt(batch()),
    frame(11, 40),
    frame(30, 0),
    encode({ kind: 'this-is-pc', sequence: 2 }),
  ];
  expect(
    lines.map((wire) => {
      const decoded = decode(wire);
      return decoded.ok
        ? `${pumpQcoreSapphire.kindOf(decoded.message)} | ${pumpQcoreSapphire.describe(decoded.message)}`
        : '';
    }),
  ).toEqual([
    'batch | batch #4: 52.5 mL/h, infused 17.5 mL, remaining 17.5 mL, serial 1200345',
    'batch | batch #0, another sum: 52.5 mL/h, infused 17.5 mL, remaining 17.5 mL, serial 1200345',
    'other | large batch #9, 101 to 103, 40 bytes',
    'other | type 30 #9, 101 to 103, 0 bytes',
    'this-is-pc | this is PC #2: an echo of our own?',
  ]);
});
