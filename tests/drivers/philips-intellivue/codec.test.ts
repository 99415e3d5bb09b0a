import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { readAlerts } from '$drivers/philips-intellivue/alert-values.ts';
import { readPollProfile } from '$drivers/philips-intellivue/association.ts';
import { attributeOf } from '$drivers/philips-intellivue/attributes.ts';
import { decode, encode } from '$drivers/philips-intellivue/codec.ts';
import { fromFloat, toFloat } from '$drivers/philips-intellivue/floats.ts';
import { cut } from '$drivers/philips-intellivue/framing.ts';
import type { Message, Polled } from '$drivers/philips-intellivue/messages.ts';
import { readAnnouncement, readSystem } from '$drivers/philips-intellivue/system-values.ts';
import { readText, writeText } from '$drivers/philips-intellivue/texts.ts';
import { readAbsoluteTime, readNumericObject, writeAbsoluteTime } from '$drivers/philips-intellivue/values.ts';
import { readWaveContext, readWaves } from '$drivers/philips-intellivue/wave-values.ts';
import * as vectors from './vectors.ts';

const NOTHING = new Uint8Array(0);

/** The one frame in these bytes, decoded. */
function read(wire: Uint8Array): Message {
  const [only] = cut(NOTHING, wire).cuts;
  if (only?.kind !== 'frame') throw new Error(`not a frame: ${only?.why}`);
  const decoded = decode(only.payload);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}

function readPolled(wire: Uint8Array): Polled {
  const message = read(wire);
  if (message.kind !== 'polled') throw new Error(message.kind);
  return message;
}

const objectsOf = ({ result }: Polled) => result.contexts.flatMap(({ objects }) => objects);
const namesOf = (object: object): readonly string[] => Object.keys(object);

const ALL = Object.entries(vectors).flatMap(([name, value]): (readonly [string, Uint8Array])[] =>
  value instanceof Uint8Array ? [[name, value]] : value.map(([each, bytes]) => [`${name}: ${each}`, bytes]),
);

describe('every vector', () => {
  test.each(ALL)('%s is read, and written again byte for byte', (_, wire) => {
    expect(toHex(encode(read(wire)))).toBe(toHex(wire));
  });
});

describe('association', () => {
  test('a real response: server, half a second, 996 bytes, all streams granted', () => {
    const message = read(vectors.REAL_ASSOCIATION_RESPONSE);
    expect(message).toMatchObject({
      kind: 'accept',
      framing: 'serial',
      information: { systemType: 0x00800000, startupMode: 0x80000000, nomenclatureVersion: 0x40000000 },
    });
    expect(message.kind === 'accept' && message.information && readPollProfile(message.information)).toEqual({
      revision: 0x80000000,
      minPollPeriod: 4000,
      maxMtuReceive: 996,
      maxMtuSend: 996,
      maxBandwidth: 0xffffffff,
      options: 0x60000000,
      extOptions: 0x8e000000,
    });
  });

  test.each([
    [vectors.CLIENT_ASSOCIATION_REQUEST_VSC, { minPollPeriod: 1000, maxMtuReceive: 2500, extOptions: 0x88000000 }],
    [vectors.CLIENT_ASSOCIATION_REQUEST_LONG, { minPollPeriod: 4000, maxMtuReceive: 1456, extOptions: 0x8e000000 }],
  ])('requests of public clients, with short and with long lengths: %#', (wire, profile) => {
    const message = read(wire);
    expect(message).toMatchObject({ kind: 'associate', framing: 'lan', information: { systemType: 0x80000000 } });
    expect(message.kind === 'associate' && message.information && readPollProfile(message.information)).toMatchObject(
      profile,
    );
  });

  test('a response without the three bytes that a real monitor has is read as well', () => {
    const { payload } = cut(NOTHING, vectors.REAL_ASSOCIATION_RESPONSE).cuts[0] as { payload: Uint8Array };
    const hex = toHex(payload).replace('be 80 28 80 02 01 02 81', 'be 80 28 80 81');
    expect(decode(fromHex(hex))).toMatchObject({ ok: true, message: { information: { startupMode: 0x80000000 } } });
  });

  test('the first byte decides, and information that cannot be found is left out', () => {
    expect(decode(fromHex('0e 00'))).toEqual({ ok: true, message: { kind: 'accept', framing: 'lan' } });
    expect(decode(fromHex('0c 02 00 00'))).toMatchObject({ ok: true, message: { kind: 'refuse' } });
    expect(decode(fromHex('11 01 00 01 19'))).toMatchObject({
      ok: true,
      message: { kind: 'abort', framing: 'serial' },
    });
  });
});

describe('the monitor presents itself', () => {
  const message = read(vectors.REAL_MDS_CREATE);
  if (message.kind !== 'created') throw new Error(message.kind);

  test('with its name, its mode and its two clocks at one instant', () => {
    expect(message).toMatchObject({ invokeId: 1, time: 1_950_208 });
    expect(message.attributes).toHaveLength(17);
    expect(readSystem(message.attributes)).toEqual({
      manufacturer: 'Philips',
      model: 'M8000',
      operatingMode: 0x4000,
      clock: { wallMs: Date.UTC(2021, 3, 22, 11, 47, 26), ticks: 1_950_208 },
    });
  });

  test('to everybody on the network with the address of its data', () => {
    const announced = read(vectors.REAL_CONNECT_INDICATION);
    expect(announced).toMatchObject({ kind: 'announced', framing: 'lan', object: { objectClass: 0x0023 } });
    expect(announced.kind === 'announced' && readAnnouncement(announced.attributes)).toEqual({
      address: '192.0.2.10',
      port: 24_105,
      model: '866062',
    });
  });
});

describe('a numeric answer', () => {
  test('in links: the third of three, four objects, sensors off', () => {
    const polled = readPolled(vectors.REAL_NUMERICS_LAST_LINK);
    expect(polled).toMatchObject({ invokeId: 1, part: { is: 'last', count: 3 } });
    expect(polled.result).toMatchObject({ pollNumber: 1, sequence: 0, relativeTime: 0x001df400, group: 0 });
    expect(polled.result.contexts.map(({ context }) => context)).toEqual([1]);
    expect(objectsOf(polled).map(readNumericObject)).toEqual([
      { handle: 0x8301, values: [], isDamaged: false },
      {
        handle: 0x8400,
        values: [{ physioId: 0x4bb8, state: 0x8000, unit: 0x0220, value: 'nan' }],
        label: 'SpO₂',
        isDamaged: false,
      },
      {
        handle: 0x8406,
        values: [{ physioId: 0x4822, state: 0x8001, unit: 0x0aa0, value: 'nan' }],
        label: 'Pulse',
        isDamaged: false,
      },
      {
        handle: 0x840a,
        values: [{ physioId: 0x4bb0, state: 0x8000, unit: 0x0200, value: 'nan' }],
        label: 'Perf',
        isDamaged: false,
      },
    ]);
  });

  test('its end holds nothing', () => {
    const polled = readPolled(vectors.REAL_NUMERICS_END);
    expect(polled.part).toEqual({ is: 'whole' });
    expect(polled.result).toMatchObject({ pollNumber: 1, sequence: 0, contexts: [] });
  });

  test('with a rate, a cuff measurement and its time, and a saturation', () => {
    const polled = readPolled(vectors.MADE_NUMERICS_ANSWER);
    expect(polled.result.isExtended).toBe(false);
    expect(polled.result).not.toHaveProperty('sequence');
    const [rate, cuff, saturation] = objectsOf(polled).map(readNumericObject);
    expect(rate?.values).toMatchObject([{ physioId: 0x4182, value: 132 }]);
    expect(cuff?.values.map(({ value }) => value)).toEqual([180, 105, 130]);
    expect(cuff?.values[0]?.state).toBe(0x0002);
    expect(cuff?.measuredAt).toBe(Date.UTC(2021, 3, 22, 11, 52, 0));
    expect(saturation?.values).toMatchObject([{ unit: 0x0220, value: 98 }]);
  });

  test('a value that ends early is said to be damaged and gives none', () => {
    const object = { handle: 1, attributes: [{ id: 0x0950, value: fromHex('41 82 00 00') }] };
    expect(readNumericObject(object)).toEqual({ handle: 1, values: [], isDamaged: true });
    const list = {
      handle: 1,
      attributes: [{ id: 0x094b, value: fromHex('00 02 00 0a 4a 05 00 00 0f 20 00 00 00 78') }],
    };
    expect(readNumericObject(list)).toEqual({ handle: 1, values: [], isDamaged: true });
  });
});

describe('a wave answer', () => {
  test('sequence 0 brings the context of the ECG', () => {
    const polled = readPolled(vectors.REAL_WAVES_CONTEXT);
    expect(polled.result.contexts.map(({ objects }) => objects.length)).toEqual([0, 1]);
    const [ecg] = objectsOf(polled);
    expect(ecg?.handle).toBe(0x02ca);
    expect(ecg && readWaveContext(ecg)).toEqual({
      specification: { blockSize: 64, sampleBits: 16, significantBits: 14, flags: 0x3000 },
      scale: { lower: -40.96, upper: 40.955, lowerScaled: 0, upperScaled: 0x3fff },
      samplePeriod: 32,
      unit: 0x10b2,
      fixedValues: [
        { meaning: 4, sample: 0x8008 },
        { meaning: 3, sample: 0x4001 },
        { meaning: 2, sample: 0x8004 },
      ],
    });
    expect(ecg && readWaves(ecg)).toEqual([]);
  });

  test('then come three leads of 64 samples and a pleth of 32 without a sensor', () => {
    const polled = readPolled(vectors.REAL_WAVES);
    expect(polled.result).toMatchObject({ sequence: 2, relativeTime: 0x001df800 });
    const [ecg, pleth] = objectsOf(polled).map(readWaves);
    expect(ecg?.map(({ physioId, state, samples }) => [physioId, state, samples.length])).toEqual([
      [0x0102, 0, 128],
      [0x0143, 0, 128],
      [0x013e, 0, 128],
    ]);
    expect(ecg?.[0] && toHex(ecg[0].samples.subarray(0, 6))).toBe('1f eb 1f eb 1f ec');
    expect(pleth).toHaveLength(1);
    expect(pleth?.[0]).toMatchObject({ physioId: 0x4bb4, state: 0 });
    expect(pleth?.[0] && new Set(pleth[0].samples)).toEqual(new Set([0x08, 0x00]));
  });

  test('samples that end early are not read', () => {
    expect(
      readWaves({ handle: 1, attributes: [{ id: 0x096e, value: fromHex('4bb4 0000 0004 0800') }] }),
    ).toBeUndefined();
  });

  test('a sample period of zero is none', () => {
    expect(readWaveContext({ handle: 1, attributes: [{ id: 0x098d, value: fromHex('00000000') }] })).toEqual({});
  });
});

describe('an alert answer', () => {
  test('one yellow patient alarm with its text, no technical one', () => {
    const [monitor] = objectsOf(readPolled(vectors.MADE_ALERT_ANSWER));
    expect(monitor && readAlerts(monitor.attributes)).toEqual({
      condition: { state: 0, changes: 12, highestPatient: 0x0200, highestTechnical: 0, highestAudible: 0x0200 },
      patient: [
        {
          source: 0x4182,
          code: 40,
          type: 0x0200,
          state: 0x0008,
          object: { objectClass: 6, context: 1, handle: 0x82cf },
          text: '** HR   135 >120',
        },
      ],
      technical: [],
      isDamaged: false,
    });
  });

  test('information of an unknown kind is passed over by its length', () => {
    const entry = '4182 0028 0200 0008 0006 0001 82cf 0999 0003 010203';
    const value = fromHex(`0002 002a ${entry} ${entry}`);
    const { patient } = readAlerts([{ id: 0x0902, value }]);
    expect(patient?.map(namesOf)).toEqual([
      ['source', 'code', 'type', 'state', 'object'],
      ['source', 'code', 'type', 'state', 'object'],
    ]);
  });

  test('a list that ends early is no list', () => {
    expect(readAlerts([{ id: 0x0902, value: fromHex('0001 0012 4182') }])).toEqual({ isDamaged: true });
  });
});

describe('priority lists and errors', () => {
  test('an unset list is empty, a set one comes back as asked', () => {
    const got = read(vectors.REAL_PRIORITIES_GOT);
    expect(got.kind === 'got' && toHex(attributeOf(got.attributes, 0xf23a) ?? NOTHING)).toBe('00 00 00 00');
    const set = read(vectors.REAL_PRIORITIES_SET);
    expect(set.kind === 'was-set' && toHex(attributeOf(set.attributes, 0xf23a) ?? NOTHING)).toBe(
      '00 06 00 18 00 02 01 00 00 02 4b b4 00 02 4a 14 00 02 4a 10 00 02 4a 44 00 02 50 ac',
    );
  });

  test('an error names its request and its reason', () => {
    const error: Message = { kind: 'error', framing: 'lan', invokeId: 7, error: 2, data: NOTHING };
    expect(toHex(encode(error))).toBe('e1 00 00 02 00 03 00 06 00 07 00 02 00 00');
    expect(read(encode(error))).toEqual(error);
  });
});

describe('what is not known is told by its code', () => {
  const invoke = (command: string, body: string) => {
    const length = fromHex(body.replaceAll(' ', '')).length;
    const hex = (n: number) => n.toString(16).padStart(4, '0');
    return fromHex(`e1000002 0001 ${hex(length + 6)} 0001 ${command} ${hex(length)} ${body}`);
  };

  test.each([
    ['an event', invoke('0001', '0021 0000 0000 00000000 0d99 0000'), 'event d99'],
    ['an action', invoke('0007', '0021 0000 0000 00000000 0c17 0000'), 'action c17'],
    ['a command', invoke('0009', '0021 0000 0000'), 'command 9'],
    ['a PDU', fromHex('22 00'), 'a PDU that begins with 22'],
    ['a serial message type', fromHex('11 02 00 01 e1'), 'serial message type 2'],
  ])('%s', (_, pdu, detail) => {
    expect(decode(pdu)).toEqual({ ok: false, why: 'unknown-code', detail });
  });

  test.each([
    ['nothing at all', NOTHING, 'too-short'],
    ['a length that is wrong', fromHex('e1000002 0002 0009 0001 0003 0006 0021 0000 0000'), 'malformed'],
    ['a body that ends early', fromHex('e1000002 0002 000c 0001 0003 0006 0021 0000 0000'), 'malformed'],
    ['a get without its scope', invoke('0003', '0021 0000 0000 0001 0002 f23a'), 'malformed'],
    ['a set without its scope', invoke('0005', '0021 0000 0000 0001 0006 0000 f23a 0000 0000'), 'malformed'],
    ['a poll without its scope', invoke('0007', '0021 0000 0000 0c16 0008 0001 0001 0006 0000'), 'malformed'],
    ['a link of a chain that has no place', fromHex('e1000002 0005 0008 0401 0001 0007 0000'), 'malformed'],
  ])('%s is %s', (_, pdu, why) => {
    expect(decode(pdu)).toMatchObject({ ok: false, why });
  });
});

describe('numbers', () => {
  test.each([
    ['FD007D00', 32],
    ['FF000140', 32],
    ['01000140', 3200],
    ['02000020', 3200],
    ['FEFE7960', -1000],
    ['FFFFFFF7', -0.9],
    ['FF00000C', 1.2],
    ['0000003C', 60],
    ['FF0003D4', 98],
    ['FEFFF000', -40.96],
    ['FD009FFB', 40.955],
    ['00FFFFF1', -15],
    ['FFFFFFF1', -1.5],
    ['007FFFFF', 'nan'],
    ['FE7FFFFF', 'nan'],
    ['00800000', 'not-at-this-resolution'],
    ['007FFFFE', 'over-range'],
    ['FF800002', 'under-range'],
  ])('%s is %s', (hex, value) => {
    expect(toFloat(Number.parseInt(hex, 16))).toBe(value);
  });

  test.each([
    [60, 0, '00 00 00 3c'],
    [98, 1, 'ff 00 03 d4'],
    [-0.9, 1, 'ff ff ff f7'],
    [40.955, 3, 'fd 00 9f fb'],
    ['nan', 0, '00 7f ff ff'],
  ] as const)('%s with %i decimals is written as the monitor does', (value, decimals, hex) => {
    expect(toHex(fromFloat(value, decimals))).toBe(hex);
  });

  test('come back as they were written, and what does not fit is refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8_000_000, max: 8_000_000 }), fc.nat(6), (mantissa, decimals) => {
        const value = mantissa / 10 ** decimals;
        expect(toFloat(new DataView(fromFloat(value, decimals).buffer).getUint32(0))).toBe(value + 0);
      }),
    );
    expect(() => fromFloat(9_000_000, 0)).toThrow(RangeError);
  });
});

describe('texts', () => {
  test('know the characters of Philips’ own, and leave out what fills up', () => {
    const value = fromHex('0012 e40d e40d 0020 e425 feff 0043 004f 2082 0000');
    expect(readText(value)).toBe('** V̇CO₂');
    expect(readText(fromHex('0008 0041'))).toBeUndefined();
  });

  test('are written padded and ended as the monitor does', () => {
    expect(toHex(writeText('SpO₂', 7))).toBe('00 0e 00 53 00 70 00 4f 20 82 00 20 00 20 00 00');
  });
});

describe('wall clock times', () => {
  test('are pairs of digits', () => {
    const ms = Date.UTC(2021, 3, 22, 11, 47, 26);
    expect(readAbsoluteTime(fromHex('20 21 04 22 11 47 26 00'))).toBe(ms);
    expect(toHex(writeAbsoluteTime(ms))).toBe('20 21 04 22 11 47 26 00');
  });

  test.each([
    'ff ff ff ff ff ff ff ff',
    '20 21 13 01 00 00 00 00',
    '20 21 02 30 00 00 00 00',
    '20 21 04 2a 11 47 26 00',
    '20 21 04',
    '20 21 04 22 24 00 00 00',
    '20 21 04 22 11 60 00 00',
  ])('%s is no time', (hex) => {
    expect(readAbsoluteTime(fromHex(hex))).toBeUndefined();
  });
});

describe('a million random and damaged bytes', () => {
  const everything = ALL.map(([, bytes]) => bytes);

  test('never make the codec throw', () => {
    let state = 0x2545f491;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 0x1_0000_0000) * below);
    };
    let [bytes, messages, failures] = [0, 0, 0];
    const take = (payload: Uint8Array): void => {
      const decoded = decode(payload);
      if (!decoded.ok) return void (failures += 1);
      messages += 1;
      if (decoded.message.kind !== 'polled') return;
      for (const object of objectsOf(decoded.message)) {
        readNumericObject(object);
        readWaves(object);
        readWaveContext(object);
        readAlerts(object.attributes);
        readSystem(object.attributes);
      }
    };
    while (bytes < 1_000_000) {
      const vector = everything[random(everything.length)] ?? NOTHING;
      const [only] = cut(NOTHING, vector).cuts;
      const payload = new Uint8Array(only?.kind === 'frame' ? only.payload : vector);
      for (let hits = 1 + random(4); hits > 0; hits -= 1) payload[random(payload.length)] = random(256);
      take(payload);
      take(payload.subarray(0, random(payload.length)));
      const noise = Uint8Array.from({ length: random(200) }, () => random(256));
      const prefix = random(2) === 0 ? fromHex('e1 00 00 02') : NOTHING;
      take(concatBytes(prefix, noise));
      for (const piece of cut(NOTHING, concatBytes(noise, vector.subarray(random(20)))).cuts) {
        if (piece.kind === 'frame') take(piece.payload);
      }
      bytes += 2 * payload.length + noise.length;
    }
    expect(messages).toBeGreaterThan(1000);
    expect(failures).toBeGreaterThan(1000);
  });
});
