/**
 * From a bed's state to what screens show of it. A part is built again only when something that it is made of is another
 * object than before; what then differs from what was told goes into the patch.
 */
import { MINUTE_MS, keysOf, later, type Session, type VitalKey } from '$lib/domain/index.ts';
import {
  asked,
  closedGates,
  meanOf,
  nibpIntervalMin,
  proposeBaseline,
  questionOfPhase,
  resolve,
  type BedState,
  type PhaseQuestion,
} from '$lib/bedside/index.ts';
import { soundingPriority } from '$lib/alarms/index.ts';
import type { ModelChoice } from '$lib/pharmacology/templates.ts';
import {
  patchBetween,
  type AudioView,
  type BedPatch,
  type BedView,
  type ChannelView,
  type LimitView,
  type NibpView,
  type RulesView,
  type TherapyView,
  type VitalView,
  type WaveChannel,
} from '$lib/realtime/index.ts';
import { limitViews } from './limit-views.ts';
import { channelViews, therapyView } from './pump-views.ts';

export interface Source {
  readonly state: BedState;
  readonly label: string;
  readonly waves: readonly WaveChannel[];
  /** The site's rules cannot be read. */
  readonly isRulesFault?: true;
}

/** Builds a value again only when one of the things that it was built from is another one. */
class Memo<T> {
  value: T | undefined;
  #reads: readonly unknown[] | undefined;

  of(reads: readonly unknown[], build: () => T): T {
    if (this.value !== undefined && this.#reads?.every((one, i) => one === reads[i])) return this.value;
    this.#reads = reads;
    this.value = build();
    return this.value;
  }
}

/** Keeps what was shown of one bed and finds out what has changed. */
export class BedViewer {
  readonly #models: Partial<ModelChoice> | undefined;
  readonly #nibp = new Memo<NibpView>();
  readonly #limits = new Memo<readonly LimitView[]>();
  readonly #channels = new Memo<readonly ChannelView[]>();
  readonly #therapy = new Memo<{ readonly view: TherapyView | undefined }>();
  readonly #question = new Memo<{ readonly of: PhaseQuestion | undefined }>();
  readonly #deviceAlarms = new Memo<BedView['deviceAlarms']>();
  readonly #proposal = new Memo<NonNullable<BedView['proposal']>>();
  readonly #gates = new Memo<readonly string[]>();
  readonly #closedGates = new Memo<readonly string[]>();
  readonly #rules = new Memo<RulesView>();
  readonly #audio = new Memo<AudioView>();
  #told: BedView | undefined;
  #seen: Seen | undefined;
  #vitals: BedView['vitals'] = {};
  #seenVitals: BedState['vitals'] | undefined;
  #seenDevices: BedState['devices'] | undefined;
  #hasRivals = false;

  constructor(models?: Partial<ModelChoice>) {
    this.#models = models;
  }

  /** What screens that know what was told before must be told now; undefined when nothing. */
  update(source: Source): BedPatch | undefined {
    const before = this.#told;
    if (before !== undefined && this.#seen !== undefined && isAsSeen(this.#seen, source, before)) return undefined;
    this.#told = this.#build(source);
    this.#seen = { source, isSteady: this.#isSteady(source) };
    return before && patchBetween(before, this.#told);
  }

  /** Everything, for a screen that comes new: what was told to the others, so that the next {@link update} fits all. */
  whole(source: Source): BedView {
    this.#told ??= this.#build(source);
    return { ...this.#told, ...alarmsOf(source.state) };
  }

  /** An alarm change has told the screens what is to be heard. */
  toldAudio(audio: AudioView): void {
    if (this.#told) this.#told = { ...this.#told, audio };
  }

  #build(source: Source): BedView {
    const { state, label, waves, isRulesFault } = source;
    const { session } = state;
    const sounding = soundingPriority(state.alarms, state.audioPausedUntil, state.now);
    const gates = this.#gates.of([state.rules, session?.gates, state.ruleSet], () => closedGates(state));
    const pumps = [state.channels, session?.plan, session?.channels, state.devices];
    const therapy = this.#therapy.of(pumps, () => ({ view: therapyView(state) })).view;
    const question = this.#question.of([...pumps, session?.phase], () => ({ of: questionOfPhase(state) })).of;
    const phaseProposal = asked(question, state.now);
    return {
      bed: state.bed,
      label,
      waves,
      vitals: this.#vitalsOf(state),
      devices: state.devices,
      timeline: state.timeline,
      unjudged: state.unjudged,
      audibleScreens: state.station.audibleScreens,
      nibp: this.#nibp.of([state.nibp, state.cuff, session?.phase, session?.plan, state.ruleSet], () =>
        nibpView(state, nibpIntervalMin(state, state.ruleSet.nibpIntervalMin)),
      ),
      limits: this.#limits.of([session?.phase, session?.limits, state.ruleSet], () =>
        limitViews(session, state.ruleSet),
      ),
      channels: this.#channels.of(pumps, () => channelViews(state)),
      deviceAlarms: this.#deviceAlarms.of([state.deviceAlarms], () => Object.values(state.deviceAlarms)),
      // The state of the rules is another object at every tick; the gates in it hardly ever are others.
      closedGates: this.#closedGates.of([gates.join(' ')], () => gates),
      audio: this.#audio.of([sounding, state.audioPausedUntil], () => audioView(state)),
      ...(session && { session, rules: this.#rules.of([state.ruleSet], () => rulesView(state)) }),
      ...(isRulesFault && { isRulesFault }),
      ...(therapy && { therapy }),
      ...(phaseProposal && { phaseProposal }),
      ...(this.#models && { models: this.#models }),
      ...(isBeforeDose(session) && {
        proposal: this.#proposal.of([state.nibp, state.recent], () => proposeBaseline(state)),
      }),
      ...alarmsOf(state),
    };
  }

  /** A vital with several sources may change hands with time alone; the others only with a new reading. */
  #vitalsOf(state: BedState): BedView['vitals'] {
    if (state.vitals === this.#seenVitals && !this.#hasRivals) return this.#vitals;
    const isOfSameDevices = state.devices === this.#seenDevices;
    const views: Partial<Record<VitalKey, VitalView>> = {};
    this.#hasRivals = false;
    for (const vital of keysOf(state.vitals)) {
      const bySource = state.vitals[vital] ?? {};
      const hasRival = hasSeveral(bySource);
      this.#hasRivals ||= hasRival;
      const isKnown = isOfSameDevices && !hasRival && bySource === this.#seenVitals?.[vital];
      const view = isKnown ? this.#vitals[vital] : vitalView(state, vital);
      if (view) views[vital] = view;
    }
    [this.#seenVitals, this.#seenDevices, this.#vitals] = [state.vitals, state.devices, views];
    return views;
  }

  /** Nothing of what was built changes with time alone, but what is to be heard. */
  #isSteady({ state }: Source): boolean {
    const question = this.#question.value?.of;
    const isAsked = question === undefined || state.now >= question.from;
    return !this.#hasRivals && isAsked;
  }
}

/** What the view was built from last. */
interface Seen {
  readonly source: Source;
  readonly isSteady: boolean;
}

function isAsSeen({ source: before, isSteady }: Seen, now: Source, told: BedView): boolean {
  const [one, other] = [before.state, now.state];
  return (
    isSteady &&
    before.label === now.label &&
    before.waves === now.waves &&
    before.isRulesFault === now.isRulesFault &&
    one.vitals === other.vitals &&
    one.devices === other.devices &&
    one.channels === other.channels &&
    one.alarms === other.alarms &&
    one.changeCount === other.changeCount &&
    one.audioPausedUntil === other.audioPausedUntil &&
    one.session === other.session &&
    one.ruleSet === other.ruleSet &&
    one.rules === other.rules &&
    one.unjudged === other.unjudged &&
    one.timeline === other.timeline &&
    one.station === other.station &&
    one.nibp === other.nibp &&
    one.cuff === other.cuff &&
    one.recent === other.recent &&
    one.deviceAlarms === other.deviceAlarms &&
    told.audio.sounding === soundingPriority(other.alarms, other.audioPausedUntil, other.now)
  );
}

function hasSeveral(things: Readonly<Record<string, unknown>>): boolean {
  let count = 0;
  for (const _ in things) count += 1;
  return count > 1;
}

const alarmsOf = (state: BedState): Pick<BedView, 'alarms' | 'alarmNumber'> => ({
  alarms: Object.values(state.alarms).map(({ alarm }) => alarm),
  alarmNumber: state.changeCount,
});

/** The source that counts now, else the first of the bed that ever gave this vital. */
function vitalView(state: BedState, vital: VitalKey): VitalView | undefined {
  const bySource = state.vitals[vital] ?? {};
  const resolved = resolve(state, vital);
  const device = state.devices.find((status) =>
    'value' in resolved ? status.device === resolved.source : bySource[status.device] !== undefined,
  );
  const standing = device && bySource[device.device];
  return standing && { ...standing, source: device.device, ...device.freshness };
}

export function audioView(state: BedState): AudioView {
  const sounding = soundingPriority(state.alarms, state.audioPausedUntil, state.now);
  return {
    ...(sounding && { sounding }),
    ...(state.audioPausedUntil !== undefined && { pausedUntil: state.audioPausedUntil }),
  };
}

function nibpView(state: BedState, intervalMin: number): NibpView {
  const last = state.nibp.at(-1);
  return {
    readings: state.nibp.map((reading) => {
      const mean = meanOf(reading);
      return { ...reading, mean: mean.value, isMeanEstimated: mean.isEstimated };
    }),
    intervalMin,
    ...(state.cuff && { cuff: state.cuff }),
    ...(last && { nextDueAt: later(last.measuredAt, intervalMin * MINUTE_MS) }),
  };
}

function isBeforeDose(session: Session | undefined): boolean {
  return session !== undefined && (session.phase === 'setup' || session.phase === 'baseline');
}

const rulesView = ({ ruleSet: { id, version, title, discharge } }: BedState): RulesView => ({
  id,
  version,
  title,
  discharge,
});
