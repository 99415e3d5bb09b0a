/** Devices of which one client has for itself what it reads: two of ours at the same one would take boluses or alarms from each other. */
import type { DeviceConfiguration } from '$lib/bus/bus.ts';
import { driverOf } from '$drivers/registry.ts';

/** A name of a place by which two ways to write it are one: `COM-7.ward:04001` and `com-7.ward:4001`. */
export function placeName(port: string): string {
  const [, host, number] = /^(.+):(\d{1,5})$/.exec(port) ?? [];
  return host === undefined ? port : `${host.toLowerCase()}:${Number(number)}`;
}

/**
 * @param placeOf what a device's link leads to.
 * @returns a plain sentence for the first two that may not be there together; undefined when there are none.
 */
export function soleClientFault(
  devices: readonly DeviceConfiguration[],
  placeOf: (device: DeviceConfiguration) => string,
): string | undefined {
  const first = new Map<string, DeviceConfiguration>();
  for (const device of devices) {
    const place = placeOf(device);
    const other = first.get(place);
    const sole = [other, device].map((one) => one && driverOf(one.driver)).find((driver) => driver?.isSoleClient);
    if (other && sole) {
      return (
        `"${other.id}" and "${device.id}" have the same address, ${place}. ` +
        `What one of them reads from ${sole.label} is gone for the other, boluses or alarms among it: only one device may read it`
      );
    }
    first.set(place, other ?? device);
  }
  return undefined;
}
