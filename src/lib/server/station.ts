/**
 * What the pages of this process share: the bus, the ward as the gateway knows it, the store, and who is admitted. There is
 * one holder, set once by the process's entry before the first request. It hangs on `globalThis` because the pages and the
 * entry are two bundles in one process: a module variable would exist twice.
 */
import type { Bus } from '$lib/bus/bus.ts';
import type { StoreReader } from '$lib/store/store.ts';
import type { Access } from './access.ts';
import type { WardState } from './ward-state.ts';

export interface WebStation {
  readonly bus: Bus;
  readonly ward: WardState;
  readonly access: Access;
  readonly store: StoreReader;
  readonly version: string;
  readonly isDemonstration: boolean;
  readonly captureDirectory: string;
}

declare global {
  var infuscopeStation: WebStation | undefined;
}

export function setStation(station: WebStation): void {
  globalThis.infuscopeStation = station;
}

/** @throws when the pages were started without the station behind them */
export function theStation(): WebStation {
  const station = globalThis.infuscopeStation;
  if (station === undefined) throw new Error('The pages run without a station: start them with `infuscope start`.');
  return station;
}
