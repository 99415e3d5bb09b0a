import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { encode } from '$drivers/pump-newera-ne1000/codec.ts';
import { seal } from '$drivers/pump-newera-ne1000/framing.ts';
import { pumpNeweraNe1000 } from '$drivers/pump-newera-ne1000/index.ts';
import { WORDS, type Mode } from '$drivers/pump-newera-ne1000/messages.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { runMad } from '../../support/mad-driver.ts';
import { BENCH_DEVICE } from '../../support/polling-bench.ts';
import { SAFE_TEXTS } from './vectors.ts';

const maySend = (frame: Uint8Array, settings = {}): boolean =>
  passGuard(pumpNeweraNe1000.maySend, frame, settings) !== undefined;
const framesOf = (text: string): readonly Uint8Array[] => [fromLatin1(`${text}\r`), seal('safe', text)];
const MODES: readonly Mode[] = ['basic', 'safe'];
const QUESTIONS = MODES.flatMap((mode) => WORDS.map((word) => encode({ word, address: 0, mode })));
const ALLOWED = new Set(QUESTIONS.map(toHex));

/** What the note forbids by name, and what it only hints at. */
const FORBIDDEN = [
  ...[
    'RUN',
    'RUN1',
    'STP',
    'PUR',
    'CLD',
    'CLDINF',
    'CLDWDR',
    'SAF',
    'SAF0',
    'SAF1',
    'SAF255',
    'ADR',
    'ADR5',
    'ADR0B10',
  ],
  ...[
    'RAT5',
    'RAT52.50MH',
    'RATC5',
    'VOL5',
    'VOL35.00',
    'VOLML',
    'DIA26.59',
    'DIS0',
    'DIR',
    'DIRINF',
    'DIRWDR',
    'VER1',
  ],
  ...[
    'PHN',
    'PHN1',
    'FUNRAT',
    'FUNSTP',
    'LOC1',
    'BUZ1',
    'TRGST',
    '*RESET',
    '*ADR',
    '*RUN',
    'NET',
    'RAT DIS',
    'RAT0VER',
  ],
];

describe('what may be sent', () => {
  test.each(QUESTIONS.map((frame) => [toHex(frame), frame]))('%s', (_hex, frame) => {
    expect(maySend(frame)).toBe(true);
  });

  test('of the vectors of the note the questions, and neither the bare status nor what leaves the safe mode', () => {
    const passed = SAFE_TEXTS.filter(([, wire]) => maySend(wire)).map(([text]) => text);
    expect(passed).toEqual(['0RAT', '0DIS', '0VER']);
    expect(maySend(fromHex('30 44 49 53 0D'))).toBe(true);
    for (const text of ['0', '00', '']) expect(maySend(fromLatin1(`${text}\r`))).toBe(false);
  });

  test.each(FORBIDDEN)('not %s, in neither mode, with an address or without', (command) => {
    for (const text of [command, `0${command}`, `00${command}`, `0 ${command}`, `7${command}`]) {
      for (const frame of framesOf(text)) {
        expect(maySend(frame)).toBe(false);
        expect(maySend(frame, { address: 7, control: true })).toBe(false);
        expect(maySend(concatBytes(fromLatin1('0DIS\r'), frame))).toBe(false);
      }
    }
  });

  test('of all words of three letters only ours', () => {
    const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(0x41 + i));
    const words = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => `${a}${b}${c}`)));
    expect(words.filter((word) => maySend(fromLatin1(`0${word}\r`))).sort()).toEqual([...WORDS].sort());
    expect(words.filter((word) => maySend(seal('safe', `0${word}`))).sort()).toEqual([...WORDS].sort());
  });

  test('only to the configured address', () => {
    for (let address = 0; address < 100; address += 1) {
      for (const mode of MODES) {
        const frame = encode({ word: 'RAT', address, mode });
        expect(maySend(frame)).toBe(address === 0);
        expect(maySend(frame, { address })).toBe(true);
        expect(maySend(frame, { address: (address + 1) % 100 })).toBe(false);
      }
    }
  });

  test.each([-1, 100, 1.5, NaN, '0', null, {}])('nothing at all with the address %s', (address) => {
    for (const frame of QUESTIONS) expect(maySend(frame, { address })).toBe(false);
    expect(() => pumpNeweraNe1000.start({ device: BENCH_DEVICE, settings: { address } })).toThrow(/address must be/);
  });

  test('nothing with an argument, whatever it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...WORDS), fc.stringMatching(/^[ -~]{1,20}$/), (word, argument) => {
        for (const frame of framesOf(`0${word}${argument}`)) expect(maySend(frame)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('nothing one byte away from a question, and no part of one', () => {
    for (const frame of QUESTIONS) {
      for (let at = 0; at < frame.length; at += 1) {
        expect(maySend(frame.filter((_, i) => i !== at))).toBe(false);
        for (let bits = 1; bits < 256; bits += 1) {
          const changed = frame.map((byte, i) => (i === at ? byte ^ bits : byte));
          expect(maySend(changed), latin1(changed)).toBe(ALLOWED.has(toHex(changed)));
        }
      }
      for (const more of [fromLatin1('\r'), fromLatin1('5'), frame]) {
        expect(maySend(concatBytes(frame, more))).toBe(false);
        expect(maySend(concatBytes(more, frame))).toBe(false);
      }
    }
  });
});

test('a driver gone mad gets the questions onto the wire and nothing else', () => {
  const anyFrame = fc.oneof(
    fc.constantFrom(...QUESTIONS),
    fc.constantFrom(...FORBIDDEN).chain((command) => fc.constantFrom(...framesOf(`0${command}`))),
    fc.uint8Array({ minLength: 1, maxLength: 24 }),
  );
  fc.assert(
    fc.property(anyFrame, fc.dictionary(fc.stringMatching(/^[b-z]+$/), fc.jsonValue()), (frame, settings) => {
      const isAllowed = ALLOWED.has(toHex(frame));
      const { heard, refused, isFault } = runMad(sealDriver(pumpNeweraNe1000), frame, settings);
      expect(heard).toEqual(isAllowed ? [toHex(frame)] : []);
      expect(refused).toEqual(isAllowed ? [] : [toHex(frame)]);
      expect(isFault).toBe(!isAllowed);
    }),
    { numRuns: 200 },
  );
});

/**
 * A pump in basic mode collects whatever comes until a CR: a question whose CR was lost, and safe packets, which for it are text
 * with the CRC as an argument. Whether it looks at seven bits or at eight, and what it leaves out, nobody has documented.
 */
describe('what a pump in basic mode makes of several of our questions together', () => {
  const SETS = /^\d*(?:RAT|VOL|DIA|DIS|DIR|PHN|SAF|ADR|RUN|STP|PUR|CLD)[\d.]+(?:[UM][LMH])?$/;
  const CR = 0x0d;

  /** Commands that would be carried out: the bytes with their eighth bit, without it, and without the bytes that have it. */
  function commandsIn(bytes: readonly number[]): readonly string[] {
    const views = [bytes, bytes.map((byte) => byte & 0x7f), bytes.filter((byte) => byte < 0x80)];
    return views.flatMap((view) =>
      latin1(Uint8Array.from(view.filter((byte) => byte === CR || (byte > 0x20 && byte !== 0x7f))))
        .split('\r')
        .slice(0, -1),
    );
  }

  const forms = (address: number): readonly (readonly number[])[] =>
    WORDS.flatMap((word) => {
      const basic = [...encode({ word, address, mode: 'basic' })];
      return [basic, basic.slice(0, -1), [...encode({ word, address, mode: 'safe' })]];
    });

  test('is never a command that sets, at any address', () => {
    const set = Array.from({ length: 100 }, (_, address) => address).flatMap((address) => {
      const all = forms(address);
      const ends = all.filter((frame) => frame.at(-1) === CR);
      return all.flatMap((first) =>
        all.flatMap((second) =>
          ends.flatMap((last) => commandsIn([...first, ...second, ...last]).filter((text) => SETS.test(text))),
        ),
      );
    });
    expect(set).toEqual([]);
  });

  test('would be one with the bare status question, which therefore is not asked', () => {
    expect(commandsIn([...fromLatin1('0RAT'), ...fromLatin1('0\r')]).some((text) => SETS.test(text))).toBe(true);
    expect(commandsIn([...encode({ word: 'RAT', address: 2, mode: 'safe' }), ...fromLatin1('2\r')])).toContain('2RAT2');
  });
});
