/** What this browser can do of what the screens need: looked up, not guessed from its name. */
export interface Abilities {
  readonly secure: boolean;
  readonly audio: boolean;
  readonly wakeLock: boolean;
  readonly worker: boolean;
  readonly canvas: boolean;
  readonly notifications: boolean;
}

/** In the browser only. */
export const abilities = (): Abilities => ({
  secure: window.isSecureContext,
  audio: 'AudioContext' in window,
  wakeLock: 'wakeLock' in navigator,
  worker: 'Worker' in window,
  canvas: document.createElement('canvas').getContext('2d') !== null,
  notifications: 'Notification' in window,
});
