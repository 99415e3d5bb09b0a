/**
 * The screen's alarm sound. It is told what should be heard and sees to it that this, and only this, is heard.
 *
 *   off ──unlock (a person's press)──▶ running ◀──▶ blocked      blocked: the browser or the system does not let us sound
 *
 * A burst and its silence are one piece of samples that the audio clock repeats by itself: no timer of the page is needed, a
 * throttled page in the background goes on sounding, and so does one that hangs. Calls come from the socket's handlers.
 */
import type { Priority } from '$lib/domain/index.ts';
import { type AudioOutput, browserOutput, type Voice } from './audio-output.ts';
import { type AudiblePriority, burst, LOST_BURST, type SoundCategory, TEST_BURST } from './burst.ts';
import { renderBurst } from './render.ts';
import { type Sound, type Sounding, succession } from './succession.ts';

export type SoundState = 'off' | 'running' | 'blocked';

/** Nobody can turn an alarm down to where it is not heard. */
export const VOLUME_FLOOR = 0.3;
/** `raised`: for an alarm that nobody has answered for long. */
export type Loudness = 'as-set' | 'raised';
/** A raised alarm is twice as loud (6 dB) as it was set, at least this loud, and never louder than the loudspeaker can be. */
export const RAISED_FLOOR = 0.8;

const gainOf = (volume: number, loudness: Loudness): number =>
  loudness === 'raised' ? Math.min(1, Math.max(RAISED_FLOOR, 2 * volume)) : volume;

const RANKS = { low: 1, medium: 2, high: 3 } as const;
const LOST: Sound = { key: 'lost', rank: 4, burst: LOST_BURST };
/** An audio clock slower than this share of real time stands: the output is gone although the browser says it runs. */
const LEAST_CLOCK_RATE = 0.5;

/** Time that the audio thread may be ahead of what it tells. */
const CLOSE_S = 0.05;
const LEAST_CHECK_MS = 500;

/** A low alarm has no melody of its category: its sound stays the same. */
const alarmSound = (priority: AudiblePriority, category: SoundCategory): Sound => ({
  key: priority === 'low' ? priority : `${priority} ${category}`,
  rank: RANKS[priority],
  burst: burst(priority, category),
});

interface Playing extends Sounding {
  readonly voice: Voice;
}

export class AlarmSounder {
  readonly #open: () => AudioOutput;
  readonly #listeners = new Set<() => void>();
  #output: AudioOutput | undefined;
  #state: SoundState = 'off';
  #volume = 0.7;
  #loudness: Loudness = 'as-set';
  #hasMelodies = true;
  #ordered: { readonly priority: AudiblePriority; readonly category: SoundCategory } | undefined;
  #alarm: Sound | undefined;
  #isLost = false;
  /** Key of the sound that is followed. */
  #followed: string | undefined;
  #present: Playing | undefined;
  /** Waits for the present one to end. */
  #next: Playing | undefined;
  #presentEndsS = Infinity;
  #lastCheck: { readonly nowMs: number; readonly timeS: number } | undefined;
  #hasStoodStill = false;

  constructor(open: () => AudioOutput = browserOutput) {
    this.#open = open;
  }

  get state(): SoundState {
    return this.#state;
  }

  get volume(): number {
    return this.#volume;
  }

  /** Whether high and medium alarms are heard with the melody of their category; otherwise all with the general one. */
  get hasMelodies(): boolean {
    return this.#hasMelodies;
  }

  /** @returns how to stop listening to changes of {@link state}, {@link volume} and {@link hasMelodies}. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be called in the handler of a person's press: opens or wakes the output and plays the test tone. */
  async unlock(): Promise<SoundState> {
    this.#output ??= this.#openOutput();
    const output = this.#output;
    await output.resume().catch(() => this.#judge());
    output.play(renderBurst(TEST_BURST, output.sampleRateHz), output.timeS, 'once');
    this.#judge();
    this.#follow();
    return this.#state;
  }

  /** What the station wants to be heard. The same again changes nothing; `loudness` does not begin a burst anew. */
  sound(priority: Priority | undefined, category: SoundCategory = 'general', loudness: Loudness = 'as-set'): void {
    this.#ordered = priority === undefined || priority === 'notice' ? undefined : { priority, category };
    this.#raise(loudness);
    this.#compose();
  }

  /** From the next burst on. */
  setMelodies(hasMelodies: boolean): void {
    this.#hasMelodies = hasMelodies;
    this.#compose();
    this.#tell();
  }

  /** The station is not heard any more: this screen's own tone, over everything, until it is heard again. */
  lost(isLost: boolean): void {
    this.#isLost = isLost;
    this.#follow();
  }

  /** From {@link VOLUME_FLOOR} to 1; what is beyond is taken as the end of the range. */
  setVolume(volume: number): void {
    this.#volume = Math.min(1, Math.max(VOLUME_FLOOR, volume));
    this.#output?.setVolume(gainOf(this.#volume, this.#loudness));
    this.#tell();
  }

  /** To be called about once a second with the page's clock: finds an output that stands still, and tries to wake it. */
  check(nowMs: number): SoundState {
    const output = this.#output;
    if (output === undefined) return this.#state;
    const { nowMs: lastMs, timeS: lastS } = this.#lastCheck ?? { nowMs: -Infinity, timeS: -Infinity };
    if (nowMs - lastMs < LEAST_CHECK_MS) return this.#state;
    this.#lastCheck = { nowMs, timeS: output.timeS };
    this.#hasStoodStill = (output.timeS - lastS) * 1000 < LEAST_CLOCK_RATE * (nowMs - lastMs);
    this.#judge();
    if (this.#state === 'blocked') {
      const judge = (): void => this.#judge();
      void output.resume().then(judge, judge);
    }
    return this.#state;
  }

  close(): void {
    this.#output?.close();
    this.#output = undefined;
    this.#followed = undefined;
    this.#present = undefined;
    this.#next = undefined;
    this.#judge();
  }

  #openOutput(): AudioOutput {
    const output = this.#open();
    output.setVolume(gainOf(this.#volume, this.#loudness));
    output.onStateChange(() => this.#judge());
    return output;
  }

  #judge(): void {
    const isRunning = this.#output?.isRunning === true && !this.#hasStoodStill;
    const state = this.#output === undefined ? 'off' : isRunning ? 'running' : 'blocked';
    if (state === this.#state) return;
    this.#state = state;
    this.#tell();
  }

  #raise(loudness: Loudness): void {
    if (loudness === this.#loudness) return;
    this.#loudness = loudness;
    this.#output?.setVolume(gainOf(this.#volume, loudness));
  }

  #compose(): void {
    const { priority, category = 'general' } = this.#ordered ?? {};
    this.#alarm = priority && alarmSound(priority, this.#hasMelodies ? category : 'general');
    this.#follow();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #follow(): void {
    const output = this.#output;
    const wanted = this.#isLost ? LOST : this.#alarm;
    if (output === undefined || wanted?.key === this.#followed) return;
    this.#followed = wanted?.key;
    const nowS = output.timeS;
    this.#settle(nowS);
    this.#next?.voice.cut();
    this.#next = undefined;
    const step = succession(this.#present, wanted, nowS);
    if (step.type === 'keep') this.#endPresentAt(undefined);
    if (step.type === 'stop') this.#endPresentAt(step.atS);
    if (step.type !== 'follow' || wanted === undefined) return;
    if (step.isCut) this.#cutPresent();
    else this.#endPresentAt(step.stopAtS);
    const voice = output.play(renderBurst(wanted.burst, output.sampleRateHz), step.startS, 'for ever');
    this.#next = { sound: wanted, startS: step.startS, voice };
  }

  /** What was to begin has begun, and what was to end has ended. An end that is close cannot be called back any more. */
  #settle(nowS: number): void {
    if (this.#next !== undefined && nowS >= this.#next.startS) {
      this.#present = this.#next;
      this.#next = undefined;
      this.#presentEndsS = Infinity;
    } else if (nowS >= this.#presentEndsS - CLOSE_S) {
      this.#cutPresent();
    }
  }

  #endPresentAt(timeS: number | undefined): void {
    this.#present?.voice.endAt(timeS);
    this.#presentEndsS = timeS ?? Infinity;
  }

  #cutPresent(): void {
    this.#present?.voice.cut();
    this.#present = undefined;
    this.#presentEndsS = Infinity;
  }
}
