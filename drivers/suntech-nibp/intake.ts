/**
 * What replies say about the cuff, together with what they mean for a measurement of our own: the one is told, the other
 * decides what is sent next.
 */
import type { CuffStatus, DeviceId, MonotonicMs, NibpMeasurement } from '$lib/domain/index.ts';
import {
  expectResult,
  onArrival,
  onComplete,
  onData,
  onPressure,
  postponeData,
  show,
  type CuffMemory,
  type CuffStep,
} from './cuff.ts';
import type { Data, Query, Reply, Signal } from './messages.ts';
import { nextAct, onEnd, onLook, type Run, type RunAct } from './run.ts';
import type { LeaveToStart } from './settings.ts';

export interface Intake {
  readonly source: DeviceId;
  readonly leave: LeaveToStart | undefined;
  readonly cuff: CuffMemory;
  readonly run: Run;
  /** When the module last said something. */
  readonly heardAt: MonotonicMs | undefined;
}

type Told = readonly (NibpMeasurement | CuffStatus)[];
type Taken = readonly [Intake, Told];

/** The module is there, for the first time or again. */
export const arrive = (intake: Intake, now: MonotonicMs): Intake => ({
  ...intake,
  cuff: onArrival(intake.cuff, intake.heardAt, now),
});

/** The numbers were asked for and did not come. */
export const withoutData = (intake: Intake, now: MonotonicMs): Intake => ({
  ...intake,
  cuff: postponeData(intake.cuff, now),
});

/** `asked`: what the module was asked last and has not answered yet. */
export function take(before: Intake, reply: Reply, asked: Query['kind'] | undefined, now: MonotonicMs): Taken {
  const intake: Intake = { ...before, heardAt: now };
  switch (reply.kind) {
    case 'pressure':
      return takePressure(intake, reply.mmHg, now);
    case 'data':
      return takeData(intake, reply, now);
    case 'signal':
      return takeSignal(intake, reply.signal, asked, now);
  }
}

/** What is to be done about our own measurements now, when the module is free to answer. */
export function prepareAct(intake: Intake, now: MonotonicMs): readonly [Intake, RunAct, Told] {
  const [run, act] = nextAct(intake.run, intake.leave, intake.cuff, now);
  const next: Intake = { ...intake, run };
  if (act === 'fetch') return [{ ...next, cuff: expectResult(next.cuff, now) }, act, []];
  if (act !== 'abort' || run.at !== 'aborting') return [next, act, []];
  const [failed, told] = withCuff(next, show(next.cuff, { state: 'failed', detail: run.why }, momentOf(next, now)));
  return [failed, act, told];
}

const momentOf = ({ source }: Intake, at: MonotonicMs) => ({ source, at });
const withCuff = (intake: Intake, [cuff, told]: CuffStep): Taken => [{ ...intake, cuff }, told];
const ended = (intake: Intake): Intake => ({ ...intake, run: onEnd(intake.run, intake.leave) });

function takePressure(intake: Intake, mmHg: number, now: MonotonicMs): Taken {
  const [next, told] = withCuff(intake, onPressure(intake.cuff, mmHg, momentOf(intake, now)));
  const hasEndedUnseen = intake.cuff.pump === 'unknown' && next.cuff.pump === 'resting';
  return [hasEndedUnseen ? ended(next) : { ...next, run: onLook(next.run, mmHg) }, told];
}

function takeData(intake: Intake, data: Data, now: MonotonicMs): Taken {
  const [next, told] = withCuff(intake, onData(intake.cuff, data, momentOf(intake, now)));
  const { due, pump } = next.cuff;
  const isResult = intake.cuff.due?.because === 'ended' && due === undefined && pump !== 'inflated';
  return [isResult ? ended(next) : next, told];
}

function takeSignal(intake: Intake, signal: Signal, asked: Query['kind'] | undefined, now: MonotonicMs): Taken {
  switch (signal) {
    case 'accepted':
    case 'asleep':
      return [intake, []];
    case 'complete':
      return [{ ...intake, cuff: onComplete(intake.cuff, now, intake.run.at === 'running') }, []];
    case 'aborted':
      if (asked === 'abort') return [ended(intake), []];
      return asked === 'start' ? fail(intake, 'the module refuses to start', now) : [intake, []];
    case 'error':
      if (asked === 'get-data') return [withoutData(intake, now), []];
      return asked === 'start' ? fail(intake, 'the module answers a start with an error', now) : [intake, []];
  }
}

/** A measurement of ours is over before it was one. */
const fail = (intake: Intake, detail: string, now: MonotonicMs): Taken =>
  withCuff(ended(intake), show(intake.cuff, { state: 'failed', detail }, momentOf(intake, now)));
