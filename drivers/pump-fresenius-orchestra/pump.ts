/**
 * What one pump has told, and when. A spontaneous frame holds only what changed, so a reading is put together from several;
 * what is older than {@link FRESH_MS} is left out of it, however often it was right before.
 *
 * Answers and spontaneous frames may overtake each other in the base, and a frame that was not acknowledged is sent again. A
 * volume that goes back would count as a counter set to nought, and all of it as given once more: so it is believed when it is
 * seen twice.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import { noFlow, watchFlow, type Flow } from './delivery.ts';
import type { PumpAddress } from './messages.ts';
import type { Variables } from './variables.ts';

/** How long a value counts as known. */
export const FRESH_MS = 3000;
/** The name of the drug is asked for every 10 s; one that was not told again since then may be another's. */
const DRUG_FRESH_MS = 30_000;

interface Told<Value> {
  readonly value: Value;
  readonly at: MonotonicMs;
}

export interface Pump {
  readonly address: PumpAddress;
  /** As it names its own type. */
  readonly model: string | undefined;
  readonly drug: Told<string> | undefined;
  readonly alarm: Told<string> | undefined;
  readonly mode: Told<string> | undefined;
  readonly rate: Told<number> | undefined;
  readonly volume: Told<number> | undefined;
  /** The last volume was lower than {@link volume} and is not believed yet. */
  readonly hasGoneBack: boolean;
  /** Its last spontaneous frame as it was sent: the same soon after is a repetition. */
  readonly lastEvent: Told<string> | undefined;
  readonly flow: Flow;
  /** When it last told values; before that, since when it is known. */
  readonly heardAt: MonotonicMs;
  /** Why no values are told of it, when that was said last. */
  readonly muteWord: string | undefined;
}

export const newPump = (address: PumpAddress, now: MonotonicMs): Pump => ({
  address,
  model: undefined,
  drug: undefined,
  alarm: undefined,
  mode: undefined,
  rate: undefined,
  volume: undefined,
  hasGoneBack: false,
  lastEvent: undefined,
  flow: noFlow(now),
  heardAt: now,
  muteWord: undefined,
});

export function takeVariables(pump: Pump, variables: Variables, now: MonotonicMs): Pump {
  const told = <Value>(value: Value | undefined, before: Told<Value> | undefined): Told<Value> | undefined =>
    value === undefined ? before : { value, at: now };
  const isBack = variables.r !== undefined && pump.volume !== undefined && variables.r < pump.volume.value;
  const isBelieved = !isBack || pump.hasGoneBack;
  const { r, ...others } = variables;
  const seen: Variables = isBelieved ? variables : others;
  return {
    ...pump,
    alarm: told(variables.a, pump.alarm),
    mode: told(variables.m, pump.mode),
    rate: told(variables.d, pump.rate),
    volume: told(seen.r, pump.volume),
    hasGoneBack: r === undefined ? pump.hasGoneBack : !isBelieved,
    flow: watchFlow(pump.flow, seen, now),
    heardAt: now,
    muteWord: undefined,
  };
}

/** @param name as it was sent; undefined when the pump has none to tell. */
export const takeDrug = (pump: Pump, name: string | undefined, now: MonotonicMs): Pump => ({
  ...pump,
  drug: name === undefined ? undefined : { value: name, at: now },
});

export const freshOf = <Value>(told: Told<Value> | undefined, now: MonotonicMs): Value | undefined =>
  told && now - told.at <= FRESH_MS ? told.value : undefined;

export const drugOf = ({ drug }: Pump, now: MonotonicMs): string | undefined =>
  drug && now - drug.at <= DRUG_FRESH_MS ? drug.value : undefined;
