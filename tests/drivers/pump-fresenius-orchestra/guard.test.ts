import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, toHex } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { QUESTION_TEXTS } from '$drivers/pump-fresenius-orchestra/codec.ts';
import { wrapFrame } from '$drivers/pump-fresenius-orchestra/framing.ts';
import { pumpFreseniusOrchestra } from '$drivers/pump-fresenius-orchestra/index.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { runMad } from '../../support/mad-driver.ts';
import { RECEIVED, SENT, SENT_BY_OTHERS } from './vectors.ts';

type Settings = Readonly<Record<string, unknown>>;
const ALONE: Settings = { pump: 'stand-alone' };

const passes = (frame: Uint8Array, settings: Settings = {}): boolean =>
  passGuard(pumpFreseniusOrchestra.maySend, frame, settings) !== undefined;
const passesText = (text: string, settings?: Settings): boolean => passes(wrapFrame(text), settings);

/** The note's commands that change delivery or the pump, with an argument as they need one. */
export const FORBIDDEN = [
  ...['MO;1', 'MO;2', 'MO', 'PR;020D', 'PO', 'PB;0010;0100', 'PF', 'PV;0100', 'RV', 'PP;05', 'PS;1', 'EP;01', 'AP'],
  ...['EN;a', 'RZ', 'OF', 'SI'],
];
const OF_PUMPS = ['DC', 'FC', 'LF;b', 'LP', 'LE;adr', 'DE;adrm', 'AE', 'E', 'M'];
const OF_BASE = ['DC', 'FC', 'LF;b', 'LE;b'];

describe('the send guard', () => {
  test.each(SENT)('lets $text of the note pass', ({ hex }) => {
    expect(passes(fromHex(hex))).toBe(true);
  });

  test('lets every question of this driver pass to whom it is for, and to nobody else', () => {
    const texts = [...new Set([...Object.values(QUESTION_TEXTS), ...OF_PUMPS])];
    for (const address of ['', ...Array.from('0123456789')]) {
      const allowed = address === '' ? [] : address === '0' ? OF_BASE : address < '6' ? OF_PUMPS : [];
      expect([address, texts.filter((text) => passesText(address + text))]).toEqual([
        address,
        texts.filter((text) => allowed.includes(text)),
      ]);
      const alone = address === '' ? OF_PUMPS : [];
      expect([address, texts.filter((text) => passesText(address + text, ALONE))]).toEqual([
        address,
        texts.filter((text) => alone.includes(text)),
      ]);
    }
  });

  test.each([
    ...FORBIDDEN,
    'LN',
    'LM',
    'DM;a',
    'AM',
    'LE;b',
    'LE;adrm',
    'LE',
    'DE;dr',
    'DE',
    'LF',
    'LF;c',
    'LP;1',
    'DC;1',
  ])('stops `%s` for every address, whatever the settings are', (text) => {
    for (const address of ['', ...Array.from('123456789')]) {
      for (const settings of [{}, ALONE, { pump: 'base' }, { MO: true }]) {
        expect([address, passesText(address + text, settings)]).toEqual([address, false]);
      }
    }
    if (text !== 'LE;b') expect(passesText(`0${text}`)).toBe(false);
  });

  test.each(FORBIDDEN)('a mad driver does not get `%s` out', (text) => {
    const frame = wrapFrame(`1${text}`);
    expect(runMad(sealDriver(pumpFreseniusOrchestra), frame, {})).toEqual({
      heard: [],
      refused: [toHex(frame)],
      isFault: true,
    });
  });

  test('nobody opens it from within: the configuration counts, not what a driver makes of it', () => {
    const frame = wrapFrame('DC');
    const tamper = ({ settings }: { readonly settings: Settings }): void =>
      void Object.assign(settings, { pump: 'stand-alone' });
    expect(runMad(sealDriver(pumpFreseniusOrchestra), frame, {}, tamper).heard).toEqual([]);
    expect(runMad(sealDriver(pumpFreseniusOrchestra), frame, ALONE).heard).toEqual([toHex(frame)]);
  });

  test.each([...RECEIVED, ...SENT_BY_OTHERS])('stops $text', ({ hex }) => {
    expect(passes(fromHex(hex))).toBe(false);
  });

  test('lets ACK, DC4 and NAK 2 pass, and no other one or two bytes', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte);
    expect(bytes.filter((byte) => passes(Uint8Array.of(byte)))).toEqual([0x06, 0x14]);
    const pairs = bytes.flatMap((first) => bytes.map((second) => Uint8Array.of(first, second)));
    expect(pairs.filter((pair) => passes(pair)).map(toHex)).toEqual(['15 32']);
  });

  test('stops a frame with a wrong sum, in lower case, doubled, or with anything around it', () => {
    const frame = wrapFrame('1LE;adr');
    const wrong = frame.map((byte, i) => (i === frame.length - 2 ? byte ^ 1 : byte));
    const lower = fromLatin1('\u0002' + '0LE;b' + 'a1' + '\u0003');
    const ack = Uint8Array.of(0x06);
    for (const bytes of [wrong, lower, concatBytes(frame, frame), concatBytes(ack, frame), concatBytes(frame, ack)]) {
      expect(passes(bytes)).toBe(false);
    }
  });

  test('stops every neighbour one byte away', () => {
    for (const text of [...OF_BASE.map((one) => `0${one}`), ...OF_PUMPS.map((one) => `1${one}`)]) {
      const frame = wrapFrame(text);
      for (const [at, byte] of frame.entries()) {
        for (let other = 0; other < 256; other += 1) {
          if (other !== byte) expect(passes(frame.with(at, other))).toBe(false);
        }
      }
    }
  });

  test('with a right sum under it, any other text of any length is stopped', () => {
    const allowed = new Set([
      ...OF_BASE.map((text) => `0${text}`),
      ...OF_PUMPS.flatMap((text) => ['1', '2', '3', '4', '5'].map((address) => address + text)),
    ]);
    const near = fc
      .tuple(fc.constantFrom(...allowed), fc.nat(), fc.stringMatching(/^[ -}]{0,2}$/))
      .map(([text, at, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1));
    fc.assert(
      fc.property(fc.oneof(near, fc.stringMatching(/^[ -}]{1,40}$/)), (text) => {
        if (text !== '') expect([text, passesText(text)]).toEqual([text, allowed.has(text)]);
      }),
      { numRuns: 5000 },
    );
  });
});
