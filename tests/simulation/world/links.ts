/** The cables of a bed: each leads to a simulated device, damages what it carries, and comes out now and then. */
import { defer, merge, switchMap, throwError, timer, type Observable } from 'rxjs';
import { LinkFailure, type Connect, type Link } from '$drivers/link.ts';
import { FaultyDevice, type FaultCounts } from '$simulators/devices/faults.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { simulatedDevice } from '$simulators/registry.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import type { VirtualTime } from '$simulators/virtual-time.ts';
import type { DeviceDraw } from '../draw.ts';

/** A device that is stepped this rarely answers later by as much; what it sends is the same. */
const STEP_MS = 50;

export class Cable {
  readonly draw: DeviceDraw;
  readonly connect: Connect;
  readonly forbidden: string[] = [];
  readonly #bedside: SimulatedBedside;
  readonly #epochS: number;
  readonly #time: VirtualTime;
  readonly #devices: FaultyDevice[] = [];
  #device: { readonly device: SimulatedDevice; readonly bornMs: number } | undefined;
  #sentBytes = 0;
  outages = 0;

  constructor(draw: DeviceDraw, bedside: SimulatedBedside, time: VirtualTime, epochS: number) {
    this.draw = draw;
    this.#bedside = bedside;
    this.#time = time;
    this.#epochS = epochS;
    const whole: Connect = (serial) =>
      simulatedLink({ device: this.#current(), scheduler: time, beginsMs: 0, stepMs: STEP_MS })(serial);
    this.connect = (serial) => defer(() => this.#withOutages(whole(serial)));
  }

  /** What was done to the bytes, over all devices that were at this cable. */
  get counts(): FaultCounts {
    const all = this.#devices.map(({ counts }) => counts);
    const sum = (of: keyof FaultCounts): number => all.reduce((total, counts) => total + counts[of], 0);
    return {
      lostBytes: sum('lostBytes'),
      doubledBytes: sum('doubledBytes'),
      flippedBits: sum('flippedBits'),
      silencedBytes: sum('silencedBytes'),
      noiseBytes: sum('noiseBytes'),
      fragmentedChunks: sum('fragmentedChunks'),
      delayedChunks: sum('delayedChunks'),
      gluedChunks: sum('gluedChunks'),
      bytesOut: sum('bytesOut') + this.#sentBytes,
    };
  }

  #withOutages(link$: Observable<Link>): Observable<Link> {
    const now = this.#time.now();
    const { outages } = this.draw;
    if (outages.some(({ fromMs, forMs }) => now >= fromMs && now < fromMs + forMs))
      return throwError(() => new LinkFailure('refused', 'Nobody answers.'));
    const next = outages.find(({ fromMs }) => fromMs > now);
    if (next === undefined) return link$;
    const pulled$ = timer(next.fromMs - now, this.#time).pipe(
      switchMap(() => {
        this.outages += 1;
        return throwError(() => new LinkFailure('closed', 'The cable came out.'));
      }),
    );
    return merge(link$, pulled$);
  }

  /** One thing however often it is connected to; another one after it was switched off. */
  #current(): SimulatedDevice {
    const known = this.#device;
    const isNew =
      known === undefined ||
      this.draw.outages.some((one) => one.isRestart && one.fromMs >= known.bornMs && one.fromMs < this.#time.now());
    if (!isNew) return known.device;
    const device = this.#make();
    this.#device = { device, bornMs: this.#time.now() };
    return device;
  }

  #make(): SimulatedDevice {
    const { driver, settings, faults } = this.draw;
    const kind = simulatedDevice(driver);
    if (kind === undefined) throw new RangeError(`there is no simulated ${driver}`);
    const device = kind.make(this.#bedside, {
      settings: { epochS: this.#epochS, ...settings },
      onForbidden: (what) => this.forbidden.push(what),
    });
    const { seed: _, ...named } = faults;
    if (Object.keys(named).length === 0) return device;
    const faulty = new FaultyDevice(device, { ...faults, gridMs: STEP_MS });
    this.#devices.push(faulty);
    return faulty;
  }
}
