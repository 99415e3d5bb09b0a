/**
 * The breaths and beats of a bedside, drawn only when somebody asks for samples: hours without a listener cost next to nothing.
 *
 *   every second: what a beat needs to know of it is noted ─▶ asked: the breaths and beats of all seconds noted since then
 *
 * A beat follows from the one before it, so what is drawn is the same whether anybody asked early, late or often.
 */
import { SECOND_MS } from '$lib/domain/index.ts';
import type { Breath } from './breathing.ts';
import { STREAM, uniform } from './chance.ts';
import { beatAt, breathAt, type Beat } from './rhythm.ts';
import type { Physiology } from './simulated-bedside.ts';

/** Samples older than this are no longer known and read as NaN: a bedside may run for days. */
export const REMEMBERED_MS = 30 * 60 * SECOND_MS;

/** What the course of the signals depends on besides the time, second by second. */
export interface Noted {
  readonly effect: number;
  /** Seconds since the cuff on the oximeter's arm began to inflate; undefined while that arm is free. */
  readonly armInflatedForS: number | undefined;
}

export interface SignalsInput {
  readonly seed: number;
  readonly variability: number;
  readonly restingPulsePressure: number;
  readonly physiologyAt: (simMs: number, noted: Noted) => Physiology;
}

/** Breaths and beats are kept this long before the first sample asked for: no sample needs older ones. */
const RUN_UP_MS = 15 * SECOND_MS;
/** Notes of more seconds than a day are worked off even when nobody asks, so that they do not grow for ever. */
const NOTED_AT_MOST = 24 * 3600;

export class Signals {
  readonly breaths: Breath[] = [];
  readonly beats: Beat[] = [];
  readonly #input: SignalsInput;
  #notes: Noted[] = [];
  /** The second of the first note that is not worked off. */
  #nextS = 0;

  constructor(input: SignalsInput) {
    this.#input = input;
  }

  /** Notes the second that begins now; called once for each, in their order, from second 0 on. */
  note(noted: Noted): void {
    this.#notes.push(noted);
    if (this.#notes.length > NOTED_AT_MOST) this.catchUp();
  }

  /** Draws every breath and beat that begins before the end of the last second noted. */
  catchUp(): void {
    for (const noted of this.#notes) {
      this.#draw(noted, (this.#nextS + 1) * SECOND_MS);
      forget(this.breaths, this.#nextS * SECOND_MS);
      forget(this.beats, this.#nextS * SECOND_MS);
      this.#nextS += 1;
    }
    if (this.#notes.length > 0) this.#notes = [];
  }

  #draw(noted: Noted, untilMs: number): void {
    const { seed, physiologyAt } = this.#input;
    for (let startMs = nextBreathMs(this.breaths, seed); startMs < untilMs; startMs = nextBreathMs(this.breaths, seed))
      this.breaths.push(breathAt(startMs, this.#input, physiologyAt(startMs, noted)));
    for (let startMs = nextBeatMs(this.beats, seed); startMs < untilMs; startMs = nextBeatMs(this.beats, seed)) {
      const breath = this.breaths.findLast((candidate) => candidate.startMs <= startMs);
      if (!breath) throw new Error('A beat before the first breath');
      this.beats.push(beatAt(startMs, this.#input, physiologyAt(startMs, noted), breath));
    }
  }
}

function nextBreathMs(breaths: readonly Breath[], seed: number): number {
  const last = breaths.at(-1);
  return last ? last.startMs + last.durationMs : -RUN_UP_MS - SECOND_MS * uniform(seed, STREAM.breathDuration, 0);
}

function nextBeatMs(beats: readonly Beat[], seed: number): number {
  const last = beats.at(-1);
  return last ? last.startMs + last.intervalMs : -RUN_UP_MS + SECOND_MS * uniform(seed, STREAM.beat, 0);
}

/** Drops what is twice as old as is remembered, in one piece, so that it costs next to nothing per second. */
function forget(records: { readonly startMs: number }[], nowMs: number): void {
  if ((records[0]?.startMs ?? nowMs) > nowMs - 2 * REMEMBERED_MS) return;
  const kept = records.findIndex((record) => record.startMs > nowMs - REMEMBERED_MS - RUN_UP_MS);
  records.splice(0, kept);
}
