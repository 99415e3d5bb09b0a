/**
 * Keeps the screen awake while somebody is on watch. The browser lets go whenever the page is hidden and may refuse on a low
 * battery, so it is asked again each time the page comes back, and what it said is shown.
 */
export type WakeState = 'off' | 'held' | 'refused' | 'unsupported';

export class WakeLock {
  state = $state<WakeState>('off');
  #isWanted = false;
  #lock: WakeLockSentinel | undefined;

  /** In the browser only. @returns how to stop. */
  follow(): () => void {
    const renew = (): void => {
      if (document.visibilityState === 'visible') void this.#take();
    };
    document.addEventListener('visibilitychange', renew);
    return () => {
      document.removeEventListener('visibilitychange', renew);
      this.#isWanted = false;
      void this.#lock?.release();
    };
  }

  /** Within a person's press. */
  async want(): Promise<void> {
    this.#isWanted = true;
    await this.#take();
  }

  async #take(): Promise<void> {
    if (!this.#isWanted || this.state === 'held') return;
    if (!('wakeLock' in navigator)) {
      this.state = 'unsupported';
      return;
    }
    try {
      const lock = await navigator.wakeLock.request('screen');
      lock.addEventListener('release', () => (this.state = 'off'));
      this.#lock = lock;
      this.state = 'held';
    } catch (error) {
      console.info('the screen is not kept awake', error);
      this.state = 'refused';
    }
  }
}
