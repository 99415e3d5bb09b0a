import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latin1 } from '$drivers/bytes.ts';
import type { DriverEvent } from '$drivers/driver-event.ts';
import { sealDriver, type SessionEffect } from '$drivers/driver.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { ToyStation } from '../support/toy-station.ts';
import { toyDriver, toyLine, type ToyMessage, type ToyState } from '../support/toy-driver.ts';

const EFFECTS = 100_000;
const ALLOWED = ['rate?', 'bye'].map((query) => latin1(toyLine(query)));

/** Whatever a driver gone mad may want to put on the wire: harmless frames, harmless frames damaged, orders, anything. */
const frames = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(toyLine('rate?'), toyLine('bye')) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('rate?', 'bye'), fc.nat(12), fc.integer({ min: 1, max: 255 }))
      .map(([query, at, bits]) =>
        toyLine(query).map((byte, index, all) => (index === at % all.length ? byte ^ bits : byte)),
      ),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Z ]{1,12}$/).map(toyLine) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 24 }) },
);

const effects: fc.Arbitrary<SessionEffect<Uint8Array>> = fc.oneof(
  { weight: 8, arbitrary: frames.map((query) => ({ type: 'send', query }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'status', state: 'live' } as const) },
  { weight: 1, arbitrary: fc.nat(500).map((afterMs) => ({ type: 'wake', afterMs }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'reopen', why: 'mad' } as const) },
);

test(`of ${EFFECTS} random session effects nothing leaves that is not allowed, and all that is allowed leaves`, () => {
  const all = fc.sample(effects, { numRuns: EFFECTS, seed: 20_260_101 });
  let done = 0;
  /** The next effects, up to the first that ends the link: so each of them is carried out. */
  const take = () => {
    const batch = all.slice(done, done + 50);
    const end = batch.findIndex(endsLink);
    const taken = end < 0 ? batch : batch.slice(0, end + 1);
    done += taken.length;
    return taken;
  };
  const mad = sealDriver<ToyMessage, Uint8Array, ToyState>({
    ...toyDriver,
    encode: (query) => query,
    step: (state, input) => [state, input.type === 'closing' ? [] : take()],
  });
  const heard: string[] = [];
  let refusals = 0;
  while (done < EFFECTS) {
    const station = new ToyStation(mad, undefined, { backoffMs: [1] });
    for (let ms = 250; done < EFFECTS && !station.events.some(isRefusal); ms += 250) station.until(ms);
    station.switchOff();
    refusals += station.events.filter(isRefusal).length;
    heard.push(...station.heard);
  }
  const wanted = all.filter((effect) => effect.type === 'send' && isAllowed(effect.query));
  expect(heard.filter((frame) => !ALLOWED.includes(frame))).toEqual([]);
  expect(heard).toHaveLength(wanted.length);
  expect(refusals).toBe(all.filter((effect) => effect.type === 'send' && !isAllowed(effect.query)).length);
  expect(refusals).toBeGreaterThan(10_000);
}, 60_000);

test('the guard gives out a copy of the whole frame, or nothing', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const passed = passGuard(toyDriver.maySend, frame);
      expect(passed).toEqual(isAllowed(frame) ? frame : undefined);
      expect(passed).not.toBe(frame);
    }),
  );
});

test('who is told what was sent cannot change it on its way', () => {
  const station = new ToyStation();
  station.onEvent = (event) => {
    if (event.kind === 'bytes' && event.direction === 'out') event.bytes.fill(0);
  };
  station.say('ASK');
  expect(station.heard).toEqual([latin1(toyLine('rate?')), latin1(toyLine('rate?'))]);
});

test('an empty frame never passes', () => {
  expect(passGuard([{ name: 'anything', matches: () => true }], new Uint8Array(0))).toBeUndefined();
});

const isRefusal = (event: DriverEvent): boolean => event.kind === 'refused';
const isAllowed = (frame: Uint8Array): boolean => ALLOWED.includes(latin1(frame));
const endsLink = (effect: SessionEffect<Uint8Array>): boolean =>
  effect.type === 'reopen' || (effect.type === 'send' && !isAllowed(effect.query));
