/**
 * A slice of the night for every run of the tests: sessions that once failed, a few fixed ones, and one that nobody has seen.
 * What the whole simulation is: docs/decisions/0021-stations-are-simulated-through-the-night.md.
 */
import { createHash, getRandomValues } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { monotonicMs } from '$lib/domain/index.ts';
import { compareReplay, emptyBed } from '$lib/bedside/index.ts';
import type { Violation } from './checkers/checker.ts';
import { drawSession, type DrawOptions } from './draw.ts';
import { reproduction, runSession } from './run-session.ts';
import { BED, liveThrough } from './world/ward.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A session that once failed, and what it found. */
interface Golden extends DrawOptions {
  readonly seed: number;
  readonly session: number;
  readonly found: string;
}

const GOLDEN = new URL('golden/', import.meta.url);
const golden = readdirSync(GOLDEN, { encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .map((name): Golden => JSON.parse(readFileSync(new URL(name, GOLDEN), 'utf8')) as Golden);

async function found(seed: number, session: number, options: DrawOptions): Promise<string> {
  const { violations } = await runSession(drawSession(seed, session, options));
  const told = violations.map(({ checker, at, what }: Violation) => `${checker} at ${at}: ${what}`);
  return told.length === 0 ? '' : [reproduction(seed, session, options), ...told].join('\n');
}

test.each(golden)(
  'session $seed/$session, which once failed: $found',
  async ({ seed, session, found: _, ...options }) => {
    expect(await found(seed, session, options)).toBe('');
  },
);

describe('a session', () => {
  test.each([
    { session: 1, minutes: 30 },
    { session: 2, minutes: 40, damage: 0.05 },
    { session: 3, minutes: 30 },
  ])('of a fixed seed breaks nothing: %o', async ({ session, ...options }) => {
    expect(await found(20_260_105, session, options)).toBe('');
  });

  test('that nobody has seen breaks nothing', async () => {
    const [seed = 1] = getRandomValues(new Uint32Array(1));
    console.log(`the fresh session of this run: ${reproduction(seed, 0, { minutes: 30 })}`);
    expect(await found(seed, 0, { minutes: 30 })).toBe('');
  });

  test('is the same for the same seed, to the last entry, and replays itself', async () => {
    const draw = drawSession(20_260_105, 4, { minutes: 22, damage: 0.02 });
    const [one, again] = [await liveThrough(draw, draw.ruleSet), await liveThrough(draw, draw.ruleSet)];
    const hashOf = (journal: typeof one.journal): string =>
      createHash('sha256')
        .update(journal.map((entry) => JSON.stringify(entry)).join('\n'))
        .digest('hex');
    expect(one.journal.length).toBeGreaterThan(100);
    expect(hashOf(again.journal)).toBe(hashOf(one.journal));
    expect(compareReplay({ state: emptyBed(BED, monotonicMs(0)), seq: 0 }, one.journal)).toBeUndefined();
  });
});
