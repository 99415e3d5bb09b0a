/**
 * Every pump's driver over a real socket, onto a bed: simulated pump → TCP → driver → bedside, with a cable that gets every damage.
 * Time is simulated and runs faster than real time; the socket is the kernel's. What each protocol can tell, case by case:
 * tests/drivers/every-pump.test.ts.
 */
import { Subscription } from 'rxjs';
import { afterAll, describe, expect, test } from 'vitest';
import type { DriverEvent } from '$drivers/driver-event.ts';
import type { AnyDriver } from '$drivers/driver.ts';
import { driverOf } from '$drivers/registry.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { tcpConnect } from '$drivers/transport/tcp.server.ts';
import { deviceId, monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import { SIMULATED_DEVICES, type DeviceKind } from '$simulators/registry.ts';
import { runSimulator } from '$simulators/run-simulator.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { PLAN, TestBed } from '../support/bed.ts';
import { StillBedside } from '../support/still-bedside.ts';
import { startWire, type Wire } from '../support/wire.ts';

const SPEED = 5;
/** Of real time. */
const STEP_MS = 4;
/** Of simulated time. */
const PATIENCE_MS = 90_000;

const DOINGS: ReadonlySet<string> = new Set([
  'started',
  'rate-changed',
  'paused',
  'stopped',
  'resumed',
  'completed',
  'bolus',
]);

class Bench {
  readonly patient = new StillBedside();
  readonly bed = new TestBed().admitted();
  readonly driver: AnyDriver;
  readonly forbidden: string[] = [];
  linkState = 'opening';
  wire!: Wire;
  /** A busy machine lets time pass in leaps; nothing can be measured more finely than the longest. */
  #leapMs = 0;
  readonly time = new VirtualTime();
  readonly #running = new Subscription();

  constructor(driver: AnyDriver) {
    this.driver = driver;
    this.bed.command(0, { type: 'set-plan', plan: PLAN });
  }

  connect(wire: Wire): void {
    this.wire = wire;
    const began = performance.now() - this.time.now() / SPEED;
    const passing = setInterval(() => {
      const before = this.time.now();
      this.time.runTo((performance.now() - began) * SPEED);
      this.#leapMs = Math.max(this.#leapMs, this.time.now() - before);
    }, STEP_MS);
    this.#running.add(() => clearInterval(passing));
    const events$ = runDriver(this.driver, tcpConnect({ host: '127.0.0.1', port: wire.port }), {
      context: { device: deviceId('pump-under-test'), settings: {}, link: 'tcp' },
      label: 'Pump under test',
      isSimulated: true,
      clock: () => monotonicMs(this.time.now()),
      scheduler: this.time,
    });
    this.#running.add(events$.subscribe((event) => this.#hear(event)));
  }

  /** A limit as it can be measured here. */
  about(ms: number): number {
    return ms + 2 * this.#leapMs;
  }

  /** Waits until it holds; @returns how much simulated time that took. */
  async until(what: string, holds: () => boolean, withinMs = PATIENCE_MS): Promise<number> {
    const from = this.time.now();
    while (!holds()) {
      if (this.time.now() - from > this.about(withinMs))
        throw new Error(
          `${this.driver.id}: in vain for ${what}; ${this.linkState}, ${this.reading?.state ?? 'no reading'}`,
        );
      await new Promise((resume) => setTimeout(resume, STEP_MS));
      this.bed.to(this.time.now() / 1000);
    }
    return this.time.now() - from;
  }

  async pass(ms: number): Promise<void> {
    const end = this.time.now() + ms;
    await this.until('time to pass', () => this.time.now() >= end, 2 * ms);
  }

  order(change: Partial<StillBedside['orderNow']>): void {
    this.patient.orderNow = { ...this.patient.orderNow, ...change };
  }

  get reading(): InfusionReading | undefined {
    return Object.values(this.bed.state.channels)[0]?.reading;
  }

  /** The pump is heard, and says that it infuses at this rate. */
  isInfusing(mlPerHour: number): boolean {
    const { state, rateMlPerHour } = this.reading ?? {};
    return this.linkState === 'live' && state === 'infusing' && rateMlPerHour === mlPerHour;
  }

  /** What the pump did; a pause is a stop, whether the protocol has a word of its own for it or not. */
  get events(): readonly string[] {
    const told = this.bed.outputs.flatMap(({ body }) => (body.kind === 'infusion-event' ? [body.event.type] : []));
    return told.filter((type) => DOINGS.has(type)).map((type) => (type === 'paused' ? 'stopped' : type));
  }

  async close(): Promise<void> {
    this.#running.unsubscribe();
    await this.wire.close();
  }

  #hear(event: DriverEvent): void {
    const atS = this.time.now() / 1000;
    if (event.kind === 'status') {
      this.linkState = event.status.state;
      this.bed.input(atS, { kind: 'device', status: event.status });
    }
    if (event.kind !== 'observed') return;
    for (const observation of event.observations) {
      if (observation.kind !== 'waveform') this.bed.input(atS, { kind: 'observed', observation });
    }
  }
}

const closing: (() => Promise<unknown>)[] = [];

async function plugIn({ id, make }: DeviceKind): Promise<Bench> {
  const driver = driverOf(id);
  if (driver === undefined) throw new RangeError(`there is no driver ${id}`);
  const bench = new Bench(driver);
  const device = make(bench.patient, { settings: {}, onForbidden: (what) => bench.forbidden.push(what) });
  const simulator = await runSimulator({
    device: () => device,
    listen: 'tcp://127.0.0.1:0',
    clock: () => bench.time.now(),
    scheduler: bench.time,
  });
  if (!simulator.ok) throw new Error(simulator.error.sentence);
  bench.connect(await startWire(Number(new URL(simulator.value.address).port)));
  closing.push(
    () => bench.close(),
    () => simulator.value.close(),
  );
  return bench;
}

/** Those to which we connect; a gateway that connects to us has a test of its own. */
const PUMPS = SIMULATED_DEVICES.filter(({ id }) => {
  const driver = driverOf(id);
  return driver?.role === 'pump' && driver.accepts === undefined;
});

describe.concurrent.each(PUMPS)('$id over a socket', (kind) => {
  test('tells what flows, stops being heard in time, and comes back from every damage without a hand', async () => {
    const bench = await plugIn(kind);
    const { wire, bed } = bench;
    await bench.until('the pump', () => bench.linkState === 'live' && bench.reading !== undefined);
    bench.order({ isStarted: true });
    await bench.until('the infusion', () => bench.isInfusing(52.5));
    bench.order({ rateMlPerHour: 30 });
    await bench.until('the other rate', () => bench.isInfusing(30));
    bench.order({ isStarted: false });
    await bench.until('the pause', () => bench.reading?.state !== 'infusing');
    bench.order({ isStarted: true });
    await bench.until('the infusion', () => bench.isInfusing(30));
    expect(bench.events).toEqual(['started', 'rate-changed', 'stopped', 'resumed']);

    wire.become('dead');
    const { staleAfterMs, expiredAfterMs } = bench.driver.freshness;
    await bench.until('that it is said', () => bench.linkState !== 'live', staleAfterMs + 1000);
    const last = bench.reading?.at;
    await bench.until('the alarm', () => bed.alarm('T4') !== undefined, expiredAfterMs + 6000);
    expect(bench.reading?.at).toBe(last);
    wire.become('whole');
    await bench.until('the pump after the silence', () => bench.isInfusing(30) && bench.reading?.at !== last);

    for (const damage of ['noisy', 'parity', 'unplugged'] as const) {
      wire.become(damage);
      await bench.pass(15_000);
      if (damage !== 'noisy') expect(bench.linkState, damage).not.toBe('live');
      wire.become('whole');
      const from = bench.time.now();
      await bench.until(`the pump after ${damage}`, () => bench.isInfusing(30) && (bench.reading?.at ?? 0) > from);
    }
    expect(bench.events.slice(4)).toEqual([]);
    expect(bench.forbidden).toEqual([]);
  });
});

afterAll(async () => {
  for (const close of closing) await close();
});
