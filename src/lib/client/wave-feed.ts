/** Hands wave frames to whoever draws them, outside of the framework's reactivity: 25 come each second. */
import { unpackWaves, type WaveFrame } from '$lib/realtime/index.ts';

export type WaveListener = (frame: WaveFrame, localMs: number) => void;

/** A wave that is older than this when it comes was held up on the way; it is history and not drawn. */
const TOO_OLD_MS = 1000;

export class WaveFeed {
  #listeners: readonly WaveListener[] = [];

  /** @returns how to stop listening. */
  listen(listener: WaveListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** @param stationMs time at the station now. */
  bring(packed: Uint8Array, stationMs: number, localMs: number): void {
    const frame = unpackWaves(packed);
    if (frame === undefined || stationMs - frame.at > TOO_OLD_MS) return;
    for (const listener of this.#listeners) listener(frame, localMs);
  }
}
