/**
 * The record is whole: numbers without a hole or a double, across kills of the core; folded again it says the same, byte for
 * byte; its chain of hashes holds; nothing in it is older than what stands before.
 */
import { isInput, monotonicMs, type JournalEntry } from '$lib/domain/index.ts';
import { BedFold, emptyBed } from '$lib/bedside/index.ts';
import { snapshotOf } from '$core/recovery.ts';
import { BED, type Course } from '../world/ward.ts';
import type { Violation } from './checker.ts';

const START = { state: emptyBed(BED, monotonicMs(0)), seq: 0 };

const violation = (checker: string, at: number, what: string): Violation => ({ checker, at, what });

export function checkNumbers({ journal }: Pick<Course, 'journal'>): readonly Violation[] {
  const violations: Violation[] = [];
  let at = 0;
  let changes = 0;
  const ids = new Set<string>();
  for (const [index, entry] of journal.entries()) {
    if (entry.seq !== index + 1)
      violations.push(violation('numbers', entry.at, `entry ${index + 1} is number ${entry.seq}`));
    if (entry.at < at)
      violations.push(violation('numbers', entry.at, `entry ${entry.seq} is older than the one before`));
    at = entry.at;
    if (entry.body.kind !== 'alarm') continue;
    changes += 1;
    const { number, change } = entry.body;
    if (number !== changes) violations.push(violation('numbers', at, `alarm change ${changes} is number ${number}`));
    const isFirst = change.cause === 'signalled' || change.cause === 'noticed';
    if (!ids.has(change.alarm.id) && !isFirst)
      violations.push(violation('numbers', at, `${change.alarm.id} is told of before it began`));
    ids.add(change.alarm.id);
  }
  return violations;
}

/** The inputs folded again give the outputs that stand in the journal, and the state that the last core wrote down. */
export function checkReplay({ journal, lastState }: Pick<Course, 'journal' | 'lastState'>): readonly Violation[] {
  const outputs: JournalEntry[] = [];
  let rulesSeq = 0;
  const fold = new BedFold(START, (entry) => {
    if (!isInput(entry.body)) outputs.push(entry);
  });
  for (const entry of journal) {
    if (isInput(entry.body)) {
      const extra = outputs.shift();
      if (extra) return [otherwise(undefined, extra)];
      const before = fold.state.ruleSet;
      fold.input(entry.at, entry.body);
      if (fold.state.ruleSet !== before) rulesSeq = entry.seq;
      continue;
    }
    if (outputs.length === 0) fold.advance(entry.at);
    const again = outputs.shift();
    if (again === undefined || JSON.stringify(again) !== JSON.stringify(entry)) return [otherwise(entry, again)];
  }
  fold.advance(monotonicMs(lastState.at));
  const [extra] = outputs;
  if (extra) return [otherwise(undefined, extra)];
  const again = JSON.stringify(snapshotOf({ state: fold.state, seq: fold.seq, rulesSeq }).state);
  if (again === lastState.json) return [];
  return [violation('replay', lastState.at, `the state is another one: ${firstDifference(again, lastState.json)}`)];
}

const otherwise = (recorded: JournalEntry | undefined, again: JournalEntry | undefined): Violation =>
  violation(
    'replay',
    recorded?.at ?? again?.at ?? 0,
    `folded again it says something else: ${text(recorded)} ≠ ${text(again)}`,
  );

const text = (entry: JournalEntry | undefined): string => JSON.stringify(entry)?.slice(0, 300) ?? 'nothing';

function firstDifference(a: string, b: string): string {
  const at = [...a].findIndex((character, i) => character !== b[i]);
  return `${a.slice(Math.max(0, at - 40), at + 60)} ≠ ${b.slice(Math.max(0, at - 40), at + 60)}`;
}

export function checkStore({
  verified,
  handed,
  journal,
}: Pick<Course, 'verified' | 'handed' | 'journal'>): readonly Violation[] {
  const bad = verified.beds.flatMap(({ firstBad }) =>
    firstBad ? [violation('store', 0, `${firstBad.table} ${firstBad.row}: ${firstBad.what}`)] : [],
  );
  const last = handed.at(-1)?.seq;
  const isShort = journal.at(-1)?.seq !== last;
  return isShort
    ? [...bad, violation('store', 0, `the record ends at ${journal.at(-1)?.seq ?? 0}, the core at ${last ?? 0}`)]
    : bad;
}
