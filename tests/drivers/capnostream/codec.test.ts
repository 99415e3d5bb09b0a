import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '$drivers/bytes.ts';
import { decode, decodeCommand, encode, encodeReply } from '$drivers/capnostream/codec.ts';
import { frame } from '$drivers/capnostream/framing.ts';
import { capnostream } from '$drivers/capnostream/index.ts';
import type { Content, Query, Value } from '$drivers/capnostream/messages.ts';
import { contentOf, NUMERICS, numericsWith, read, waveWith, wireOf } from './vectors.ts';

describe('from the monitor', () => {
  test('the numerics of the protocol note', () => {
    expect(read(wireOf('numerics'))).toEqual({ ...NUMERICS, hex: toHex(contentOf(wireOf('numerics'))) });
    expect(toHex(encodeReply(NUMERICS))).toBe(toHex(wireOf('numerics')));
  });

  test('numerics without a value, with the sensor off', () => {
    expect(read(wireOf('numerics-missing'))).toMatchObject({
      etco2: 'none',
      fico2: 'none',
      respiratoryRate: 'none',
      saturation: 'none',
      pulseRate: 'none',
      oximeterAlarms: 0x20,
      limits: NUMERICS.limits,
    });
  });

  test('limits may be missing as well', () => {
    const limits = { ...NUMERICS.limits, etco2High: 'none', pulseRateLow: 'none' } as const;
    expect(read(numericsWith({ limits }))).toMatchObject({ limits });
  });

  test('the sample of the protocol note: number 5, 38.5, end of breath', () => {
    expect(read(wireOf('wave'))).toMatchObject({ kind: 'wave', counter: 5, level: 38.5 * 256, status: 0x08 });
  });

  test.each([
    ['B355987654', 'Masimo'],
    ['B555987654', 'Masimo'],
    ['B255987654', 'Nellcor'],
    ['X155987654', 'unknown'],
  ])('an identity with the serial number %s has oximetry of %s', (serial, oximetry) => {
    expect(read(encodeReply({ kind: 'identity', text: `V45.67 02/24/2008 ${serial}  ` }))).toMatchObject({
      text: `V45.67 02/24/2008 ${serial}`,
      details: { version: '45.67', released: '02/24/2008', serial, oximetry },
    });
  });

  test('the identity of the protocol note, and one that is made otherwise', () => {
    expect(read(wireOf('identity'))).toMatchObject({ details: { serial: 'B355987654', oximetry: 'Masimo' } });
    expect(read(encodeReply({ kind: 'identity', text: 'Capnostream 35' }))).toEqual({
      kind: 'identity',
      text: 'Capnostream 35',
      hex: expect.any(String) as string,
    });
  });

  test('a revision and an accepted setting', () => {
    expect(read(frame(9, fromHex('41 03')))).toMatchObject({ kind: 'revision', letter: 'A', number: 3 });
    expect(read(wireOf('setup-4-2'))).toMatchObject({ kind: 'setup', item: 4, value: 2 });
  });

  test.each(['02', '03 01', '0a 01 00', 'ff', '0c'])('%s is not known', (content) => {
    expect(decode(fromHex(content))).toMatchObject({ ok: false, why: 'unknown-code' });
  });

  test.each(['00 05 26 80', '04', '09 41', '3c 04', `01 ${'00 '.repeat(26)}`])('%s is too short', (content) => {
    expect(decode(fromHex(content))).toMatchObject({ ok: false, why: 'too-short' });
  });

  test('longer numerics are read as far as they are known', () => {
    const longer = Uint8Array.of(...contentOf(wireOf('numerics')), 1, 2, 3);
    expect(decode(longer)).toMatchObject({ ok: true, message: { saturation: 97, extendedStatus: 0 } });
  });

  test('comes back as it was written', () => {
    const anyByte = fc.integer({ min: 0, max: 255 });
    const anyValue: fc.Arbitrary<Value> = anyByte.map((byte) => (byte === 255 ? 'none' : byte));
    const anyLimits = fc.record({
      etco2High: anyValue,
      etco2Low: anyValue,
      respiratoryRateHigh: anyValue,
      respiratoryRateLow: anyValue,
      fico2High: anyValue,
      saturationHigh: anyValue,
      saturationLow: anyValue,
      pulseRateHigh: anyValue,
      pulseRateLow: anyValue,
    });
    const anyContent: fc.Arbitrary<Content> = fc.oneof(
      fc.record({
        kind: fc.constant('numerics' as const),
        time: fc.integer({ min: 0, max: 0xffff_ffff }),
        etco2: anyValue,
        fico2: anyValue,
        respiratoryRate: anyValue,
        saturation: anyValue,
        pulseRate: anyValue,
        slowStatus: anyByte,
        co2Alarms: anyByte,
        oximeterAlarms: anyByte,
        extendedStatus: anyByte,
        noBreathS: anyByte,
        limits: anyLimits,
        unit: anyByte,
      }),
      fc.record({
        kind: fc.constant('wave' as const),
        counter: anyByte,
        level: fc.integer({ min: 0, max: 0xffff }),
        status: anyByte,
      }),
      fc.record({ kind: fc.constant('setup' as const), item: anyByte, value: anyByte }),
    );
    fc.assert(
      fc.property(anyContent, (content) => {
        const { hex: _, ...back } = read(encodeReply(content));
        expect(back).toEqual(content);
      }),
    );
  });

  test('is described in words', () => {
    const words = (wire: Uint8Array) => capnostream.describe(read(wire));
    expect(words(wireOf('numerics'))).toBe('EtCO2 38 FiCO2 1 mmHg RR 14 SpO2 97 PR 118, slow 80');
    expect(
      words(
        numericsWith({ etco2: 'none', unit: 9, slowStatus: 0, co2Alarms: 1, oximeterAlarms: 32, extendedStatus: 4 }),
      ),
    ).toBe('EtCO2 -- FiCO2 1 unit 9 RR 14 SpO2 97 PR 118, CO2 alarms 1, SpO2 alarms 20, extended 4');
    expect(words(wireOf('wave'))).toBe('WAVE 5: 38.5, status 8');
    expect(words(waveWith(6))).toBe('WAVE 6: 10');
    expect(words(wireOf('identity'))).toBe('IDENTITY V45.67 02/24/2008 B355987654');
    expect(words(wireOf('setup-4-2'))).toBe('SETUP 4 = 2');
    expect(words(frame(9, fromHex('41 03')))).toBe('REVISION A3');
  });
});

describe('to the monitor', () => {
  test.each(['enable', 'disable', 'start', 'stop', 'alive'] as const)(
    '%s is the frame of the protocol note',
    (query) => {
      expect(toHex(encode(query))).toBe(toHex(wireOf(query)));
      expect(decodeCommand(contentOf(encode(query)))).toEqual({ kind: query });
    },
  );

  test('the host id is ours, padded to 17 characters', () => {
    expect(contentOf(encode('host-id'))).toHaveLength(18);
    expect(decodeCommand(contentOf(encode('host-id')))).toEqual({ kind: 'host-id', text: 'Infuscope' });
  });

  test('what others could say is understood by the simulated monitor only', () => {
    expect(decodeCommand(contentOf(wireOf('revision')))).toEqual({ kind: 'revision' });
    expect(decodeCommand(contentOf(wireOf('setup-4-2')))).toEqual({ kind: 'setup', item: 4, value: 2 });
    expect(decodeCommand(fromHex('3d 41'))).toEqual({ kind: 'other', code: 0x3d });
    expect(decodeCommand(fromHex('07 41'))).toEqual({ kind: 'other', code: 7 });
    expect(decodeCommand(fromHex('01 00'))).toEqual({ kind: 'other', code: 1 });
    expect(decodeCommand(new Uint8Array(0))).toEqual({ kind: 'other', code: -1 });
  });
});

describe('the send guard', () => {
  const maySend = (bytes: Uint8Array) => capnostream.maySend.some((pattern) => pattern.matches(bytes));
  const QUERIES: readonly Query[] = ['enable', 'disable', 'start', 'stop', 'alive', 'host-id'];

  test('lets the six words of the station pass', () => {
    expect(capnostream.maySend).toHaveLength(QUERIES.length);
    for (const query of QUERIES) expect(maySend(capnostream.encode(query)), query).toBe(true);
  });

  test.each([
    ['a setting, even the harmless one', wireOf('setup-4-2')],
    ['an alarm limit', frame(60, Uint8Array.of(10, 50))],
    ['the alarm silence', frame(60, Uint8Array.of(1, 1))],
    ['a patient id', frame(61, new Uint8Array(20).fill(0x41))],
    ['a periodic message', frame(10, Uint8Array.of(1, 1))],
    ['another host id', frame(7, new Uint8Array(17).fill(0x41))],
    ['an inquiry that we do not need', wireOf('revision')],
    ['a download', frame(54)],
    ['nothing', new Uint8Array(0)],
    ['two at once', Uint8Array.of(...wireOf('start'), ...wireOf('start'))],
  ])('stops %s', (_, bytes) => {
    expect(maySend(bytes)).toBe(false);
  });

  test('stops what is one byte away from a word, unless it is another word', () => {
    const words = QUERIES.map((query) => toHex(capnostream.encode(query)));
    fc.assert(
      fc.property(fc.constantFrom(...QUERIES), fc.nat(), fc.integer({ min: 1, max: 255 }), (query, at, change) => {
        const bytes = capnostream.encode(query);
        const changed = bytes.map((byte, i) => (i === at % bytes.length ? byte ^ change : byte));
        expect(maySend(changed)).toBe(words.includes(toHex(changed)));
      }),
      { numRuns: 2000 },
    );
  });
});
