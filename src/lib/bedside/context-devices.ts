/** What the rules may see of the devices as such: since when one is silent, what else watches the patient, and whether it may be heard. */
import { SECOND_MS, type DeviceStanding } from '$lib/domain/index.ts';
import type { Item } from '$lib/rules/index.ts';
import { truth } from './context-pumps.ts';
import { isLive } from './resolve.ts';
import type { BedState } from './state.ts';

export const deviceItems = (state: BedState): readonly Item[] =>
  state.devices.map((status) => deviceItem(state, status));

function deviceItem(state: BedState, status: DeviceStanding): Item {
  const { silentSince } = status;
  const silentMs = silentSince === undefined ? 0 : state.now - silentSince;
  const at = silentSince === undefined ? status.at : state.now;
  const isWatchedOtherwise =
    status.role === 'pump' ||
    state.devices.some((other) => other.device !== status.device && other.role === 'monitor' && isLive(other));
  const told = state.deviceAlarms[status.device];
  return {
    key: status.device,
    label: status.label,
    metrics: { silentS: { value: silentMs / SECOND_MS, at, cadence: 'continuous' } },
    facts: {
      'no-other-vital-source': truth(!isWatchedOtherwise),
      'bedside-silenced': truth(told?.isSilenced === true && isLive(status)),
    },
  };
}
