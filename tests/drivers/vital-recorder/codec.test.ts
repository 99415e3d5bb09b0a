import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '$drivers/bytes.ts';
import { decode, encodeArrival, encodeFeed, MAX_TEXT_BYTES, tokenOf } from '$drivers/vital-recorder/codec.ts';
import { cut, KINDS } from '$drivers/vital-recorder/framing.ts';
import { EPOCH_S, feed, feedOf, number, payload, room, sent, through, VRCODE, wave } from './vectors.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const rooms = (...trks: readonly string[]): string => `{"rooms":[{"roomname":"OR1","trks":[${trks.join(',')}]}]}`;
const hr = (val: string): string =>
  `{"id":1,"name":"HR","type":"num","montype":2,"recs":[{"dt":${EPOCH_S},"val":${val}}]}`;
const pleth = (val: string, srate: string | number = 4): string =>
  `{"id":2,"name":"PLETH","type":"wav","montype":8,"srate":${srate},"recs":[{"dt":${EPOCH_S},"val":${val}}]}`;

describe('a message', () => {
  const text = JSON.stringify({
    ...{ ver: '1.9', vrcode: VRCODE },
    rooms: [
      {
        ...{ roomname: 'OR1', seqid: 7, dtstart: EPOCH_S, dtend: EPOCH_S + 1, dgmt: -32_400, ptcon: 1 },
        devs: [{ type: 'Solar8000', name: 'Solar8000', status: 'on', port: 'COM3' }],
        trks: [
          {
            id: 1,
            name: 'HR',
            type: 'num',
            montype: 2,
            unit: '/min',
            dname: 'Solar8000',
            recs: [{ dt: EPOCH_S + 0.5, val: 77 }],
          },
          {
            id: 'x',
            name: 'PLETH',
            type: 'wav',
            montype: 8,
            srate: 4,
            mindisp: 0,
            maxdisp: 100,
            recs: [{ dt: EPOCH_S, val: [1.5, 2, null, 4] }],
          },
          { id: 3, name: 'MODE', type: 'str', montype: 0, recs: [{ dt: EPOCH_S, val: 'VCV' }] },
        ],
        evts: [{ dt: EPOCH_S, val: 'Induction' }],
      },
    ],
  });
  const OR1 = {
    name: 'OR1',
    tracks: [
      {
        ...{ kind: 'number', id: '1', name: 'HR', device: 'Solar8000', montype: 2, unit: '/min' },
        records: [{ time: (EPOCH_S + 0.5) * 1000, value: 77 }],
      },
      {
        ...{ kind: 'wave', id: 'x', name: 'PLETH', device: '', montype: 8, unit: '', rateHz: 4, range: [0, 100] },
        records: [{ time: EPOCH_S * 1000, samples: Float64Array.of(1.5, 2, NaN, 4) }],
      },
      {
        kind: 'text',
        id: '3',
        name: 'MODE',
        device: '',
        montype: 0,
        unit: '',
        records: [{ time: EPOCH_S * 1000, text: 'VCV' }],
      },
    ],
    events: [{ time: EPOCH_S * 1000, text: 'Induction' }],
  };
  const whole = { kind: 'feed', vrcode: VRCODE, rooms: [OR1], unread: [], isRepaired: false };
  const zlib = new Uint8Array(deflateSync(text));

  test.each([
    ['zlib', payload(KINDS.socket, zlib)],
    ['zlib behind the 04 of Engine.IO 3', payload(KINDS.socket, concatBytes(Uint8Array.of(4), zlib))],
    ['JSON as it is', payload(KINDS.socket, utf8(text))],
    ['a POST of JSON', payload(KINDS.post, utf8(text))],
    ['a POST of URL-encoded JSON', payload(KINDS.post, utf8(encodeURIComponent(text)))],
    ['a POST of a form', payload(KINDS.post, utf8(`data=${encodeURIComponent(text).replaceAll('%20', '+')}&more=1`))],
    ['a POST of a form whose field begins as zlib does', payload(KINDS.post, utf8(`x=${encodeURIComponent(text)}`))],
  ])('is read from %s', (_, bytes) => {
    expect(feedOf(bytes)).toEqual(whole);
  });

  test('may have its rooms in a map by name', () => {
    const named = text.slice(text.indexOf('[') + 1, text.lastIndexOf(']'));
    const anonymous = named.replace('"roomname":"OR1",', '');
    expect(feedOf(sent(`{"rooms":{"OR1":${anonymous}}}`)).rooms).toEqual([OR1]);
    expect(feedOf(sent(`{"rooms":{"17":${named}}}`)).rooms).toEqual([OR1]);
  });

  test('comes back as it was written, samples to three decimals', () => {
    const { rooms: found } = through(
      feed(room('A', number('BT', 19, 'C', 36.64), wave('ECG_II', 1, 500, [0.0004, -1, 2]))),
    );
    expect(found[0]?.tracks).toMatchObject([
      { name: 'BT', records: [{ value: 36.64 }] },
      { name: 'ECG_II', records: [{ samples: Float64Array.of(0, -1, 2) }] },
    ]);
    expect(through(feed(room('A', wave('RESP', 0, 10, [1, NaN, 3]))), 'nan')).toMatchObject({
      isRepaired: true,
      rooms: [{ tracks: [{ records: [{ samples: Float64Array.of(1, NaN, 3) }] }] }],
    });
  });
});

describe('JSON that is none', () => {
  test.each(['nan', 'NaN', '-nan', '-nan(ind)', 'inf', '-inf', 'Infinity'])('has no number where %s stands', (word) => {
    const found = feedOf(sent(rooms(hr(word), pleth(`[1.5,${word},3.5]`))));
    expect(found).toMatchObject({
      isRepaired: true,
      unread: [],
      rooms: [
        { tracks: [{ records: [{ value: undefined }] }, { records: [{ samples: Float64Array.of(1.5, NaN, 3.5) }] }] },
      ],
    });
  });

  test('may have control characters in its names', () => {
    const found = feedOf(sent(rooms(hr('77').replace('"HR"', '"H\u0001R\n\t"'))));
    expect(found.rooms[0]?.tracks[0]).toMatchObject({ name: 'H\u0001R', records: [{ value: 77 }] });
  });

  test('is left as it is where it is legal: `nan` and `inf` in a name are letters', () => {
    const found = feedOf(sent(rooms(hr('nan').replace('"HR"', '"nan inf \\" -nan"'))));
    expect(found.rooms[0]?.tracks[0]?.name).toBe('nan inf " -nan');
  });

  test('is never repaired where decimal commas may be: integers stay integers, too many samples are none', () => {
    const integers = feedOf(sent(rooms(pleth('[1,2,3]'))));
    expect(integers).toMatchObject({
      isRepaired: false,
      rooms: [{ tracks: [{ records: [{ samples: Float64Array.of(1, 2, 3) }] }] }],
    });
    expect(decode(sent(rooms(hr('36,6'))))).toMatchObject({ ok: false, why: 'malformed' });
    const spanned = rooms(pleth('[1,5,2,5,3,5,4,5]')).replace(
      '"trks"',
      `"dtstart":${EPOCH_S},"dtend":${EPOCH_S + 1},"trks"`,
    );
    expect(feedOf(sent(spanned))).toMatchObject({
      unread: ['rooms[0].trks[0].recs[0]'],
      rooms: [{ tracks: [{ records: [] }] }],
    });
  });

  test('that no repair makes legal is not understood, and its secret is not shown', () => {
    const decoded = decode(sent(`{"vrcode":"${VRCODE}","rooms":[`));
    expect(decoded).toMatchObject({ ok: false, why: 'malformed' });
    expect(JSON.stringify(decoded)).not.toContain(VRCODE);
  });
});

describe('a part that is not what it should be', () => {
  test.each([
    [rooms(hr('"77"')), 'rooms[0].trks[0].recs[0]'],
    [rooms(hr('true')), 'rooms[0].trks[0].recs[0]'],
    [rooms(hr('77').replace(String(EPOCH_S), '-1')), 'rooms[0].trks[0].recs[0]'],
    [rooms(hr('77').replace(String(EPOCH_S), '1e300')), 'rooms[0].trks[0].recs[0]'],
    [rooms(hr('77').replace('"num"', '"sound"')), 'rooms[0].trks[0].type'],
    [rooms(hr('77').replace('"HR"', '5')), 'rooms[0].trks[0].name'],
    [rooms(hr('77').replace(/"recs":.*/, '"recs":5}')), 'rooms[0].trks[0].recs'],
    [rooms(pleth('[1]', 0)), 'rooms[0].trks[0].srate'],
    [rooms(pleth('[1]', 1e9)), 'rooms[0].trks[0].srate'],
    [rooms(pleth('[1,"2"]')), 'rooms[0].trks[0].recs[0]'],
    [rooms(pleth('5')), 'rooms[0].trks[0].recs[0]'],
    [rooms('null'), 'rooms[0].trks[0]'],
    ['{"rooms":[5]}', 'rooms[0]'],
    ['{"rooms":[{"trks":{}}]}', 'rooms[0].trks'],
    ['{"rooms":[{"evts":[{"dt":1}]}]}', 'rooms[0].evts[0]'],
  ])('of %s is left out and named', (text, place) => {
    expect(feedOf(sent(text)).unread).toEqual([place]);
  });

  test.each(['null', '[]', '5', '"rooms"', '{}', '{"rooms":null}', '{"rooms":5}'])('makes %s no message', (text) => {
    expect(decode(sent(text))).toMatchObject({ ok: false, why: 'malformed' });
  });

  test('named like a member of every object is a name like another', () => {
    const hostile = `{"__proto__":{"polluted":1},"rooms":{"__proto__":{"roomname":"__proto__","trks":[
      {"__proto__":{"name":"X"},"name":"__proto__","type":"num","montype":0,"unit":"constructor","recs":[{"dt":${EPOCH_S},"val":1}]},
      {"__proto__":{"name":"HR","type":"num"}}]}}}`;
    const found = feedOf(sent(hostile));
    expect(found.rooms).toMatchObject([{ name: '__proto__', tracks: [{ name: '__proto__', unit: 'constructor' }] }]);
    expect(found.unread).toEqual(['rooms[0].trks[1].name']);
    expect('polluted' in {}).toBe(false);
  });
});

describe('too much', () => {
  test('a zlib bomb costs the bound, not what it stands for', () => {
    const bomb = deflateSync(new Uint8Array(64 * 1_048_576));
    expect(bomb.length).toBeLessThan(100_000);
    expect(decode(payload(KINDS.socket, new Uint8Array(bomb)))).toEqual({
      ok: false,
      why: 'malformed',
      detail: `inflates to more than ${MAX_TEXT_BYTES} bytes`,
    });
  });

  test('nesting without end is no message, and no stack is exhausted', () => {
    const deep = '['.repeat(1_000_000);
    expect(decode(sent(deep))).toMatchObject({ ok: false, why: 'malformed' });
    const closed = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
    expect(decode(sent(`{"rooms":${closed}}`))).toMatchObject({ ok: true, message: { unread: ['rooms[0]'] } });
    expect(decode(sent(`{"rooms":[{"trks":${closed}}]}`))).toMatchObject({ ok: true });
  });

  test('rooms, tracks, records and complaints beyond their number are counted', () => {
    const many = (count: number, part: string): string => Array<string>(count).fill(part).join(',');
    expect(feedOf(sent(`{"rooms":[${many(70, '{}')}]}`))).toMatchObject({ unread: ['rooms: 6 of 70'] });
    expect(feedOf(sent(rooms(many(600, hr('1'))))).unread).toEqual(['rooms[0].trks: 88 of 600']);
    const found = feedOf(sent(rooms(many(500, '5'))));
    expect([found.unread.length, found.unread.at(-1)]).toEqual([33, '468 more']);
  });

  test('a text of the greatest length is read in good time', () => {
    const text = rooms(pleth(`[${Array<string>(500_000).fill('0.25').join(',')}]`, 10_000));
    expect(text.length).toBeGreaterThan(2_000_000);
    const startedAt = performance.now();
    feedOf(sent(text));
    decode(sent(`${text.slice(0, -4)}nan`));
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('quotes without end do not make the repair slow', () => {
    const startedAt = performance.now();
    expect(decode(sent(`{"rooms":"${'\\"'.repeat(1_000_000)}`)).ok).toBe(false);
    expect(decode(sent(`nan ${'"nan" -'.repeat(400_000)}`)).ok).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

describe('damage', () => {
  test('a million random and mutated bytes of messages throw nothing', () => {
    const good = encodeFeed(feed(room('OR1', number('HR', 2, '', 77), wave('PLETH', 8, 125, [1, 2, 3]))));
    const text = utf8(rooms(hr('77'), pleth('[1,2]')));
    const anyPart = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.tuple(fc.constantFrom(good, text), fc.nat(), fc.nat(255), fc.nat()).map(([bytes, at, byte, end]) => {
        const damaged = bytes.map((one, i) => (i === at % bytes.length ? byte : one));
        return end % 4 === 0 ? damaged.subarray(0, end % bytes.length) : damaged;
      }),
    );
    let fed = 0;
    for (const part of fc.sample(anyPart, { numRuns: 5000, seed: 20_260_102 })) {
      for (const kind of [1, 2, 3, 9]) {
        expect(decode(payload(kind, part)).ok).toBeTypeOf('boolean');
        fed += part.length;
      }
    }
    expect(fed).toBeGreaterThan(1_000_000);
  });

  test('any JSON at all is read or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const trks = [{ name: 'X', type: 'num', recs: [one, { dt: 1, val: other }] }, one, other];
        for (const text of [one, { rooms: one }, { rooms: [one, { trks: one, evts: other }, { trks }] }])
          expect(decode(sent(JSON.stringify(text))).ok).toBeTypeOf('boolean');
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['nothing', payload(KINDS.socket, new Uint8Array(0)), 'too-short'],
    ['a kind that is none', payload(9, utf8('{}')), 'unknown-code'],
    ['gzip instead of zlib', payload(KINDS.socket, new Uint8Array(gzipSync('{}'))), 'malformed'],
    ['zlib cut short', sent('{"rooms":[]}').slice(0, -5), 'malformed'],
    ['half an escape in a URL', payload(KINDS.post, utf8('data=%7B%2')), 'malformed'],
  ])('%s is refused with a reason', (_, bytes, why) => {
    expect(decode(bytes)).toMatchObject({ ok: false, why });
  });
});

describe('the word of the listener', () => {
  test.each([
    { kind: 'came', sender: '10.1.2.3', connection: 1 },
    { kind: 'gone', sender: 'fe80::1', connection: 2 },
    { kind: 'refused', sender: '10.1.2.3', why: 'token', count: 3 },
  ] as const)('comes back as it was said, but for the connection: $kind', (arrival) => {
    const said = 'connection' in arrival ? { kind: arrival.kind, sender: arrival.sender } : arrival;
    const [frame] = cut(new Uint8Array(0), encodeArrival(arrival)).cuts;
    expect(frame?.kind === 'frame' && decode(frame.payload)).toEqual({ ok: true, message: said });
  });

  test.each([
    '5',
    'null',
    '{"kind":"came"}',
    '{"kind":"refused","sender":"x","why":"toString","count":1}',
    '{"kind":"x","sender":"y"}',
  ])('is not %s', (text) => expect(decode(payload(KINDS.notice, utf8(text))).ok).toBe(false));
});

test('the secret of a message is its vrcode, also where the JSON needs repair; none is none', () => {
  const message = (text: string) => ({ via: 'socket', bytes: new Uint8Array(deflateSync(text)) }) as const;
  expect(tokenOf(message(`{"vrcode":"${VRCODE}","rooms":[{"trks":[${hr('nan')}]}]}`))).toBe(VRCODE);
  expect(tokenOf(message('{"rooms":[]}'))).toBeUndefined();
  expect(tokenOf(message('{"vrcode":5,"rooms":[]}'))).toBeUndefined();
  expect(tokenOf(message('no JSON'))).toBeUndefined();
  expect(tokenOf({ via: 'post', bytes: utf8(encodeURIComponent(`{"vrcode":"a","rooms":[]}`)) })).toBe('a');
});
