/**
 * One bed in the core: its fold, its picture for the screens, and its way to the recorder. Whatever happens to the bed
 * comes in through `take`; what follows from it goes out as entries to the recorder and as events to the bus.
 */
import {
  fail,
  isInput,
  ok,
  type BedId,
  type BedInput,
  type CommandEnvelope,
  type Delivery,
  type JournalEntry,
  type MonotonicMs,
  type Refusal,
  type Result,
  type WaveformBlock,
} from '$lib/domain/index.ts';
import { isNewDelivery } from '$lib/alarms/index.ts';
import { BedFold, type BedState } from '$lib/bedside/index.ts';
import type { StationEvent } from '$lib/bus/bus.ts';
import type { BedView, WaveChannel } from '$lib/realtime/index.ts';
import type { ModelChoice } from '$lib/pharmacology/templates.ts';
import type { Snapshot } from '$lib/store/store.ts';
import { audioView, BedViewer, type Source } from './bed-view.ts';
import type { Recorder } from './recorder.ts';
import type { RuleBook } from './rule-book.ts';
import { snapshotOf, type Recovered } from './recovery.ts';

export interface BedOptions {
  readonly start: Omit<Recovered, 'lost'>;
  readonly label: string;
  readonly rules: Pick<RuleBook, 'ruleSet' | 'fault'>;
  readonly recorder: Recorder;
  readonly tell: (event: StationEvent) => void;
  /** The site's choice of published patients for the predicted concentration. */
  readonly models?: Partial<ModelChoice>;
}

export class Bed {
  readonly id: BedId;
  readonly label: string;
  readonly #fold: BedFold;
  readonly #viewer: BedViewer;
  readonly #recorder: Recorder;
  readonly #rules: BedOptions['rules'];
  readonly #tell: (event: StationEvent) => void;
  #waves: readonly WaveChannel[] = [];
  #rulesSeq: number;
  #refusal: Refusal | undefined;

  constructor({ start, label, rules, recorder, tell, models }: BedOptions) {
    this.id = start.state.bed;
    this.label = label;
    this.#recorder = recorder;
    this.#rules = rules;
    this.#rulesSeq = start.rulesSeq;
    this.#tell = tell;
    this.#viewer = new BedViewer(models);
    this.#fold = new BedFold(start, (entry) => this.#hand(entry));
  }

  get state(): BedState {
    return this.#fold.state;
  }

  snapshot(): Snapshot {
    return snapshotOf({ state: this.state, seq: this.#fold.seq, rulesSeq: this.#rulesSeq });
  }

  /** Lets time pass. */
  advance(at: MonotonicMs): void {
    this.#fold.advance(at);
    this.#show();
  }

  take(at: MonotonicMs, input: BedInput): void {
    this.#fold.input(at, input);
    this.#show();
  }

  /** Whether nobody has said yet of an alarm what this screen says. */
  awaits(delivery: Delivery): boolean {
    const told = Object.values(this.state.alarms).find(({ alarm }) => alarm.id === delivery.alarm);
    return told !== undefined && isNewDelivery(told.alarm, delivery);
  }

  command(at: MonotonicMs, envelope: CommandEnvelope): Result<null, Refusal> {
    this.#refusal = undefined;
    const { command } = envelope;
    if (command.type === 'admit' && this.state.session === undefined) {
      const ruleSet = this.#rules.ruleSet(command.rules);
      if (ruleSet === undefined) return fail(unknownRules(command.rules));
      this.#fold.input(at, { kind: 'rules', ruleSet });
    }
    this.take(at, { kind: 'command', envelope });
    return this.#refusal ? fail(this.#refusal) : ok(null);
  }

  /** Samples are recorded while a patient is here; without one they are only shown. */
  wave(block: WaveformBlock): void {
    const session = this.state.session?.id;
    if (session !== undefined) this.#recorder.block(this.id, session, block);
  }

  declareWaves(channels: readonly WaveChannel[]): void {
    this.#waves = channels;
    this.#show();
  }

  view(): BedView {
    return this.#viewer.whole(this.#source());
  }

  /** The recorder first: what it does not know has not happened. */
  #hand(entry: JournalEntry): void {
    this.#recorder.entry(entry);
    const { body } = entry;
    if (body.kind === 'rules' && this.state.session === undefined) this.#rulesSeq = entry.seq;
    if (isInput(body)) return;
    if (body.kind === 'alarm') {
      const { number, change } = body;
      const audio = audioView(this.state);
      this.#viewer.toldAudio(audio);
      this.#tell({ type: 'alarm', message: { bed: this.id, number, at: entry.at, change, audio } });
    }
    if (body.kind === 'refused') this.#refusal = body.refusal;
  }

  #source(): Source {
    const isFaulty = this.#rules.fault !== undefined;
    return { state: this.state, label: this.label, waves: this.#waves, ...(isFaulty && { isRulesFault: true }) };
  }

  #show(): void {
    const patch = this.#viewer.update(this.#source());
    if (patch !== undefined) this.#tell({ type: 'patch', patch });
  }
}

const unknownRules = (id: string | undefined): Refusal => ({
  why: 'unknown-rule',
  message: `There are no rules ${id ?? ''} at this station; choose others and admit again. Nobody was admitted.`,
});
