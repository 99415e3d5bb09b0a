import type { DeviceId } from './brand.ts';
import type { MonotonicMs } from './time.ts';

export type DeviceRole = 'monitor' | 'pump';

/**
 * What the station knows about the link to a device.
 * `opening` port or socket is being opened · `negotiating` open, no valid data yet · `live` valid data arrive ·
 * `silent` open but nothing valid for the device's own limit · `lost` the link is gone, retried by itself ·
 * `fault` the station closed it on purpose (a driver tried to send something it may not).
 */
export type LinkState = 'opening' | 'negotiating' | 'live' | 'silent' | 'lost' | 'fault';

/** How long a number of this device may be shown as current, and when it stops being a number. From the protocol note. */
export interface Freshness {
  readonly staleAfterMs: number;
  readonly expiredAfterMs: number;
}

/** The state of a device's link from `at` on. `reason` is a plain sentence. */
export interface DeviceStatus {
  readonly device: DeviceId;
  readonly role: DeviceRole;
  readonly at: MonotonicMs;
  readonly state: LinkState;
  readonly label: string;
  readonly freshness: Freshness;
  readonly isSimulated: boolean;
  /** Plays a recording: the patient is real and not here. */
  readonly isReplay?: true;
  readonly reason?: string;
}

/** A device as a bed knows it. */
export interface DeviceStanding extends DeviceStatus {
  /** Since when it gives no valid data, however often its link has changed state meanwhile; absent while it is live. */
  readonly silentSince?: MonotonicMs;
  /** It was live before: `waiting` we opened its link anew and it may be back at once · `told` its pumps are known to be out of sight. */
  readonly loss?: 'waiting' | 'told';
}
