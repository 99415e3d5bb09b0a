/** Every frame of the protocol note, plain and stuffed, as bytes into the whole driver: what it tells, and what it answers. */
import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import { stuff } from '$drivers/pump-bbraun-bcc/framing.ts';
import { pumpBbraunBcc } from '$drivers/pump-bbraun-bcc/index.ts';
import type { InfusionReading } from '$lib/domain/index.ts';
import { PollingBench } from '../../support/polling-bench.ts';
import { like } from './readings.ts';
import { vector } from './vectors.ts';

const bench = () => new PollingBench(pumpBbraunBcc);
type Bench = ReturnType<typeof bench>;

/** What was sent since an instant: questions by their kind. */
const sentBy = (talk: Bench, fromMs: number): readonly string[] =>
  talk.queries(fromMs).map((query) => (query.kind === 'request' ? query.request.kind : query.kind));

const readingsOf = ({ observations }: Bench): readonly InfusionReading[] =>
  observations.filter((seen) => seen.kind === 'infusion');

describe.each([
  ['plain', (bytes: Uint8Array) => bytes],
  ['stuffed', stuff],
] as const)('%s', (_, wireOf) => {
  const wire = (name: string): Uint8Array => wireOf(vector(name).bytes);

  /** Up to the first question for values. */
  function asked(): Bench {
    const talk = bench().open().waitUntil(300).receive(wire('granted'));
    talk.waitUntil(1000).receive(wire('version')).waitUntil(1750);
    expect(sentBy(talk, 0)).toEqual(['alive', 'ack', 'version', 'ack', 'all-pumps']);
    return talk;
  }
  /** Then these frames one after the other, each acknowledged before the next. */
  function hearing(...names: readonly string[]): Bench {
    const talk = asked();
    for (const name of names) talk.receive(wire(name)).waitUntil(talk.now + 250);
    return talk;
  }

  test('granted: the bed is known and addressed from then on', () => {
    const [, , version, , get] = asked().queries();
    expect(version).toMatchObject({ bed: 'KETA1', request: { kind: 'version' } });
    expect(get).toMatchObject({ bed: 'KETA1', request: { kind: 'all-pumps' } });
  });

  test('version, block 1 and block 2: two pumps, each block acknowledged, then a pause', () => {
    const talk = asked();
    talk.receive(wire('block-1')).waitUntil(2000).receive(wire('block-2')).waitUntil(2500);
    expect(sentBy(talk, 1751)).toEqual(['ack', 'ack']);
    expect(readingsOf(talk)).toMatchObject([
      { channel: '60012345', state: 'infusing', rateMlPerHour: 52.5, drugName: 'Ketamin 1mg/ml' },
      { channel: '68054321', state: 'alarm', alarms: [{ kind: 'airInLine' }], drugName: 'NaCl 0,9% 250ml' },
    ]);
    expect(talk.statuses.at(-1)).toMatchObject({ state: 'live', reason: 'Bed KETA1, BCC V3.30.' });
    expect(sentBy(talk.waitUntil(3000), 2501)).toEqual(['all-pumps']);
  });

  test('error 11: live, and no pump', () => {
    const talk = hearing('error-11');
    expect(talk.statuses.at(-1)).toMatchObject({ state: 'live', reason: like(/No pump in the rack/) });
  });

  test('error 39: this pump is gone', () => {
    const talk = hearing('block-1', 'block-2');
    talk.waitUntil(3000).receive(wireOf(later('error-39')));
    expect(readingsOf(talk).at(-1)).toMatchObject({ channel: '68054321', state: 'disconnected', alarms: [] });
  });

  test('error 41: nobody knows what this pump does', () => {
    const talk = hearing('block-1', 'block-2');
    talk.waitUntil(3000).receive(wireOf(later('error-41')));
    expect(readingsOf(talk).at(-1)).toMatchObject({ channel: '60012345', state: 'unknown', doubt: like(/error 41/) });
  });

  test('error 68: greeted again', () => {
    const talk = hearing('error-68');
    expect(sentBy(talk.waitUntil(3250), 1751)).toEqual(['ack', 'alive']);
    expect(talk.queries().at(-1)).toMatchObject({ bed: '1' });
  });

  test.each([
    ['error-811', /does not have the slot/],
    ['error-51', /put together wrongly/],
  ])('%s: said as it is', (name, words) => {
    expect(hearing(name).statuses.at(-1)).toMatchObject({ state: 'silent', reason: like(words) });
  });

  test.each([
    ['occlusion', { state: 'alarm', pressurePercent: 100, softwareVersion: '688N030004' }],
    ['bit-fields', { state: 'infusing', patientWeightKg: 70, alarms: [] }],
    ['glyph', { drugName: 'Ketam□' }],
    ['six-digit', { place: 'pillar 1 slot 12', rateMlPerHour: 5 }],
    ['stuffing', { drugName: 'EX dE eD' }],
  ])('%s', (name, reading) => {
    const talk = hearing(name);
    expect(readingsOf(talk)).toMatchObject([reading]);
    expect(sentBy(talk, 1751)).toEqual(['ack']);
  });

  test('GNACK with check 00245: NAK', () => {
    const wrong = fromLatin1(latin1(vector('granted').bytes).replace('00244', '00245'));
    const talk = bench().open().waitUntil(300).receive(wireOf(wrong)).waitUntil(500);
    expect(sentBy(talk, 0)).toEqual(['alive', 'nak']);
  });
});

/** The errors of the note are dated before its blocks; this one comes after them. */
function later(name: string): Uint8Array {
  const at = latin1(vector(name).bytes);
  // 414 and 441 have the same digits, and so the same sum.
  return fromLatin1(at.replace('414,', '441,'));
}
