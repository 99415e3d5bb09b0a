/** What is wrong with the devices of a bed, in words; nothing while all of them answer. Pure. */
import type { DeviceStanding, MonotonicMs } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { stopwatch, wholeSeconds } from './format.ts';

/** One sentence for each device that is not live, the monitors first. */
export function deviceTroubles(devices: readonly DeviceStanding[], now: MonotonicMs): readonly string[] {
  return devices
    .filter(({ state }) => state !== 'live')
    .sort((a, b) => Number(b.role === 'monitor') - Number(a.role === 'monitor'))
    .flatMap((device) => trouble(device, now) ?? []);
}

export function trouble({ state, label, at, silentSince = at }: DeviceStanding, now: MonotonicMs): string | undefined {
  const told = words.common.deviceTrouble;
  const forTime = shortSpan(now - silentSince);
  switch (state) {
    case 'live':
      return undefined;
    case 'opening':
      return told.opening(label);
    case 'negotiating':
      return told.negotiating(label);
    case 'silent':
      return told.silent(label, forTime);
    case 'lost':
      return told.lost(label, forTime);
    case 'fault':
      return told.fault(label);
  }
}

/** `12 s`, from a minute on `1:12`. */
export const shortSpan = (spanMs: number): string =>
  spanMs < 60_000 ? words.common.seconds(wholeSeconds(spanMs)) : stopwatch(spanMs);
