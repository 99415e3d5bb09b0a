/** What a page has of its own besides the ward: answers on their way, whether it is kept awake, keys, what lies open. */
import { getContext, setContext } from 'svelte';
import { AlarmAnswers } from './alarm-answers.svelte.ts';
import type { LiveWard } from './live-ward.svelte.ts';
import { Shortcuts } from './shortcuts.svelte.ts';
import { WakeLock } from './wake-lock.svelte.ts';

export class Screen {
  readonly answers: AlarmAnswers;
  readonly wakeLock = new WakeLock();
  readonly shortcuts = new Shortcuts();
  open = $state<'nothing' | 'alarms' | 'keys'>('nothing');

  constructor(ward: LiveWard) {
    this.answers = new AlarmAnswers(ward);
  }
}

const SCREEN = Symbol('screen');

export const setScreen = (screen: Screen): Screen => setContext(SCREEN, screen);
export const useScreen = (): Screen => getContext<Screen>(SCREEN);
