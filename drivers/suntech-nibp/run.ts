/**
 * The measurements that the station starts itself, where the configuration gives leave.
 *
 *   off        no leave
 *   waiting    ── interval over, cuff resting, 30 s since the last measurement ──▶ start ──▶ running
 *   running    ── its result, or its refusal ──▶ waiting
 *              ── no inflation in 10 looks, or 120 s ──▶ aborting
 *   aborting   abort, up to 3 times ──▶ waiting
 *
 * A start is never repeated: when its answer is lost, the pressure shows whether the cuff inflates. The first start comes a
 * whole interval after the device was started, so that a station that starts over and over does not squeeze an arm each time.
 */
import { later, SECOND_MS, type MonotonicMs } from '$lib/domain/index.ts';
import { INFLATED_MMHG, type CuffMemory } from './cuff.ts';
import type { PatientKind } from './messages.ts';
import type { LeaveToStart } from './settings.ts';

const REST_MS = 30 * SECOND_MS;
const ABORT_AFTER_MS = 120 * SECOND_MS;
/** When the module should have said "complete": then the result is fetched anyway, once. */
const RESULT_AFTER_MS: Readonly<Record<PatientKind, number>> = {
  adult: 100 * SECOND_MS,
  paediatric: 100 * SECOND_MS,
  neonate: 85 * SECOND_MS,
};
const MAX_SLACK_LOOKS = 10;
const SLACK_MMHG = 5;
const MAX_ABORTS = 3;

export type Run =
  | { readonly at: 'off' }
  | { readonly at: 'waiting'; readonly dueAt: MonotonicMs | undefined }
  | {
      readonly at: 'running';
      readonly startedAt: MonotonicMs;
      readonly isInflated: boolean;
      /** Looks at a cuff without pressure. */
      readonly slackLooks: number;
      readonly isResultAsked: boolean;
    }
  | { readonly at: 'aborting'; readonly startedAt: MonotonicMs; readonly why: string; readonly aborts: number };

export type RunAct = 'nothing' | 'start' | 'fetch' | 'abort';

export const firstRun = (leave: LeaveToStart | undefined): Run =>
  leave ? { at: 'waiting', dueAt: undefined } : { at: 'off' };

/** What is to be done now, with the cuff as it is. Called when the module is free to answer. */
export function nextAct(
  run: Run,
  leave: LeaveToStart | undefined,
  cuff: CuffMemory,
  now: MonotonicMs,
): readonly [Run, RunAct] {
  if (!leave) return [run, 'nothing'];
  switch (run.at) {
    case 'off':
      return [run, 'nothing'];
    case 'waiting': {
      if (run.dueAt === undefined) return [{ at: 'waiting', dueAt: later(now, leave.everyMs) }, 'nothing'];
      const isRested = now - (cuff.endedAt ?? -Infinity) >= REST_MS;
      if (now < run.dueAt || cuff.pump !== 'resting' || cuff.due || !isRested) return [run, 'nothing'];
      return [{ at: 'running', startedAt: now, isInflated: false, slackLooks: 0, isResultAsked: false }, 'start'];
    }
    case 'running':
      return watch(run, leave, now);
    case 'aborting':
      return run.aborts < MAX_ABORTS
        ? [{ ...run, aborts: run.aborts + 1 }, 'abort']
        : [waitAfter(run, leave), 'nothing'];
  }
}

function watch(run: Extract<Run, { at: 'running' }>, leave: LeaveToStart, now: MonotonicMs): readonly [Run, RunAct] {
  const { startedAt, slackLooks, isInflated, isResultAsked } = run;
  const abort = (why: string): readonly [Run, RunAct] => [{ at: 'aborting', startedAt, why, aborts: 1 }, 'abort'];
  if (!isInflated && slackLooks >= MAX_SLACK_LOOKS) return abort('the cuff does not inflate');
  if (now - startedAt >= ABORT_AFTER_MS) return abort(`no end within ${ABORT_AFTER_MS / SECOND_MS} s`);
  const isResultDue = !isResultAsked && now - startedAt >= RESULT_AFTER_MS[leave.patient];
  return isResultDue ? [{ ...run, isResultAsked: true }, 'fetch'] : [run, 'nothing'];
}

/** A look at the cuff. */
export function onLook(run: Run, mmHg: number): Run {
  if (run.at !== 'running') return run;
  const isInflated = run.isInflated || mmHg >= INFLATED_MMHG;
  return { ...run, isInflated, slackLooks: run.slackLooks + (mmHg < SLACK_MMHG ? 1 : 0) };
}

/** The run has its result, was refused or is aborted. */
export const onEnd = (run: Run, leave: LeaveToStart | undefined): Run =>
  leave && (run.at === 'running' || run.at === 'aborting') ? waitAfter(run, leave) : run;

const waitAfter = ({ startedAt }: { readonly startedAt: MonotonicMs }, { everyMs }: LeaveToStart): Run => ({
  at: 'waiting',
  dueAt: later(startedAt, everyMs),
});
