/** A limit of one patient: until the session ends or for some minutes, and what comes back then. */
import { describe, expect, test } from 'vitest';
import type { BedOutput, Session } from '$lib/domain/index.ts';
import { TestBed } from '../support/bed.ts';

const set = (limit: number, forMin?: number) =>
  ({
    type: 'set-limit',
    rule: 'S1',
    limit,
    reason: 'as agreed',
    ...(forMin !== undefined && { forMin }),
  }) as const;
const treated = (): TestBed => new TestBed().admitted().command(1, { type: 'set-phase', phase: 'baseline' });
const limitsOf = ({ state }: TestBed) => state.session?.limits.map(({ rule, limit }) => [rule, limit]);
const expiries = ({ outputs }: TestBed): readonly number[] =>
  outputs.flatMap(({ at, body }) => (isExpiry(body) ? [at] : []));
const isExpiry = (body: BedOutput): body is Extract<BedOutput, { kind: 'session' }> & { session: Session } =>
  body.kind === 'session' && body.cause === 'limit-expired';
const refusalOf = ({ outputs }: TestBed): string | undefined => {
  const last = outputs.at(-1)?.body;
  return last?.kind === 'refused' ? last.refusal.message : undefined;
};

describe('a limit that was set for some minutes', () => {
  test('judges until then, ends by itself, and the rule’s own judges again', () => {
    const bed = treated().command(10, set(200, 5));
    bed.nibp(60, 190, 80);
    expect(bed.alarm('S1')).toBeUndefined();
    bed.to(309);
    expect([limitsOf(bed), expiries(bed)]).toEqual([[['S1', 200]], []]);
    bed.to(311);
    expect([limitsOf(bed), expiries(bed)]).toEqual([[], [310_000]]);
    expect(bed.alarm('S1')).toMatchObject({ state: 'active', limit: 180 });
  });

  test('gives back the limit that this patient had before', () => {
    const bed = treated().command(10, set(170)).command(20, set(200, 5)).command(60, set(210, 1)).to(120);
    expect(limitsOf(bed)).toEqual([['S1', 170]]);
    expect(bed.state.session?.limits[0]?.reason).toBe('as agreed');
  });

  test('is over when another one is set for the whole session', () => {
    const bed = treated().command(10, set(200, 5)).command(20, set(190)).to(600);
    expect([limitsOf(bed), expiries(bed)]).toEqual([[['S1', 190]], []]);
  });

  test.each([0, 481, Number.NaN])('is refused for %d minutes', (minutes) => {
    expect(refusalOf(treated().command(10, set(200, minutes)))).toBe(
      'A limit may be set for 1 to 480 minutes, or until the session ends.',
    );
  });

  test('is no limit of the next patient', () => {
    const bed = treated().command(10, set(200, 5)).command(20, { type: 'end-session' }).admitted(30).to(400);
    expect([limitsOf(bed), expiries(bed)]).toEqual([[], []]);
  });
});

describe('a limit that lets more pass', () => {
  test.each([
    ['S1', 181, true],
    ['S1', 179, undefined],
    ['O1', 90, true],
    ['O1', 94, undefined],
  ])('of %s, %d, is marked: %s', (rule, limit, isWidened) => {
    const bed = treated().command(10, { type: 'set-limit', rule, limit, reason: 'as agreed' });
    expect(bed.state.session?.limits[0]?.isWidened).toBe(isWidened);
  });
});
