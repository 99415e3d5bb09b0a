/** What passes over the devices' links, told only while a page looks at them. */
import { SvelteMap } from 'svelte/reactivity';
import type { Traffic } from '$lib/realtime/index.ts';
import type { StationSocket } from './socket.ts';

export class DeviceTraffic {
  readonly byDevice = new SvelteMap<string, Traffic>();
  readonly #socket: () => StationSocket | undefined;
  #isWatching = false;

  constructor(socket: () => StationSocket | undefined) {
    this.#socket = socket;
  }

  /** @returns how to stop. */
  watch(): () => void {
    this.#watching(true);
    return () => this.#watching(false);
  }

  /** After the station has welcomed this page anew: it does not remember what the page looked at. */
  resume(): void {
    if (this.#isWatching) this.#watching(true);
  }

  told(traffic: Traffic): void {
    this.byDevice.set(traffic.device, traffic);
  }

  #watching(isWatching: boolean): void {
    this.#isWatching = isWatching;
    this.#socket()?.emit('devices:watch', isWatching);
  }
}
