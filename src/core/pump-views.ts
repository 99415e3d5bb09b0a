/** The pumps of a bed as screens show them. Pure. */
import {
  concentrationOf,
  deliveredMg,
  doseCourse,
  drugOf,
  entryOf,
  flowingMgPerMin,
  remarksOn,
  remarksOnTherapy,
  rolesOf,
  therapyDose,
  type BedState,
  type ChannelState,
  type DoseStretch,
  type Known,
} from '$lib/bedside/index.ts';
import { plannedAmounts, type PlannedAmounts } from '$lib/pharmacology/index.ts';
import type { ChannelView, CourseView, TherapyView } from '$lib/realtime/index.ts';

export function channelViews(state: BedState): readonly ChannelView[] {
  const roles = rolesOf(state);
  const planned = plannedOf(state);
  return Object.values(state.channels).map((channel) => {
    const { role, from } = roles.get(channel.key) ?? { role: 'other', from: 'none' };
    const drug = drugOf(state.session, channel);
    const entry = entryOf(state.session, channel.key);
    const isTherapy = role === 'therapy';
    return {
      key: channel.key,
      reading: channel.reading,
      stateSince: channel.stateSince,
      role,
      roleFrom: from,
      isTherapy,
      deliveredMl: fine(channel.deliveredMl),
      rates: channel.rates,
      course: courseView(state, channel),
      remarks: state.session ? remarksOn(state, channel) : [],
      ...(drug && { drug }),
      ...(entry && { entry }),
      ...(channel.integration && { isVolumeDerived: true }),
      ...(role !== 'carrier' && doseOf(state, channel)),
      ...(isTherapy && planned && { plannedMl: planned.volumeMl, plannedMg: planned.totalMg }),
    };
  });
}

function plannedOf({ session }: BedState): PlannedAmounts | undefined {
  const planned = session?.plan && plannedAmounts(session.plan);
  return planned?.ok ? planned.value : undefined;
}

type Dose = Pick<ChannelView, 'mgPerMl' | 'concentrationFrom' | 'deliveredMg' | 'doseFrom' | 'mgPerMin' | 'noDose'>;

function doseOf(state: BedState, channel: ChannelState): Dose {
  const concentration = concentrationOf(state, channel);
  const given = deliveredMg(state, channel);
  const flowing = flowingMgPerMin(state, channel);
  return {
    ...('value' in concentration && { mgPerMl: concentration.value, concentrationFrom: concentration.from }),
    ...('mg' in given ? { deliveredMg: fine(given.mg), doseFrom: given.from } : { noDose: given.unknown }),
    ...('value' in flowing && { mgPerMin: fine(flowing.value) }),
  };
}

const courseView = (state: BedState, channel: ChannelState): readonly CourseView[] =>
  doseCourse(state, channel).map(stretchView);

const STRETCHES = new WeakMap<DoseStretch, CourseView>();

/** Of a long course only the last stretch is new. */
function stretchView(stretch: DoseStretch): CourseView {
  const known = STRETCHES.get(stretch);
  if (known) return known;
  const { from, to, ml, concentration } = stretch;
  const view = { from, to, ml: fine(ml), ...('value' in concentration && { mgPerMl: concentration.value }) };
  STRETCHES.set(stretch, view);
  return view;
}

/** Undefined without a patient and without a pump. */
export function therapyView(state: BedState): TherapyView | undefined {
  const { session } = state;
  if (session === undefined || Object.keys(state.channels).length === 0) return undefined;
  const { channels, mg, mgPerMin, percentOfPlan, ratePercentOfPlan } = therapyDose(state);
  const weightKg = session.plan?.weightKg;
  const planned = plannedOf(state);
  const perKg = (one: Known): Known =>
    'value' in one && weightKg !== undefined ? { value: one.value / weightKg } : NONE;
  return {
    channels: channels.map(({ key }) => key),
    ...named('deliveredMg', mg),
    ...named('mgPerKg', perKg(mg)),
    ...named('percentOfPlan', percentOfPlan),
    ...named('mgPerKgPerMin', perKg(mgPerMin)),
    ...named('ratePercentOfPlan', ratePercentOfPlan),
    ...(planned && { plannedMg: planned.totalMg }),
    ...('unknown' in mg && { noDose: mg.unknown }),
    remarks: remarksOnTherapy(state),
  };
}

const NONE: Known = { unknown: '' };

type Numbers = 'deliveredMg' | 'mgPerKg' | 'percentOfPlan' | 'mgPerKgPerMin' | 'ratePercentOfPlan';

const named = (name: Numbers, one: Known): Partial<Record<Numbers, number>> =>
  'value' in one ? { [name]: fine(one.value) } : {};

/** Four digits behind the point: finer than any pump, and short on the wire. */
const fine = (value: number): number => Math.round(value * 10_000) / 10_000;
