/**
 * A nurse at one screen: does the usual work at the usual times, answers alarms late or never, presses twice, asks for what is
 * not allowed. Everything by the commands of a screen, from what that screen shows.
 */
import {
  MINUTE_MS,
  SECOND_MS,
  sessionId,
  type Alarm,
  type BedId,
  type Command,
  type Phase,
  type Refusal,
  type Result,
} from '$lib/domain/index.ts';
import type { BedView } from '$lib/realtime/index.ts';
import { Chance } from '../chance.ts';
import type { SessionDraw } from '../draw.ts';
import type { SimulatedScreen } from './screen.ts';

/** A task is tried again until it is done or its time is over. */
interface Task {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly ask: (view: BedView) => Command | undefined;
}

const RETRY_MS = 20 * SECOND_MS;

export class SimulatedNurse {
  readonly #chance: Chance;
  readonly #draw: SessionDraw;
  readonly #bed: BedId;
  readonly #screen: SimulatedScreen;
  #tasks: (Task & { readonly nextMs: number })[];
  /** When which alarm will be answered. */
  readonly #answers = new Map<string, number>();
  #nextMistakeMs: number;
  readonly #scoring: Chance;
  #nextScoreMs: number;
  /** Entered in error, to be put right a little later. */
  #correction: { readonly atMs: number; readonly command: Command } | undefined;
  #commands = 0;
  #scores = 0;
  refusals = 0;

  constructor(draw: SessionDraw, bed: BedId, screen: SimulatedScreen) {
    this.#draw = draw;
    this.#bed = bed;
    this.#screen = screen;
    this.#chance = Chance.of(draw.nurse.seed, 'nurse');
    this.#tasks = this.#usualWork().map((task) => ({ ...task, nextMs: task.fromMs }));
    this.#nextMistakeMs = this.#chance.exponential(draw.nurse.mistakesEveryMs);
    this.#scoring = Chance.of(draw.nurse.seed, 'scores');
    this.#nextScoreMs = draw.nurse.scoresEveryMs;
  }

  /** Looks at the screen, once a second. */
  look(nowMs: number): void {
    const view = this.#screen.view(this.#bed);
    if (view === undefined || !this.#screen.isConnected) return;
    this.#work(view, nowMs);
    this.#answer(view, nowMs);
    this.#score(view, nowMs);
    if (nowMs < this.#nextMistakeMs) return;
    this.#nextMistakeMs = nowMs + this.#chance.exponential(this.#draw.nurse.mistakesEveryMs);
    this.#err(view);
  }

  #work(view: BedView, nowMs: number): void {
    this.#tasks = this.#tasks.filter(({ untilMs }) => nowMs < untilMs);
    const due = this.#tasks.find(({ fromMs, nextMs }) => nowMs >= Math.max(fromMs, nextMs));
    if (due === undefined) return;
    const command = due.ask(view);
    this.#tasks = this.#tasks.map((task) => (task === due ? { ...task, nextMs: nowMs + RETRY_MS } : task));
    if (command === undefined) return;
    this.#ask(command, (result) => {
      if (result?.ok) this.#tasks = this.#tasks.filter((task) => task.ask !== due.ask);
    });
  }

  #answer({ alarms }: BedView, nowMs: number): void {
    const { answerS, neverShare } = this.#draw.nurse;
    for (const alarm of alarms) {
      if (!isWaiting(alarm)) continue;
      const key = `${alarm.id}:${alarm.signalledAt}:${alarm.state}`;
      const atMs = this.#answers.get(key);
      if (atMs === undefined) {
        const waitMs = this.#chance.is(neverShare) ? Infinity : this.#chance.exponential(answerS) * SECOND_MS;
        this.#answers.set(key, nowMs + waitMs);
      } else if (nowMs >= atMs) {
        this.#answers.set(key, nowMs + 30 * SECOND_MS);
        this.#ask({ type: 'acknowledge', alarm: alarm.id });
        if (this.#chance.is(0.2)) this.#ask({ type: 'acknowledge', alarm: alarm.id });
      }
    }
  }

  /** How deeply the patient sleeps: at the usual times, more often in deep sedation, and now and then wrong at first. */
  #score({ session }: BedView, nowMs: number): void {
    if (session === undefined) return;
    if (this.#correction && nowMs >= this.#correction.atMs) {
      this.#ask(this.#correction.command);
      this.#correction = undefined;
    }
    if (nowMs < this.#nextScoreMs) return;
    const chance = this.#scoring;
    const { scoresEveryMs, sedated } = this.#draw.nurse;
    const isSedated = sedated.some(({ fromMs, forMs }) => nowMs >= fromMs && nowMs < fromMs + forMs);
    this.#nextScoreMs = nowMs + chance.between(0.7, 1.3) * (isSedated ? 2 * MINUTE_MS : scoresEveryMs);
    const scale = chance.pick(['moaas', 'moaas', 'rass'] as const);
    const value = scored(chance, scale, isSedated);
    const id = `score-${(this.#scores += 1)}`;
    this.#ask({ type: 'record-score', id, scale, value });
    if (!chance.is(0.25)) return;
    const right = scored(chance, scale, !isSedated);
    const command: Command = { type: 'record-score', id: `${id}-right`, scale, value: right, corrects: id };
    this.#correction = { atMs: nowMs + chance.between(3, 60) * SECOND_MS, command };
  }

  /** Something that people also press. */
  #err(view: BedView): void {
    const mistakes: readonly (() => Command | undefined)[] = [
      () => ({ type: 'pause-audio' }),
      () => ({ type: 'resume-audio' }),
      () => ({
        type: 'set-phase',
        phase: this.#chance.pick<Phase>(['setup', 'baseline', 'infusion', 'observation', 'closed']),
      }),
      () => ({
        type: 'set-limit',
        rule: this.#chance.pick(['S1', 'S2', 'H1', 'O2', 'XX']),
        limit: this.#chance.whole(80, 230),
        reason: 'known',
      }),
      () => ({ type: 'set-limit', rule: 'S1', limit: this.#chance.whole(150, 200), reason: '' }),
      () => ({ type: 'reset-limit', rule: this.#chance.pick(['S1', 'H1', 'O2']) }),
      () => ({ type: 'mark', id: `m${this.#chance.whole(1, 30)}`, kind: 'note', text: 'all well' }),
      () => ({ type: 'mark', id: `m${this.#chance.whole(1, 30)}`, kind: 'nausea', text: '' }),
      () => view.alarms[0] && { type: 'acknowledge', alarm: view.alarms[0].id },
      () => ({ type: 'override-gate', rule: this.#chance.pick(['G1', 'G9']), reason: 'decided' }),
      () => ({ type: 'accept-baseline', systolic: 90, diastolic: 95 }),
      () => this.#admission('again'),
    ];
    const command = this.#chance.pick(mistakes)();
    if (command === undefined) return;
    const id = this.#ask(command);
    if (this.#chance.is(0.3)) this.#ask(command, undefined, id);
  }

  #usualWork(): readonly Task[] {
    const { scenario, nurse, lengthMs } = this.#draw;
    const { plan } = scenario;
    const admitsMs = nurse.admitsAtS * SECOND_MS;
    const startMs = (scenario.acts[0]?.atMin ?? 15) * MINUTE_MS;
    const planMs = Math.max(admitsMs, startMs - this.#chance.whole(20, 240) * SECOND_MS);
    const task = (fromMs: number, untilMs: number, ask: Task['ask']): Task => ({ fromMs, untilMs, ask });
    const tasks: Task[] = [
      task(admitsMs, lengthMs, (view) => (view.session ? undefined : this.#admission('1'))),
      task(admitsMs + 10_000, startMs, always({ type: 'set-phase', phase: 'baseline' })),
      task(planMs, lengthMs, always({ type: 'set-plan', plan })),
      task(Math.max(admitsMs + 20_000, planMs - 60_000), startMs + 5 * MINUTE_MS, acceptProposal),
      task(planMs, startMs, ({ closedGates: [rule] }) =>
        rule === undefined ? undefined : { type: 'override-gate', rule, reason: 'prescriber decided' },
      ),
      task(
        startMs + MINUTE_MS,
        lengthMs,
        ({ phaseProposal }) => phaseProposal && { type: 'set-phase', phase: phaseProposal.to },
      ),
    ];
    if (scenario.sprays) {
      // No pump tells when it begins and when the last spray has been given.
      const givenMs = startMs + 12 * MINUTE_MS;
      tasks.push(task(startMs, givenMs, always({ type: 'set-phase', phase: 'infusion' })));
      tasks.push(task(givenMs, lengthMs, always({ type: 'set-phase', phase: 'observation' })));
    }
    if (this.#chance.is(0.3)) {
      const limit = this.#chance.pick([
        { rule: 'S1', limit: this.#chance.whole(150, 200) },
        { rule: 'H1', limit: this.#chance.whole(115, 160) },
        { rule: 'O2', limit: this.#chance.whole(82, 91) },
        { rule: 'S3', limit: this.#chance.whole(140, 175) },
      ]);
      const atMs = this.#chance.between(admitsMs + 60_000, lengthMs);
      tasks.push(task(atMs, lengthMs, always({ type: 'set-limit', ...limit, reason: 'prescriber decided' })));
    }
    if (this.#chance.is(0.25)) {
      const atMs = this.#chance.between(0.7 * lengthMs, lengthMs - 3 * MINUTE_MS);
      tasks.push(task(atMs, lengthMs, always({ type: 'end-session', reason: 'home with an escort' })));
    }
    return tasks;
  }

  #admission(session: string): Command {
    const { scenario } = this.#draw;
    const { ageYears = 50, ...patient } = scenario.patient ?? {
      identifier: 'SIM-3000',
      weightKg: scenario.plan.weightKg,
    };
    return {
      type: 'admit',
      session: sessionId(`s-${session}-${this.#commands}`),
      patient: { ...patient, birthYear: 2026 - ageYears },
      isSimulated: true,
    };
  }

  #ask(
    command: Command,
    then: (result: Result<null, Refusal> | undefined) => void = () => undefined,
    id = `n${(this.#commands += 1)}`,
  ): string {
    this.#screen.ask(id, this.#bed, command, (result) => {
      if (result?.ok === false) this.refusals += 1;
      then(result);
    });
    return id;
  }
}

function scored(chance: Chance, scale: 'moaas' | 'rass', isSedated: boolean): number {
  if (scale === 'moaas') return isSedated ? chance.whole(0, 3) : chance.whole(3, 5);
  return isSedated ? chance.whole(-5, -2) : chance.whole(-2, 1);
}

const isWaiting = ({ state, isOutranked }: Alarm): boolean =>
  (state === 'active' || state === 'latched') && !isOutranked;

const always = (command: Command) => (): Command => command;

function acceptProposal({ proposal }: BedView): Command | undefined {
  const { systolic, diastolic, heartRate, spo2 } = proposal ?? {};
  if (systolic === undefined || diastolic === undefined) return undefined;
  return {
    type: 'accept-baseline',
    ...{ systolic, diastolic },
    ...(heartRate !== undefined && { heartRate }),
    ...(spo2 !== undefined && { spo2 }),
    reason: 'time presses',
  };
}
