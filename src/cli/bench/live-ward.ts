/** A whole ward at work for a measurement: simulated beds, the built station, screens; everything ends with it. */
import { admit, BuiltStation, type BenchBed } from './built-station.ts';
import type { ScreensCalls } from './calls.ts';
import { inFolder, pause } from './goal.ts';
import { Helper } from './helper.ts';
import { SimulatedWard } from './simulated-ward.ts';

export interface LiveWard {
  readonly station: BuiltStation;
  readonly screens: Helper<ScreensCalls>;
}

export interface LiveWardOptions {
  readonly beds: number;
  readonly screens: number;
  /** How long everything runs before it is measured. */
  readonly warmMs: number;
  /** Beds as they are to be, from those that are simulated. */
  readonly arrange?: (beds: readonly BenchBed[]) => readonly BenchBed[];
}

/** Every bed has a patient; those with a pump that runs are in the infusion by themselves. */
export const withLiveWard = <T>(
  { beds, screens: count, warmMs, arrange = (same) => same }: LiveWardOptions,
  work: (ward: LiveWard) => Promise<T>,
): Promise<T> =>
  inFolder(async (folder) => {
    const simulated = await SimulatedWard.start(beds);
    const screens = new Helper<ScreensCalls>('screens');
    let station: BuiltStation | undefined;
    try {
      const arranged = arrange(simulated.beds);
      station = await BuiltStation.start(folder, arranged);
      await screens.ask('arrive', { address: station.address, count });
      await admit(
        screens,
        arranged.map(({ id }) => id),
      );
      await pause(warmMs);
      return await work({ station, screens });
    } finally {
      await screens.stop();
      await station?.stop();
      await simulated.stop();
    }
  });
