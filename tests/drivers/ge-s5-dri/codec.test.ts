import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalBytes, view } from '$drivers/bytes.ts';
import { absentGroups } from '$drivers/ge-s5-dri/codec-groups.ts';
import { decode, encodeQuery, encodeRecord } from '$drivers/ge-s5-dri/codec.ts';
import { frameKind } from '$drivers/ge-s5-dri/describe.ts';
import { frame } from '$drivers/ge-s5-dri/framing.ts';
import { geS5Dri } from '$drivers/ge-s5-dri/index.ts';
import {
  ALL_CLASSES,
  BASIC,
  EXT1,
  EXT2,
  MISSING_CODES,
  WAVE_TYPES,
  type GroupLayout,
} from '$drivers/ge-s5-dri/layout-table.ts';
import type { Content, FieldValue, Group, Query, RecordHeader } from '$drivers/ge-s5-dri/messages.ts';
import { decodeFrame } from './bench.ts';
import * as vectors from './vectors.ts';

const HEADER: RecordHeader = { number: 7, level: 10, plugId: 0x1234, time: 1_767_225_600 };
const physiological = (record: 'displayed' | 'trend60s' | 'auxiliary', intervalS: number, classes: number): Query => ({
  type: 'physiological',
  record,
  intervalS,
  classes,
});

function decoded(record: Uint8Array) {
  const result = decode(record);
  if (!result.ok) throw new Error(result.detail);
  return result.message;
}

const REQUESTS: readonly (readonly [name: string, query: Query, bytes: Uint8Array])[] = [
  ['displayed every 10 s, all classes', physiological('displayed', 10, ALL_CLASSES), vectors.DISPLAYED_10S_ALL],
  ['displayed stop', physiological('displayed', 0, 0), vectors.DISPLAYED_STOP],
  ['60 s trend, its sum escaped', physiological('trend60s', 60, ALL_CLASSES), vectors.TREND60_ALL],
  ['displayed every 5 s, basic', physiological('displayed', 5, 0), vectors.DISPLAYED_5S_BASIC],
  ['auxiliary once', physiological('auxiliary', -1, 0), vectors.AUXILIARY_ONCE],
  ['auxiliary every 10 s', physiological('auxiliary', 10, 0), vectors.AUXILIARY_10S],
  ['ECG 1', { type: 'waveform', action: 'start', waveforms: [1] }, vectors.ECG1_START],
  ['ECG 1 and pleth', { type: 'waveform', action: 'start', waveforms: [1, 8] }, vectors.ECG1_PLETH_START],
  ['alarms: follow', { type: 'alarm', command: 2 }, vectors.ALARM_FOLLOW],
  ['alarms: once', { type: 'alarm', command: 0 }, vectors.ALARM_ONCE],
  ['alarms: leave', { type: 'alarm', command: 3 }, vectors.ALARM_LEAVE],
];

describe('requests', () => {
  test.each(REQUESTS)('are written as in the document: %s', (_name, query, bytes) => {
    expect(geS5Dri.encode(query)).toEqual(bytes);
  });

  test.each(REQUESTS)('are read back: %s', (_name, query, bytes) => {
    expect(decodeFrame(bytes)).toMatchObject({ kind: 'request', query, unread: [] });
  });

  test('a level 9 unit is asked with the same bytes, its answer carries the level', () => {
    const query = physiological('displayed', 5, ALL_CLASSES);
    const record = encodeRecord({ number: 0, level: 9, plugId: 0, time: 0 }, { kind: 'request', query });
    expect(frame(record).slice(-11)).toEqual(
      Uint8Array.of(0x01, 0x05, 0x00, 0x0e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x4d, 0x7e),
    );
  });

  test('a stop of waveforms is a full record of 72 bytes', () => {
    expect(encodeQuery({ type: 'waveform', action: 'stop', waveforms: [] })).toHaveLength(72);
  });

  test('any request comes back as it was asked', () => {
    const anyQuery: fc.Arbitrary<Query> = fc.oneof(
      fc.record({
        type: fc.constant('physiological' as const),
        record: fc.constantFrom('displayed', 'trend10s', 'trend60s', 'auxiliary'),
        intervalS: fc.integer({ min: -32768, max: 32767 }),
        classes: fc.integer({ min: 0, max: 0xffffffff }),
      }),
      fc.record({
        type: fc.constant('waveform' as const),
        action: fc.constantFrom('start', 'stop'),
        waveforms: fc.array(fc.integer({ min: 0, max: 254 }), { maxLength: 7 }),
      }),
      fc.record({ type: fc.constant('alarm' as const), command: fc.integer({ min: 0, max: 0xffff }) }),
    );
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(decoded(encodeQuery(query))).toMatchObject({ kind: 'request', query });
      }),
    );
  });
});

describe('the answer of the note', () => {
  const message = decodeFrame(vectors.DISPLAYED_REPLY);
  const basic =
    message.kind === 'physiological' && message.classes[0]?.name === 'basic' ? message.classes[0] : undefined;

  test('has the header', () => {
    expect(message.header).toEqual(HEADER);
    expect(basic).toMatchObject({ kind: 'displayed', time: 1_767_225_600, marker: 0 });
  });

  test('has every number in its unit', () => {
    expect(basic?.groups.ecg).toEqual({
      status: 0x0b,
      label: 0x0120,
      values: { rate: 118, st1: 'invalid', st2: 'invalid', st3: 'invalid', impedanceRr: 16 },
    });
    expect(basic?.groups.nibp).toEqual({
      status: 3,
      label: 8,
      values: { systolic: 168, diastolic: 98, mean: 121, rate: 118 },
    });
    expect(basic?.groups.t1).toMatchObject({ status: 3, values: { celsius: 36.6 } });
    expect(basic?.groups.spo2.values).toEqual({ saturation: 97, pulseRate: 118, perfusion: 2.4, svo2: 'invalid' });
    expect(basic?.groups.co2.values).toEqual({ et: 5, fi: 0.1, rr: 14, ambientPressure: 760 });
    expect(basic?.groups.ecgExtra.values).toEqual({ rateEcg: 118, rateMax: 121, rateMin: 112 });
  });

  test('has nothing where nothing is', () => {
    const absent = absentGroups(BASIC);
    for (const name of ['p1', 'p4', 'p6', 't2', 'o2', 'flow', 'cardiacOutput', 'nmt', 'svo2'] as const) {
      expect(basic?.groups[name], name).toEqual(absent[name]);
    }
  });

  test('is written again byte for byte', () => {
    if (message.kind !== 'physiological') throw new Error(message.kind);
    expect(frame(encodeRecord(message.header, message))).toEqual(vectors.DISPLAYED_REPLY);
  });
});

test('an auxiliary answer has the time of the cuff', () => {
  const content: Content = {
    kind: 'physiological',
    classes: [],
    auxiliary: { nibpTime: 1_767_225_480, cardiacOutputTime: 0, wedgeTime: 0, bodySurface: 'invalid' },
  };
  const record = encodeRecord({ ...HEADER, number: 8 }, content);
  expect(record).toHaveLength(154);
  expect(record.subarray(40, 44)).toEqual(Uint8Array.of(0x88, 0xb8, 0x55, 0x69));
  expect(frame(record).at(-2)).toBe(0xeb);
  expect(decoded(record)).toMatchObject(content);
});

describe('layouts', () => {
  const areas = [
    ['basic', BASIC],
    ['ext1', EXT1],
    ['ext2', EXT2],
  ] as const;
  test.each(areas)(
    'keep their groups apart and inside the area: %s',
    (_name, layouts: Record<string, GroupLayout<string>>) => {
      const spans = Object.values(layouts).map(({ at, stepsPerUnit, hasHeader }) => {
        return { at, end: at + (hasHeader ? 6 : 0) + 2 * Object.keys(stepsPerUnit).length };
      });
      const sorted = spans.toSorted((a, b) => a.at - b.at);
      sorted.forEach(({ end }, i) => expect(end).toBeLessThanOrEqual(sorted[i + 1]?.at ?? 270));
    },
  );
});

describe('a value', () => {
  const withSaturation = (raw: number): FieldValue | undefined => {
    const record = encodeRecord(HEADER, {
      kind: 'physiological',
      classes: [{ kind: 'displayed', time: 0, marker: 0, name: 'basic', groups: absentGroups(BASIC) }],
    });
    view(record).setInt16(44 + 118 + 6, raw, true);
    const message = decoded(record);
    const [first] = message.kind === 'physiological' ? message.classes : [];
    return first?.name === 'basic' ? first.groups.spo2.values.saturation : undefined;
  };

  test.each(Object.entries(MISSING_CODES))('that is missing keeps its reason: %s', (name, code) => {
    expect(withSaturation(code)).toBe(name);
  });

  test('below -32000 is missing even without a name; -32000 itself is a value', () => {
    expect(withSaturation(-32001)).toBe('unknown-code');
    expect(withSaturation(-32768)).toBe('unknown-code');
    expect(withSaturation(-32000)).toBe(-320);
    expect(withSaturation(9665)).toBe(96.65);
  });
});

const anyValue = (steps: number): fc.Arbitrary<FieldValue> =>
  fc.oneof(
    fc.integer({ min: -32000, max: 32767 }).map((raw) => raw / steps),
    fc.constantFrom(...(Object.keys(MISSING_CODES) as (keyof typeof MISSING_CODES)[]), 'unknown-code' as const),
  );
const anyGroup = ({ stepsPerUnit, hasHeader }: GroupLayout<string>): fc.Arbitrary<Group> =>
  fc.record({
    status: hasHeader ? fc.integer({ min: 0, max: 0xffffffff }) : fc.constant(0),
    label: hasHeader ? fc.integer({ min: 0, max: 0xffff }) : fc.constant(0),
    values: fc.record(
      Object.fromEntries(Object.entries(stepsPerUnit).map(([field, steps]) => [field, anyValue(steps)])),
    ),
  });
const anyGroups = (layouts: Readonly<Record<string, GroupLayout<string>>>) =>
  fc.record(Object.fromEntries(Object.entries(layouts).map(([name, layout]) => [name, anyGroup(layout)])));
const anyHeader: fc.Arbitrary<RecordHeader> = fc.record({
  number: fc.integer({ min: 0, max: 255 }),
  level: fc.integer({ min: 0, max: 255 }),
  plugId: fc.integer({ min: 0, max: 0xffff }),
  time: fc.integer({ min: 0, max: 0xffffffff }),
});
const anyClass = fc
  .constantFrom(['basic', BASIC] as const, ['ext1', EXT1] as const, ['ext2', EXT2] as const, ['ext3', {}] as const)
  .chain(([name, layouts]) =>
    fc.record({
      name: fc.constant(name),
      kind: fc.constantFrom('displayed', 'trend10s', 'trend60s'),
      time: fc.integer({ min: 0, max: 0xffffffff }),
      marker: fc.integer({ min: 0, max: 255 }),
      ...(name === 'ext3' ? {} : { groups: anyGroups(layouts) }),
    }),
  );
const anyBlock = fc.record({
  type: fc.constantFrom(...Object.keys(WAVE_TYPES).map(Number)),
  status: fc.integer({ min: 0, max: 0xffff }),
  label: fc.integer({ min: 0, max: 0xffff }),
  samples: fc.int16Array({ maxLength: 90 }),
});
const anyBox = fc.record({
  text: fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 80 }),
  colour: fc.integer({ min: 0, max: 3 }),
  hasTextChanged: fc.boolean(),
  hasColourChanged: fc.boolean(),
});
const anyContent = fc.oneof(
  fc.record({ kind: fc.constant('physiological'), classes: fc.array(anyClass, { minLength: 1, maxLength: 5 }) }),
  fc.record({ kind: fc.constant('waveform'), blocks: fc.array(anyBlock, { minLength: 1, maxLength: 8 }) }),
  fc.record({
    kind: fc.constant('alarm'),
    status: fc.record({
      isSoundOn: fc.boolean(),
      silence: fc.integer({ min: 0, max: 7 }),
      boxes: fc.array(anyBox, { minLength: 5, maxLength: 5 }),
    }),
  }),
) as fc.Arbitrary<Content>;

test('any record comes back as it was said', () => {
  fc.assert(
    fc.property(anyHeader, anyContent, (header, content) => {
      expect(decoded(encodeRecord(header, content))).toMatchObject({ header, ...content, unread: [] });
    }),
  );
});

describe('a record with several subrecords', () => {
  const classes = (['basic', 'ext1', 'ext2'] as const).map((name) => ({ kind: 'displayed', time: 5, marker: 0, name }));
  const [basic, ext1, ext2] = [
    { ...classes[0], groups: absentGroups(BASIC) },
    { ...classes[1], groups: absentGroups(EXT1) },
    { ...classes[2], groups: absentGroups(EXT2) },
  ];

  test('tells its classes by their bits, in whatever order and number they come', () => {
    const content = { kind: 'physiological', classes: [ext2, basic, ext1] } as Content;
    const message = decoded(encodeRecord(HEADER, content));
    expect(message.kind === 'physiological' && message.classes.map(({ name }) => name)).toEqual([
      'ext2',
      'basic',
      'ext1',
    ]);
  });

  test('can hold classes and the auxiliary record', () => {
    const auxiliary = { nibpTime: 9, cardiacOutputTime: 0, wedgeTime: 0, bodySurface: 1.85 };
    const message = decoded(encodeRecord(HEADER, { kind: 'physiological', classes: [basic], auxiliary } as Content));
    expect(message).toMatchObject({ auxiliary, classes: [{ name: 'basic' }] });
    expect(frameKind(message)).toBe('physiological');
  });

  test('is read where it can be, and says what could not', () => {
    const record = encodeRecord(HEADER, { kind: 'physiological', classes: [basic, ext1, ext2] } as Content);
    record.fill(9, 16 + 3 + 2, 16 + 3 + 3);
    view(record).setInt16(16 + 6, 3000, true);
    expect(decoded(record)).toMatchObject({
      classes: [{ name: 'basic' }],
      unread: ['physiological subrecord 9', 'subrecord 1 lies outside of its record'],
    });
  });

  test('says that a class is not known', () => {
    const record = encodeRecord(HEADER, { kind: 'physiological', classes: [basic, ext1] } as Content);
    view(record).setUint16(40 + 276, 0x7a1, true);
    expect(decoded(record)).toMatchObject({ classes: [{ name: 'ext1' }], unread: ['displayed: class 7'] });
  });

  test('says that samples are missing, and that the 12-lead waveform is not read', () => {
    const blocks = [8, 32].map((type) => ({ type, status: 0, label: 0, samples: Int16Array.of(1, 2, 3) }));
    const record = encodeRecord(HEADER, { kind: 'waveform', blocks });
    view(record).setInt16(40 + 12, 4, true);
    expect(decoded(record)).toMatchObject({ blocks: [{ type: 8 }], unread: ['entropy eeg: 12 bytes where 14 belong'] });
    view(record).setInt16(40 + 12, -1, true);
    expect(decoded(record)).toMatchObject({ unread: ['entropy eeg: -1 samples'] });
    record.fill(22, 16 + 5, 16 + 6);
    expect(decoded(record)).toMatchObject({ unread: ['waveform 22'] });
  });
});

describe('a record of which nothing can be read', () => {
  const record = encodeRecord(HEADER, {
    kind: 'physiological',
    classes: [{ kind: 'displayed', time: 0, marker: 0, name: 'basic', groups: absentGroups(BASIC) }],
  });
  const changed = (at: number, value: number) => Uint8Array.from(record, (byte, i) => (i === at ? value : byte));

  test.each([
    ['its main type is not ours', changed(14, 5), 'unknown-code'],
    ['its subrecord type is not known', changed(18, 9), 'unknown-code'],
    ['its list is empty', changed(18, 0xff), 'malformed'],
    ['its list points outside', changed(17, 0x70), 'malformed'],
    ['its subrecord is cut off', record.subarray(0, 300), 'too-short'],
    ['it is shorter than a header', record.subarray(0, 39), 'too-short'],
  ])('says why: %s', (_name, bytes, why) => {
    expect(decode(bytes)).toMatchObject({ ok: false, why });
  });
});

test('decoding never throws, whatever the bytes', () => {
  const seeds = [...Object.values(vectors).map((bytes) => bytes.slice(1, -2))];
  const anyMutant = fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }))
    .map(([seed, changes]) => {
      const bytes = Uint8Array.from(seed);
      for (const [at, value] of changes) bytes.fill(value, at % bytes.length, (at % bytes.length) + 1);
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), anyMutant), (bytes) => {
      const result = decode(bytes);
      expect(result.ok ? geS5Dri.describe(result.message) : result.detail).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

test('two records have the same identity only when they are the same bytes', () => {
  const anyRecord = fc.tuple(anyHeader, anyContent).map(([header, content]) => encodeRecord(header, content));
  fc.assert(
    fc.property(anyRecord, fc.nat(), fc.integer({ min: 1, max: 255 }), (record, at, change) => {
      const other = Uint8Array.from(record);
      const index = 40 + (at % (record.length - 40));
      other.fill((other[index] ?? 0) ^ change, index, index + 1);
      const [one, again, two] = [record, Uint8Array.from(record), other].map(decode);
      expect(one?.ok && again?.ok && one.message.identity === again.message.identity).toBe(true);
      if (one?.ok && two?.ok) expect(two.message.identity).not.toBe(one.message.identity);
      expect(equalBytes(record, other)).toBe(false);
    }),
  );
});

describe('a line of traffic', () => {
  test.each([
    ['physiological', vectors.DISPLAYED_REPLY, 'DISPL HR 118 SpO2 97 RR 14 NIBP 168/98 (121)'],
    ['request', vectors.DISPLAYED_10S_ALL, 'REQUEST displayed every 10 s'],
    ['request', vectors.DISPLAYED_STOP, 'REQUEST displayed stop'],
    ['request', vectors.AUXILIARY_ONCE, 'REQUEST auxiliary once'],
    ['request', vectors.ECG1_PLETH_START, 'REQUEST waveforms start ecg1, pleth'],
    ['request', vectors.ALARM_FOLLOW, 'REQUEST alarm command 2'],
  ])('says what it is: %s', (kind, bytes, line) => {
    const message = decodeFrame(bytes);
    expect(frameKind(message)).toBe(kind);
    expect(geS5Dri.describe(message)).toBe(line);
  });

  const say = (content: Content) => decoded(encodeRecord(HEADER, content));

  test('tells waveforms, auxiliary records and alarms', () => {
    const samples = Int16Array.of(1, 2);
    const wave = say({ kind: 'waveform', blocks: [{ type: 1, status: 9, label: 0, samples }] });
    expect([frameKind(wave), geS5Dri.describe(wave)]).toEqual(['waveform', 'WAVE ecg1 ×2 gap lead off']);
    const auxiliary = { nibpTime: 1_767_225_480, cardiacOutputTime: 0, wedgeTime: 0, bodySurface: 'invalid' } as const;
    const aux = say({ kind: 'physiological', classes: [], auxiliary });
    expect([frameKind(aux), geS5Dri.describe(aux)]).toEqual(['aux', 'AUX NIBP at 2025-12-31T23:58:00.000Z']);
    const boxes = [{ text: 'Brady', colour: 3, hasTextChanged: true, hasColourChanged: true }];
    const alarm = say({ kind: 'alarm', status: { isSoundOn: true, silence: 0, boxes } });
    expect([frameKind(alarm), geS5Dri.describe(alarm)]).toEqual(['alarm', 'ALARM red "Brady"']);
  });
});
