/** One driver run by the real runner against a simulated device over a wire in memory, in virtual time. */
import type { Subscription } from 'rxjs';
import type { DriverEvent, Traffic } from '$drivers/driver-event.ts';
import type { AnyDriver } from '$drivers/driver.ts';
import { runDriver } from '$drivers/run-driver.ts';
import {
  deviceId,
  monotonicMs,
  type CuffStatus,
  type DeviceAlarm,
  type DeviceStatus,
  type InfusionReading,
  type NibpMeasurement,
  type Numerics,
  type Observation,
  type VitalKey,
  type WaveformBlock,
} from '$lib/domain/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';

export class SimulatedStation {
  readonly time = new VirtualTime();
  readonly observations: Observation[] = [];
  /** `seconds state`, and the reasons beside them. */
  readonly states: string[] = [];
  readonly reasons: (string | undefined)[] = [];
  readonly statuses: DeviceStatus[] = [];
  readonly refused: string[] = [];
  traffic: Traffic | undefined;
  readonly #subscription: Subscription;

  constructor(driver: AnyDriver, device: SimulatedDevice, settings: Readonly<Record<string, unknown>> = {}) {
    const connect = simulatedLink({ device, scheduler: this.time, beginsMs: 0 });
    this.#subscription = runDriver(driver, connect, {
      context: { device: deviceId('device-1'), settings },
      label: driver.label,
      isSimulated: true,
      clock: () => monotonicMs(this.time.now()),
      scheduler: this.time,
    }).subscribe((event) => this.#hear(event));
  }

  runTo(simMs: number): this {
    this.time.runTo(simMs);
    return this;
  }

  switchOff(): void {
    this.#subscription.unsubscribe();
  }

  get state(): string | undefined {
    return this.states.at(-1)?.split(' ')[1];
  }
  get nibp(): readonly NibpMeasurement[] {
    return this.observations.filter((seen) => seen.kind === 'nibp');
  }
  get cuff(): readonly CuffStatus[] {
    return this.observations.filter((seen) => seen.kind === 'cuff');
  }
  get alarms(): readonly DeviceAlarm[] {
    return this.observations.filter((seen) => seen.kind === 'device-alarm');
  }
  get infusions(): readonly InfusionReading[] {
    return this.observations.filter((seen) => seen.kind === 'infusion');
  }
  get numerics(): readonly Numerics[] {
    return this.observations.filter((seen) => seen.kind === 'numerics');
  }
  waves(waveform: WaveformBlock['waveform']): readonly WaveformBlock[] {
    return this.observations.filter((seen) => seen.kind === 'waveform').filter((block) => block.waveform === waveform);
  }
  /** Times and values of a vital sign; a missing one by its reason. */
  values(key: VitalKey): readonly { readonly at: number; readonly value: number | string }[] {
    return this.numerics.flatMap(({ at, values }) => {
      const reading = values[key];
      if (!reading) return [];
      return [{ at, value: 'value' in reading ? reading.value : reading.missing }];
    });
  }

  #hear(event: DriverEvent): void {
    switch (event.kind) {
      case 'observed':
        return void this.observations.push(...event.observations);
      case 'status':
        this.statuses.push(event.status);
        this.states.push(`${Math.floor(event.status.at / 1000)} ${event.status.state}`);
        return void this.reasons.push(event.status.reason);
      case 'traffic':
        this.traffic = event.traffic;
        return;
      case 'refused':
        return void this.refused.push(event.frameHex);
      case 'bytes':
        return;
    }
  }
}
