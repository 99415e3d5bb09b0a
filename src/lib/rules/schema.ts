/**
 * A rule set of a site's own, read from JSON: refused with plain sentences, each naming the place, or taken as it is.
 *
 *   shape   zod: keys, kinds, numbers          rules[3].levels[0].when.limit: must be a number
 *   sense   faults.ts: limits, holds, names    rules[3] (S4), level 1: the limit 1000 mmHg of diastolic lies outside 10 to 250 mmHg
 */
import { z } from 'zod';
import {
  FACTS,
  METRICS,
  PHASES,
  fail,
  keysOf,
  ok,
  type Expression,
  type Result,
  type Rule,
  type RuleSet,
} from '$lib/domain/index.ts';
import { faultsOfRule, faultsOfSet } from './faults.ts';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, 'must be letters, digits and hyphens, at most 40');
const words = (most: number) =>
  z.string().trim().min(1, 'must not be empty').max(most, `must be at most ${most} letters`);
const seconds = z.number().min(0, 'must not be negative').max(3600, 'must be at most 3600 s');
const count = z.int('must be a whole number').min(1, 'must be at least 1').max(10, 'must be at most 10');
const metric = z.enum(keysOf(METRICS), { error: 'is no metric that this program knows' });
const phases = z.array(z.enum(PHASES, { error: 'is no phase' })).min(1, 'must name a phase');
const ruleNames = z.array(id).min(1, 'must name a rule');

const comparison = z.strictObject({
  metric,
  of: z
    .enum(['value', 'delta', 'percent', 'slope', 'projected', 'age'], { error: 'is no aspect of a metric' })
    .exactOptional(),
  is: z.enum(['>=', '>', '<=', '<'], { error: 'must be >=, >, <= or <' }),
  limit: z.number('must be a number'),
  hysteresis: z.number('must be a number').min(0, 'must not be negative').exactOptional(),
  overS: z.number().min(30, 'must be at least 30 s').max(300, 'must be at most 300 s').exactOptional(),
  inMin: z.number().min(1, 'must be at least 1 min').max(60, 'must be at most 60 min').exactOptional(),
  adjustable: z.tuple([z.number(), z.number()]).readonly().exactOptional(),
});

/** By the key that tells which kind of expression it is, so that a fault is told of that kind and not of all. */
const BY_KEY = {
  metric: comparison,
  all: z.strictObject({ all: z.lazy(() => z.array(expression).min(1, 'must not be empty')) }),
  any: z.strictObject({ any: z.lazy(() => z.array(expression).min(1, 'must not be empty')) }),
  not: z.strictObject({ not: z.lazy(() => expression) }),
  fact: z.strictObject({ fact: z.enum(keysOf(FACTS), { error: 'is no fact that this program knows' }) }),
  known: z.strictObject({ known: metric }),
  phase: z.strictObject({ phase: phases }),
  readingBetweenMin: z.strictObject({ readingBetweenMin: z.tuple([z.number(), z.number()]) }),
  unanswered: z.strictObject({ unanswered: ruleNames, priority: z.enum(['high', 'medium']) }),
  resumedDuring: z.strictObject({ resumedDuring: ruleNames }),
};

const expression: z.ZodType<Expression> = z.lazy(() =>
  z.custom<Expression>().superRefine((value: unknown, context) => {
    const kind = keysOf(BY_KEY).find((key) => typeof value === 'object' && value !== null && key in value);
    if (kind === undefined) {
      context.addIssue({ code: 'custom', message: 'is no condition that this program knows' });
      return;
    }
    for (const { message, path } of BY_KEY[kind].safeParse(value).error?.issues ?? []) {
      context.addIssue({ code: 'custom', message, path: [...path] });
    }
  }),
);

const timing = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('hold'), holdS: seconds, clearS: seconds.exactOptional() }),
    z.strictObject({
      type: z.literal('first'),
      continuousHoldS: seconds,
      isRepeatAdvised: z.literal(true).exactOptional(),
    }),
    z.strictObject({
      type: z.literal('confirm'),
      withinMin: z.number().min(1, 'must be at least 1 min').max(60, 'must be at most 60 min'),
      continuousHoldS: seconds,
    }),
    z.strictObject({ type: z.literal('readings'), crossing: count, of: count, continuousHoldS: seconds }),
  ],
  { error: 'must be hold, first, confirm or readings' },
);

const level = z.strictObject({
  when: expression,
  timing,
  urgency: z.union(
    [
      z.strictObject({
        severity: z.enum(['death-or-irreversible', 'reversible', 'discomfort']),
        onset: z.enum(['immediate', 'prompt', 'delayed']),
      }),
      z.literal(['notice', 'as-sent']),
    ],
    { error: 'must be notice, as-sent, or a severity with an onset' },
  ),
  headline: words(120),
});

const rule = z.strictObject({
  id,
  name: id,
  kind: z.enum(['physiological', 'technical', 'advisory']),
  phases,
  each: z.enum(['device', 'pump-alarm']).exactOptional(),
  group: z.strictObject({ name: id, rank: z.int().min(0).max(100) }).exactOptional(),
  metric: metric.exactOptional(),
  worse: z.enum(['higher', 'lower']).exactOptional(),
  levels: z.array(level).min(1, 'must have at least one level'),
  reminder: z
    .strictObject({
      worseBy: z.number().positive('must be above 0').exactOptional(),
      afterMin: z.number().min(1, 'must be at least 1 min').max(240, 'must be at most 240 min'),
    })
    .exactOptional(),
  isGate: z.literal(true).exactOptional(),
  why: words(500),
});

const minutes = z.number().min(1, 'must be at least 1 min').max(60, 'must be at most 60 min');

const ruleSet = z.strictObject({
  id,
  version: words(40),
  title: words(80),
  rules: z.array(rule).min(1, 'must have at least one rule').max(200, 'must be at most 200 rules'),
  nibpIntervalMin: z.strictObject({ infusion: minutes, observation: minutes }),
  discharge: z.strictObject({
    observedAtLeastMin: z.number().min(0).max(1440),
    pressureRiseAtMostPercent: z.number().min(0).max(100),
    systolicBelow: z.number().min(100).max(250),
    diastolicBelow: z.number().min(50).max(150),
    spo2AtLeast: z.number().min(80).max(100),
    moaasAtLeast: z.number().min(0).max(5),
    aldreteAtLeast: z.number().min(0).max(10),
  }),
  basis: z
    .strictObject({
      id,
      version: words(40),
      differences: z.array(
        z.strictObject({ rule: id, does: z.enum(['adds', 'leaves-out', 'changes']), reason: words(500) }),
      ),
    })
    .exactOptional(),
});

type Sentences = readonly string[];

/** A whole set. @returns the faults as sentences, each beginning with its place, or the set. */
export function parseRuleSet(json: unknown): Result<RuleSet, Sentences> {
  const parsed = ruleSet.safeParse(json);
  if (!parsed.success) return fail(sentences(parsed.error, json));
  const set: RuleSet = parsed.data;
  const faults = faultsOfSet(set);
  return faults.length > 0 ? fail(faults) : ok(set);
}

/** One rule. Which other rules it names is looked at with the whole set. */
export function parseRule(json: unknown): Result<Rule, Sentences> {
  const parsed = rule.safeParse(json);
  if (!parsed.success) return fail(sentences(parsed.error, json));
  const one: Rule = parsed.data;
  const faults = faultsOfRule(one);
  return faults.length > 0 ? fail(faults) : ok(one);
}

const sentences = ({ issues }: z.ZodError, json: unknown): Sentences =>
  issues.map(({ path, message, code }) => {
    const place = placeWords(path, json);
    return `${place === '' ? 'The rule set' : place}: ${code === 'custom' ? message : plain(message)}.`;
  });

/** Where the library speaks for itself. */
const plain = (message: string): string => message.replace(/^Invalid input: /, '').replace(/\.$/, '');

/** `rules[3] (S4).levels[0].when.limit`: a rule with its id, as far as it has one. */
function placeWords(path: readonly PropertyKey[], json: unknown): string {
  let at: unknown = json;
  let place = '';
  for (const key of path) {
    at = inside(at, key);
    if (typeof key !== 'number') {
      place += `${place === '' ? '' : '.'}${String(key)}`;
      continue;
    }
    const name = inside(at, 'id');
    place += `[${key}]${typeof name === 'string' ? ` (${name})` : ''}`;
  }
  return place;
}

const inside = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
