/** Two devices that give the same vital sign, and one rate out of several signals: which one counts. */
import { describe, expect, test } from 'vitest';
import { emptyBed, resolve, resolveHeartRate, step, type BedState } from '$lib/bedside/index.ts';
import {
  bedId,
  deviceId,
  monotonicMs,
  type BedInput,
  type LinkState,
  type Reading,
  type VitalKey,
} from '$lib/domain/index.ts';

const [MONITOR, OXIMETER] = [deviceId('monitor'), deviceId('oximeter')];

class SimpleBed {
  state: BedState = emptyBed(bedId('bed-1'), monotonicMs(0));

  constructor() {
    this.link('monitor', 'live').link('oximeter', 'live');
  }
  link(device: string, state: LinkState): this {
    const freshness = { staleAfterMs: 3000, expiredAfterMs: 10_000 };
    const always = { role: 'monitor', label: device, isSimulated: true, freshness } as const;
    return this.take({ kind: 'device', status: { device: deviceId(device), at: this.state.now, state, ...always } });
  }
  tell(device: string, values: Partial<Record<VitalKey, Reading>>): this {
    const source = deviceId(device);
    return this.take({ kind: 'observed', observation: { kind: 'numerics', source, at: this.state.now, values } });
  }
  pass(ms: number): this {
    this.state = { ...this.state, now: monotonicMs(this.state.now + ms) };
    return this;
  }
  take(input: BedInput): this {
    this.state = step(this.state, this.state.now, input).state;
    return this;
  }
}

const value = (number: number): Reading => ({ value: number });
const OFF: Reading = { missing: 'sensor-off' };

describe('of two devices that give the same vital', () => {
  const both = () => new SimpleBed().tell('oximeter', { spo2: value(91) }).tell('monitor', { spo2: value(97) });

  test('the first of the bed counts, whichever spoke last', () => {
    expect(resolve(both().state, 'spo2')).toMatchObject({ value: 97, source: MONITOR });
    expect(resolve(both().tell('oximeter', { spo2: value(90) }).state, 'spo2')).toMatchObject({ value: 97 });
  });

  test('the second counts while the first has no number, and no longer', () => {
    const bed = both().tell('monitor', { spo2: OFF });
    expect(resolve(bed.state, 'spo2')).toMatchObject({ value: 91, source: OXIMETER });
    expect(resolve(bed.tell('monitor', { spo2: value(96) }).state, 'spo2')).toMatchObject({ value: 96 });
  });

  test('the second counts when the number of the first has expired', () => {
    const bed = both()
      .pass(9000)
      .tell('oximeter', { spo2: value(92) })
      .pass(1500);
    expect(resolve(bed.state, 'spo2')).toMatchObject({ value: 92, source: OXIMETER });
  });

  test('a device that was unplugged and plugged in again has its place back', () => {
    const bed = both()
      .link('monitor', 'lost')
      .pass(11_000)
      .tell('oximeter', { spo2: value(92) });
    expect(resolve(bed.state, 'spo2')).toMatchObject({ source: OXIMETER });
    bed.link('monitor', 'live').tell('monitor', { spo2: value(95) });
    expect(resolve(bed.state, 'spo2')).toMatchObject({ value: 95, source: MONITOR });
  });

  test('neither counts when both are off, and the reason is said', () => {
    const bed = both().tell('monitor', { spo2: OFF }).tell('oximeter', { spo2: OFF });
    expect(resolve(bed.state, 'spo2')).toEqual({ missing: 'sensor-off' });
  });
});

describe('the heart rate', () => {
  const all = { heartRate: value(70), abpPulseRate: value(71), pulseRate: value(72) };

  test('is the ECG’s before the arterial line’s before the oximeter’s, whichever device gives it', () => {
    const bed = new SimpleBed().tell('monitor', { pulseRate: value(60) }).tell('oximeter', all);
    expect(resolveHeartRate(bed.state)).toMatchObject({ value: 70, vital: 'heartRate', source: OXIMETER });
    bed.tell('oximeter', { heartRate: OFF });
    expect(resolveHeartRate(bed.state)).toMatchObject({ value: 71, vital: 'abpPulseRate' });
    bed.tell('oximeter', { abpPulseRate: OFF });
    expect(resolveHeartRate(bed.state)).toMatchObject({ value: 60, vital: 'pulseRate', source: MONITOR });
  });
});
