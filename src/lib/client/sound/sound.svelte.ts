/** The sounder as components read it: its state, volume and melodies, followed only while something on the screen shows them. */
import { createSubscriber } from 'svelte/reactivity';
import type { AlarmSounder, SoundState } from './alarm-sounder.ts';

export class SoundView {
  readonly #sounder: AlarmSounder;
  readonly #track: () => void;

  constructor(sounder: AlarmSounder) {
    this.#sounder = sounder;
    this.#track = createSubscriber((update) => sounder.onChange(update));
  }

  get state(): SoundState {
    this.#track();
    return this.#sounder.state;
  }

  get volume(): number {
    this.#track();
    return this.#sounder.volume;
  }

  get hasMelodies(): boolean {
    this.#track();
    return this.#sounder.hasMelodies;
  }
}
