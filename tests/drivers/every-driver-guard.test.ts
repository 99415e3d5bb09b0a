/**
 * A random walk through the states of every driver: whatever comes, in whatever order and at whatever time, what it then wants to
 * send passes its guard. The bytes are those that its device says, whole, damaged, doubled and out of their order, and noise.
 */
import { describe, expect, test } from 'vitest';
import { toHex } from '$drivers/bytes.ts';
import type { AnyDriver, SessionInput } from '$drivers/driver.ts';
import { DRIVERS } from '$drivers/registry.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { simulatedDevice } from '$simulators/registry.ts';
import { SCENARIOS } from '$simulators/scenarios/index.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';
import { SimulatedStation } from '../support/simulated-station.ts';

/** Pairs of state and input. A pump's driver is tried ten times as hard. */
const STEPS = { pump: 100_000, monitor: 10_000 } as const;
const MOST_CHUNKS = 400;
const WALK = 500;

/** Numbers of a linear congruential generator. */
class Chance {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }
  below(count: number): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * count);
  }
  of<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)];
  }
}

/** What the simulated device says to the driver in an infusion, chunk by chunk. */
function saidBy(driver: AnyDriver): readonly Uint8Array[] {
  const surge = SCENARIOS.get('surge');
  const kind = simulatedDevice(driver.id);
  if (!surge || !kind) throw new Error(`nothing to listen to for ${driver.id}`);
  const device = kind.make(createBedside(surge, 3), { settings: { version: '3.36' } });
  const said: Uint8Array[] = [];
  const overheard: SimulatedDevice = {
    step: (input: DeviceInput) => {
      const chunks = device.step(input);
      said.push(...chunks.filter(({ length }) => length > 0));
      return chunks;
    },
  };
  new SimulatedStation(driver, overheard).runTo(90_000).switchOff();
  const every = Math.ceil(said.length / MOST_CHUNKS);
  return said.filter((_, i) => i < 40 || i % every === 0);
}

function spoiled(chunk: Uint8Array, chance: Chance): Uint8Array {
  switch (chance.below(6)) {
    case 0:
      return chunk.map((byte) => (chance.below(chunk.length) === 0 ? chance.below(256) : byte));
    case 1:
      return chunk.slice(0, chance.below(chunk.length));
    case 2:
      return Uint8Array.of(...chunk, ...chunk);
    case 3:
      return Uint8Array.from({ length: 1 + chance.below(20) }, () => chance.below(256));
    default:
      return chunk;
  }
}

interface Walked {
  readonly steps: number;
  readonly sent: number;
  readonly refused: readonly string[];
}

/** One device's life of some hundred inputs: how many there were, how many frames left, and which the guard stopped. */
function walk(driver: AnyDriver, said: readonly Uint8Array[], chance: Chance): Walked {
  const context = { device: deviceId('device-1'), settings: {} };
  const refused: string[] = [];
  let [state, rest, now, steps, sent] = [driver.start(context), new Uint8Array(0), 0, 0, 0];
  const give = (input: SessionInput<unknown>): void => {
    steps += 1;
    const [next, effects] = driver.step(state, input);
    state = next;
    for (const effect of effects) {
      if (effect.type !== 'send') continue;
      const frame = driver.encode(effect.query);
      sent += 1;
      if (!passGuard(driver.maySend, frame)) refused.push(toHex(frame));
    }
  };
  const hear = (chunk: Uint8Array): void => {
    const cut = driver.cut(rest, chunk);
    rest = new Uint8Array(cut.rest);
    const at = monotonicMs(now);
    for (const piece of cut.cuts) {
      if (piece.kind === 'noise') {
        give({ type: 'noise', now: at, why: piece.why, byteCount: piece.bytes.length });
        continue;
      }
      const decoded = driver.decode(piece.payload);
      give(
        decoded.ok
          ? { type: 'message', now: at, message: decoded.message }
          : { type: 'undecodable', now: at, why: decoded.why, payload: piece.payload },
      );
    }
  };
  give({ type: 'opened', now: monotonicMs(now) });
  // A stretch in the order in which the device says it, so that the deeper states are reached as well.
  for (const chunk of said.slice(0, chance.below(said.length))) {
    now += chance.below(300);
    hear(chunk);
    if (chance.below(3) === 0) give({ type: 'tick', now: monotonicMs(now) });
    if (steps >= WALK) break;
  }
  while (steps < 2 * WALK) {
    now += chance.below(10) === 0 ? chance.below(120_000) : chance.below(500);
    const chunk = chance.of(said);
    const what = chance.below(12);
    if (what === 0) give({ type: 'opened', now: monotonicMs(now) });
    else if (what === 1) give({ type: 'closing', now: monotonicMs(now) });
    else if (what < 6 || !chunk) give({ type: 'tick', now: monotonicMs(now) });
    else hear(spoiled(chunk, chance));
  }
  return { steps, sent, refused };
}

/** A recording is sent nothing. */
const LIVE = DRIVERS.filter(({ isReplay }) => !isReplay);

describe.each(LIVE)('$id', (driver) => {
  test(`sends nothing outside its allow-list in ${STEPS[driver.role]} states`, { timeout: 120_000 }, () => {
    const said = saidBy(driver);
    const chance = new Chance(7);
    let [steps, sent] = [0, 0];
    while (steps < STEPS[driver.role]) {
      const walked = walk(driver, said, chance);
      expect(walked.refused).toEqual([]);
      steps += walked.steps;
      sent += walked.sent;
    }
    if (driver.maySend.length > 0) expect(sent).toBeGreaterThan(50);
    else expect(sent).toBe(0);
  });
});
