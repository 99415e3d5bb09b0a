/** The beds of the demonstration, and what their devices and patients are called in the configuration. */
import { bedId, MINUTE_MS, type BedId } from '$lib/domain/index.ts';
import type { DeviceConfiguration } from '$lib/bus/bus.ts';
import type { WardConfiguration } from '$core/configuration.ts';
import { WARD, type WardBed } from '$simulators/scenarios/index.ts';
import { BED_DEVICES, type BedDevice } from '$simulators/simulated-bed.ts';

export interface DemonstrationBed extends WardBed {
  readonly bed: BedId;
  /** Unix seconds at minute 0 of the scenario. */
  readonly epochS: number;
}

/** @param nowMs calendar time at which every bed stands at its `startAtMin`. */
export const demonstrationBeds = (nowMs: number): readonly DemonstrationBed[] =>
  WARD.map((ward, index) => ({
    ...ward,
    bed: bedId(`bed-${index + 1}`),
    epochS: Math.round((nowMs - ward.startAtMin * MINUTE_MS) / 1000),
  }));

const NAMES: Readonly<Record<BedDevice, { readonly suffix: string; readonly label: string }>> = {
  'ge-s5-dri': { suffix: 'monitor', label: 'Monitor' },
  'pump-bbraun-bcc': { suffix: 'pump', label: 'Pump' },
};

/** @param addressOf where a bed's simulated device listens, `host:port`. */
export function demonstrationWard(
  beds: readonly DemonstrationBed[],
  addressOf: (bed: BedId, device: BedDevice) => string,
): WardConfiguration {
  return {
    beds: beds.map(({ bed, label }) => ({
      bed,
      label,
      devices: BED_DEVICES.map((driver): DeviceConfiguration => {
        const { suffix, label: deviceLabel } = NAMES[driver];
        return {
          id: `${bed}-${suffix}`,
          driver,
          label: deviceLabel,
          link: { tcp: addressOf(bed, driver) },
          isSimulated: true,
        };
      }),
    })),
  };
}
