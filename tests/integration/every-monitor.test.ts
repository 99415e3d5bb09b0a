/**
 * Every monitor's driver over a real socket, onto a bed: simulated device → TCP → driver → bedside, with a cable that gets every
 * damage. Time is simulated and runs faster than real time; the socket is the kernel's.
 */
import { Subscription } from 'rxjs';
import { afterAll, describe, expect, test } from 'vitest';
import { driverOf } from '$drivers/registry.ts';
import type { AnyDriver } from '$drivers/driver.ts';
import { runDriver } from '$drivers/run-driver.ts';
import type { DriverEvent } from '$drivers/driver-event.ts';
import { tcpConnect } from '$drivers/transport/tcp.server.ts';
import { resolve } from '$lib/bedside/index.ts';
import { deviceId, monotonicMs, type NibpMeasurement } from '$lib/domain/index.ts';
import { SIMULATED_DEVICES, type DeviceKind } from '$simulators/registry.ts';
import { runSimulator } from '$simulators/run-simulator.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { StillBedside } from '../support/still-bedside.ts';
import { TestBed } from '../support/bed.ts';
import { startWire, type Wire } from '../support/wire.ts';

const SPEED = 5;
/** Of real time. */
const STEP_MS = 4;
/** Of simulated time: the longest wait before a link is opened again, and the longest negotiation. */
const PATIENCE_MS = 90_000;
const MONITOR = deviceId('monitor-under-test');

const TRUTH = { heartRate: 83, pulseRate: 83, spo2: 96, respiratoryRate: 15, etco2: 36 } as const;
const VITALS_OF_TRUTH = ['heartRate', 'pulseRate', 'spo2', 'respiratoryRate', 'etco2'] as const;

/** Protocols that have no word for a measurement that failed. */
const SAY_NOTHING_OF_THE_CUFF: ReadonlySet<string> = new Set(['mindray-hl7', 'ivy-450c']);

/** A device, its cable, its driver and a bed with a patient. */
class Bench {
  readonly patient: StillBedside;
  readonly driver: AnyDriver;
  readonly wire: Wire;
  readonly bed = new TestBed().admitted();
  readonly nibp: NibpMeasurement[] = [];
  readonly cuffStates: string[] = [];
  linkState = 'opening';
  /** A busy machine lets time pass in leaps; nothing can be measured more finely than the longest. */
  #leapMs = 0;
  readonly #time: VirtualTime;
  readonly #running = new Subscription();

  constructor(driver: AnyDriver, patient: StillBedside, wire: Wire, time: VirtualTime) {
    this.driver = driver;
    this.patient = patient;
    this.wire = wire;
    this.#time = time;
    const began = performance.now() - time.now() / SPEED;
    const passing = setInterval(() => {
      const before = this.#time.now();
      this.#time.runTo((performance.now() - began) * SPEED);
      this.#leapMs = Math.max(this.#leapMs, this.#time.now() - before);
    }, STEP_MS);
    this.#running.add(() => clearInterval(passing));
    const events$ = runDriver(driver, tcpConnect({ host: '127.0.0.1', port: wire.port }), {
      context: { device: MONITOR, settings: {}, link: 'tcp' },
      label: 'Monitor under test',
      isSimulated: true,
      clock: () => monotonicMs(time.now()),
      scheduler: time,
    });
    this.#running.add(events$.subscribe((event) => this.#hear(event)));
  }

  get now(): number {
    return this.#time.now();
  }

  /** A limit as it can be measured here. */
  about(ms: number): number {
    return ms + 2 * this.#leapMs;
  }

  /** Waits until it holds; @returns how much simulated time that took. */
  async until(what: string, holds: () => boolean, withinMs = PATIENCE_MS): Promise<number> {
    const from = this.now;
    while (!holds()) {
      if (this.now - from > this.about(withinMs))
        throw new Error(`${this.driver.id}: in vain for ${what}; ${this.linkState}`);
      await new Promise((resume) => setTimeout(resume, STEP_MS));
      this.bed.to(this.now / 1000);
    }
    return this.now - from;
  }

  /** Observed vitals of which the patient's truth is known. */
  get vitals(): readonly (typeof VITALS_OF_TRUTH)[number][] {
    return VITALS_OF_TRUTH.filter((vital) => this.driver.observes.includes(vital));
  }

  /** The device is heard, and each number that it can give is there, current and the patient's. */
  isWell(): boolean {
    if (this.linkState !== 'live') return false;
    return this.vitals.every((vital) => {
      const resolved = resolve(this.bed.state, vital);
      return 'value' in resolved && !resolved.isStale && Math.abs(resolved.value - TRUTH[vital]) <= 1;
    });
  }

  /** No number of it is shown as current. */
  isShownAsOld(): boolean {
    return (
      this.linkState !== 'live' ||
      (this.vitals.length > 0 &&
        this.vitals.every((vital) => {
          const resolved = resolve(this.bed.state, vital);
          return !('value' in resolved) || resolved.isStale;
        }))
    );
  }

  /** A cuff measurement of 8 s is told once, as the patient's, with the time at which it ended. */
  async measure(systolic: number): Promise<void> {
    if (!this.driver.observes.includes('nibp')) return;
    const toldBefore = this.nibp.length;
    this.patient.cuffNow = { ...this.patient.cuffNow, state: 'measuring' };
    await this.until('the cuff', later(this, 8000));
    const last = { endedAtMs: Math.round(this.now), systolic, diastolic: 81, meanArterial: 99, pulseRate: 83 };
    this.patient.cuffNow = { ...this.patient.cuffNow, state: 'idle', last };
    await this.until('the pressure', () => this.nibp.length > toldBefore, 20_000);
    await this.until('that it is told once', later(this, 6000));
    expect(this.nibp.slice(toldBefore).map((told) => told.systolic)).toEqual([systolic]);
    const { measuredAt = 0, at = 0, diastolic } = this.nibp.at(-1) ?? {};
    expect(diastolic).toBe(81);
    expect(Math.abs(measuredAt - last.endedAtMs)).toBeLessThan(this.about(3000));
    expect(at - last.endedAtMs).toBeLessThan(this.about(8000));
  }

  /** The finger is bare: the saturation becomes a word, and the number again. */
  async bareTheFinger(): Promise<void> {
    if (!this.vitals.includes('spo2')) return;
    this.patient.sensorsNow = { ...this.patient.sensorsNow, isOximeterOn: false };
    await this.until('the saturation to go', () => 'missing' in resolve(this.bed.state, 'spo2'), 15_000);
    expect(this.linkState).toBe('live');
    this.patient.sensorsNow = { ...this.patient.sensorsNow, isOximeterOn: true };
    await this.until('the saturation again', () => this.isWell());
  }

  /** A measurement fails: it is no reading, and a device that can say so says so. */
  async failToMeasure(): Promise<void> {
    if (!this.driver.observes.includes('nibp')) return;
    const toldBefore = this.nibp.length;
    this.patient.cuffNow = { ...this.patient.cuffNow, state: 'measuring' };
    await this.until('the cuff', later(this, 8000));
    this.patient.cuffNow = { ...this.patient.cuffNow, state: 'failed' };
    const isSaid = () => SAY_NOTHING_OF_THE_CUFF.has(this.driver.id) || this.cuffStates.at(-1) === 'failed';
    await this.until('the failure', isSaid, 20_000);
    await this.until('that no number is made of it', later(this, 6000));
    expect(this.nibp.length).toBe(toldBefore);
  }

  async close(): Promise<void> {
    this.#running.unsubscribe();
    await this.wire.close();
  }

  #hear(event: DriverEvent): void {
    if (event.kind === 'status') {
      this.linkState = event.status.state;
      this.bed.input(this.now / 1000, { kind: 'device', status: event.status });
    }
    if (event.kind !== 'observed') return;
    for (const observation of event.observations) {
      if (observation.kind === 'waveform') continue;
      if (observation.kind === 'nibp') this.nibp.push(observation);
      if (observation.kind === 'cuff') this.cuffStates.push(observation.state);
      this.bed.input(this.now / 1000, { kind: 'observed', observation });
    }
  }
}

const closing: (() => Promise<unknown>)[] = [];

async function plugIn({ id, make }: DeviceKind): Promise<Bench> {
  const driver = driverOf(id);
  if (driver === undefined) throw new RangeError(`there is no driver ${id}`);
  const time = new VirtualTime();
  const patient = new StillBedside();
  patient.physiologyNow = { ...patient.physiologyNow, ...TRUTH };
  const onForbidden = (what: string): never => {
    throw new Error(`${id} was told to ${what}`);
  };
  const simulator = await runSimulator({
    device: () => make(patient, { settings: {}, onForbidden }),
    listen: 'tcp://127.0.0.1:0',
    clock: () => time.now(),
    scheduler: time,
  });
  if (!simulator.ok) throw new Error(simulator.error.sentence);
  const wire = await startWire(Number(new URL(simulator.value.address).port));
  const bench = new Bench(driver, patient, wire, time);
  closing.push(
    () => bench.close(),
    () => simulator.value.close(),
  );
  return bench;
}

/** Those to which we connect; a recorder that connects to us has a test of its own. */
const MONITORS = SIMULATED_DEVICES.filter(({ id }) => {
  const driver = driverOf(id);
  return driver?.role === 'monitor' && driver.accepts === undefined;
});

describe.concurrent.each(MONITORS)('$id over a socket', (kind) => {
  test('gives the patient’s numbers, falls silent, is missed, and comes back from every damage without a hand', async () => {
    const bench = await plugIn(kind);
    const { driver, wire, bed } = bench;
    await bench.until('the first numbers', () => bench.isWell());
    await bench.measure(141);
    await bench.bareTheFinger();
    await bench.failToMeasure();

    wire.become('dead');
    const staleMs = await bench.until('the numbers to be shown as old', () => bench.isShownAsOld());
    expect(staleMs).toBeLessThan(bench.about(Math.max(3000, driver.freshness.staleAfterMs) + 1000));
    await bench.until(
      'the technical alarm',
      () => bed.alarm('T4') !== undefined,
      driver.freshness.expiredAfterMs + 5000,
    );
    wire.become('whole');
    await bench.until('the numbers after the silence', () => bench.isWell());

    for (const damage of ['noisy', 'parity', 'unplugged'] as const) {
      wire.become(damage);
      await bench.until(`15 s of ${damage} to pass`, later(bench, 15_000));
      if (damage !== 'noisy') expect(bench.isShownAsOld(), damage).toBe(true);
      wire.become('whole');
      await bench.until(`the numbers after a line that was ${damage}`, () => bench.isWell());
    }
    await bench.measure(152);
  });
});

/** Holds when so much simulated time has passed. */
function later(bench: Bench, ms: number): () => boolean {
  const end = bench.now + ms;
  return () => bench.now >= end;
}

afterAll(async () => {
  for (const close of closing) await close();
});
