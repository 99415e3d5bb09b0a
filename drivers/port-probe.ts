/**
 * What stands at the other end of a port that nobody has described: every line setting that a driver knows is listened to, and
 * only then are questions asked, each driver's own, through its own send guard, without any leave of a configuration.
 *
 *   listen on each line (3 s each) ──▶ ask, the shortest question first (2.5 s each) ──▶ done
 *        ╰── recognised: nothing more is tried ──╯
 *
 * Whatever speaks by itself and is not understood is not spoken to: nobody knows what it would take a question for. An attempt
 * in which a protocol shows, but not surely, gets twice its time. The first attempt that fails to open ends everything.
 */
import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  filter,
  from,
  map,
  merge,
  mergeMap,
  of,
  retry,
  scan,
  Subject,
  switchMap,
  takeWhile,
  tap,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { deviceId, type MonotonicMs } from '$lib/domain/index.ts';
import { Fault } from './conversation.ts';
import type { DriverEvent } from './driver-event.ts';
import type { AnyDriver } from './driver.ts';
import { LinkFailure, type Connect, type Link, type LinkFailureReason } from './link.ts';
import { planProbe, type Plan } from './probe-plan.ts';
import { isLikely, isSure, noEvidence, weigh, winnerOf, type Evidence } from './recognition.ts';
import { converseOnce } from './run-driver.ts';

export interface ProbeOptions {
  readonly drivers: readonly AnyDriver[];
  readonly link: 'serial' | 'tcp';
  /** Opens the port; with these line settings, where it is a line. */
  readonly connect: Connect;
  readonly clock: () => MonotonicMs;
  readonly scheduler: SchedulerLike;
}

/** One attempt and what came of it. */
export interface Attempt {
  readonly plan: Plan;
  readonly bytesIn: number;
  readonly evidence: readonly Evidence[];
  /** Nothing came but what we had said ourselves. */
  readonly isEcho: boolean;
  /** Why it ended before its time, a plain sentence. */
  readonly ended?: string;
}

export interface ProbeResult {
  readonly outcome: 'recognised' | 'unrecognised' | 'silent';
  readonly attempts: readonly Attempt[];
  /** With the attempt in which it was recognised. */
  readonly found?: { readonly evidence: Evidence; readonly plan: Plan };
}

export type ProbeEvent =
  | { readonly kind: 'trying'; readonly plan: Plan }
  | Extract<DriverEvent, { kind: 'bytes' }>
  | { readonly kind: 'tried'; readonly attempt: Attempt }
  | { readonly kind: 'done'; readonly result: ProbeResult };

/** So often its time for an attempt in which a protocol shows without being sure. */
const PATIENCE = 2;
/** Noise of plugging in and opening; more than this is something that speaks. */
const NOISE_BYTES = 16;
/** The attempt before may still be closing the port, and some adapters go and come when they are closed. */
const BETWEEN_ATTEMPTS: readonly LinkFailureReason[] = ['busy', 'missing', 'unplugged'];
const RETRIES = { count: 20, delayMs: 100 };

/** Probes once, while subscribed; `done` is last. An error, always a {@link LinkFailure}, means that the port is of no use. */
export function probe(options: ProbeOptions): Observable<ProbeEvent> {
  return defer(() => {
    const attempts: Attempt[] = [];
    const remember = (event: ProbeEvent): void => {
      if (event.kind === 'tried') attempts.push(event.attempt);
    };
    const tries$ = from(planProbe(options.drivers, options.link)).pipe(
      concatMap((plan, index) =>
        defer(() => (isDue(plan, attempts) ? attempt(plan, index, options) : EMPTY)).pipe(tap(remember)),
      ),
    );
    return concat(
      tries$,
      defer(() => of<ProbeEvent>({ kind: 'done', result: resultOf(attempts) })),
    );
  });
}

function isDue({ asked }: Plan, attempts: readonly Attempt[]): boolean {
  if (attempts.some(foundIn)) return false;
  if (asked === undefined) return true;
  const listened = attempts.filter(({ plan }) => plan.asked === undefined);
  const isQuiet = listened.every(({ bytesIn }) => bytesIn <= NOISE_BYTES);
  return isQuiet || listened.some(({ evidence }) => evidence.some((one) => one.driver === asked && isLikely(one)));
}

function resultOf(attempts: readonly Attempt[]): ProbeResult {
  for (const attempted of attempts) {
    const evidence = foundIn(attempted);
    if (evidence) return { outcome: 'recognised', attempts, found: { evidence, plan: attempted.plan } };
  }
  const isHeard = attempts.some(({ bytesIn, isEcho }) => bytesIn > 0 && !isEcho);
  return { outcome: isHeard ? 'unrecognised' : 'silent', attempts };
}

/** Our own questions, coming back, are nobody's protocol. */
const foundIn = ({ evidence, isEcho }: Pick<Attempt, 'evidence' | 'isEcho'>): Evidence | undefined =>
  isEcho ? undefined : winnerOf(evidence);

type Happening =
  | Extract<DriverEvent, { kind: 'bytes' }>
  | { readonly kind: 'time'; readonly isLast: boolean }
  | { readonly kind: 'ended'; readonly why: string };

interface Course extends Omit<Attempt, 'ended'> {
  readonly sent: readonly number[];
  readonly isOver: boolean;
  readonly ended?: string;
  readonly last?: Happening;
}

function attempt(plan: Plan, index: number, options: ProbeOptions): Observable<ProbeEvent> {
  const opened$ = new Subject<void>();
  const connect = (): Observable<Link> => options.connect(plan.line).pipe(tap(() => opened$.next()));
  const bytes$ = plan.asked ? ask(plan.asked, connect, options) : listen(connect, options);
  const time$ = opened$.pipe(
    switchMap(() =>
      merge(
        timer(plan.lastsMs, options.scheduler).pipe(map(() => ({ kind: 'time' as const, isLast: false }))),
        timer(plan.lastsMs * PATIENCE, options.scheduler).pipe(map(() => ({ kind: 'time' as const, isLast: true }))),
      ),
    ),
  );
  const happening$: Observable<Happening> = merge(
    time$,
    bytes$.pipe(patiently(index > 0, options.scheduler), catchError(endOfAttempt(index > 0))),
  );
  return concat(
    of<ProbeEvent>({ kind: 'trying', plan }),
    happening$.pipe(
      scan(goOn, begin(plan)),
      takeWhile(({ isOver }) => !isOver, true),
      mergeMap(tell),
    ),
  );
}

const begin = (plan: Plan): Course => ({
  plan,
  bytesIn: 0,
  evidence: plan.drivers.map(noEvidence),
  isEcho: false,
  sent: [],
  isOver: false,
});

function goOn(course: Course, happening: Happening): Course {
  const next = { ...course, last: happening };
  switch (happening.kind) {
    case 'ended':
      return { ...next, isOver: true, ended: happening.why };
    case 'time':
      return { ...next, isOver: happening.isLast || course.isEcho || !isOpen(course.evidence) };
    case 'bytes':
      return happening.direction === 'out'
        ? { ...next, sent: [...course.sent, ...happening.bytes] }
        : hearOn(next, happening.bytes);
  }
}

function hearOn(course: Course, bytes: Uint8Array): Course {
  const { sent, bytesIn } = course;
  const evidence = course.evidence.map((one) => weigh(one, bytes));
  const isEcho = (bytesIn === 0 || course.isEcho) && bytes.every((byte, i) => byte === sent[bytesIn + i]);
  const isOver = !isEcho && isUndisputed(evidence);
  return { ...course, evidence, isEcho, bytesIn: bytesIn + bytes.length, isOver };
}

/** Sure, and nothing else comes into question: no need to hear more. */
const isUndisputed = (evidence: readonly Evidence[]): boolean =>
  evidence.some(isSure) && evidence.filter(isLikely).length === 1;

const isOpen = (evidence: readonly Evidence[]): boolean => evidence.some(isLikely) && !winnerOf(evidence);

function tell({ last, isOver, plan, bytesIn, evidence, isEcho, ended }: Course): readonly ProbeEvent[] {
  const attempted = { plan, bytesIn, evidence, isEcho, ...(ended !== undefined && { ended }) };
  return [
    ...(last?.kind === 'bytes' ? [last] : []),
    ...(isOver ? [{ kind: 'tried' as const, attempt: attempted }] : []),
  ];
}

function listen(connect: Connect, { clock }: ProbeOptions): Observable<Happening> {
  return connect().pipe(
    switchMap(({ bytes$ }) => bytes$),
    map((bytes) => ({ kind: 'bytes', at: clock(), direction: 'in', bytes })),
  );
}

/** The driver's own conversation with the device, without settings: what needs their leave is refused. */
function ask(driver: AnyDriver, connect: Connect, { link, clock, scheduler }: ProbeOptions): Observable<Happening> {
  const context = { device: deviceId('probe'), link, settings: {} };
  return converseOnce(driver, connect, { context, label: driver.label, isSimulated: false, clock, scheduler }).pipe(
    filter((event) => event.kind === 'bytes'),
  );
}

const ENDS_ATTEMPT: readonly LinkFailureReason[] = ['closed', 'reopened', 'stalled'];
/** Where it could be opened before: a device that takes its time between two connections. */
const ENDS_LATER_ATTEMPT: readonly LinkFailureReason[] = [...ENDS_ATTEMPT, 'refused', 'timed-out', 'busy'];

/** A device that hangs up, a session that wants another line, a driver at fault: the next attempt may fare better. */
function endOfAttempt(isAgain: boolean): (error: unknown) => Observable<Happening> {
  const passing = isAgain ? ENDS_LATER_ATTEMPT : ENDS_ATTEMPT;
  const isPassing = (error: unknown): error is Error =>
    error instanceof Fault || (error instanceof LinkFailure && passing.includes(error.why));
  return (error) => (isPassing(error) ? of({ kind: 'ended', why: error.message }) : throwError(() => error));
}

/** Begins again with a port that is not yet back from the attempt before. */
function patiently<T>(isAgain: boolean, scheduler: SchedulerLike): MonoTypeOperatorFunction<T> {
  const isOnItsWay = (error: unknown): boolean =>
    isAgain && error instanceof LinkFailure && BETWEEN_ATTEMPTS.includes(error.why);
  return retry({
    count: RETRIES.count,
    delay: (error: unknown) => (isOnItsWay(error) ? timer(RETRIES.delayMs, scheduler) : throwError(() => error)),
  });
}
