import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { NO_SAMPLE, type WaveformBlock, type WaveformKey } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import type { CuffReading } from '$simulators/patient/simulated-bedside.ts';
import { StillBedside } from '../../support/still-bedside.ts';
import { EPOCH_MS } from './bench.ts';
import { deafTo, Station, type StationSetup } from './station.ts';

const LINKS = ['serial', 'udp'] as const;
const FULL: StationSetup = { monitor: { hasArterialLine: true } };
const faulty =
  (faults: Omit<FaultOptions, 'seed'>): NonNullable<StationSetup['around']> =>
  (device) =>
    new FaultyDevice(device, { seed: 7, ...faults });

const last = (station: Station) => station.of('numerics').at(-1)?.values;
const link = (station: Station, isLinked: boolean): void => {
  station.bedside.sensorsNow = { ...station.bedside.sensorsNow, isLinked };
};

/** The numbers of the still bedside, as the station should have them. */
const USUAL = {
  heartRate: { value: 76 },
  pulseRate: { value: 76 },
  spo2: { value: 97 },
  perfusionIndex: { value: 2.4 },
  respiratoryRate: { value: 14 },
  etco2: { value: 38 },
  fico2: { value: 0 },
};

describe.each(LINKS)('over %s', (kind) => {
  test('numbers are what the patient has, every 1.024 s, with the time of the monitor', () => {
    const station = new Station({ ...FULL, link: kind }).runTo(60_000);
    expect(station.states).toEqual(['opening', 'negotiating', 'live']);
    expect(last(station)).toEqual({
      ...USUAL,
      abpSystolic: { value: 128 },
      abpDiastolic: { value: 78 },
      abpMeanArterial: { value: 95 },
      abpPulseRate: { value: 76 },
    });
    const numerics = station.of('numerics');
    expect(numerics.length).toBeGreaterThanOrEqual(57);
    for (const { at, deviceTime = NaN } of numerics) {
      // The monitor tells its wall clock in whole seconds.
      expect(Math.abs(deviceTime - EPOCH_MS - at)).toBeLessThanOrEqual(1050);
    }
    const { noiseBytes, undecodable, sendsRefused } = station.traffic;
    expect([noiseBytes, undecodable, sendsRefused]).toEqual([
      { 'no-start': 0, 'bad-sum': 0, 'bad-length': 0, 'too-long': 0 },
      { 'unknown-code': 0, 'too-short': 0, malformed: 0 },
      0,
    ]);
    expect(station.forbidden).toEqual([]);
  });

  test('is live within two seconds', () => {
    const station = new Station({ link: kind }).runTo(5000);
    expect(station.statuses.find(({ state }) => state === 'live')?.at).toBeLessThanOrEqual(2000);
  });

  test('changes arrive with the next answer, to the digit that the monitor shows', () => {
    const station = new Station({ link: kind }).runTo(20_500);
    const { physiologyNow } = station.bedside;
    station.bedside.physiologyNow = { ...physiologyNow, heartRate: 131.4, spo2: 88.337, etco2: 45.12 };
    station.runFor(1100);
    expect(last(station)).toMatchObject({ heartRate: { value: 131 }, spo2: { value: 88.3 }, etco2: { value: 45.1 } });
  });

  test('waves are what the patient had, at their times, without a seam', () => {
    const station = new Station({ ...FULL, link: kind }).runTo(30_000);
    for (const [waveform, rateHz, amplitude] of SIGNALS) {
      const blocks = station.waves(waveform);
      expect(blocks.length).toBeGreaterThan(100);
      expect(blocks.filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
      blocks.forEach((block, i) => {
        expect(block.rateHz).toBe(rateHz);
        expect(block.at - (blocks[0]?.at ?? 0)).toBeCloseTo(256 * i, 6);
        expectSine(block, amplitude);
      });
    }
  });

  test('every part of a chain counts when answers must be cut small', () => {
    const station = new Station({ link: kind, monitor: { mtu: 320 } }).runTo(30_000);
    expect(last(station)).toEqual(USUAL);
    expect(station.statuses.at(-1)?.reason).toBe('Philips M8000.');
  });

  test('a sensor that is off gives its reason and holes, then numbers again', () => {
    const station = new Station({ link: kind }).runTo(10_000);
    const { sensorsNow } = station.bedside;
    station.bedside.sensorsNow = { ...sensorsNow, isEcgOn: false, isOximeterOn: false };
    station.runFor(5000);
    expect(last(station)).toMatchObject({
      heartRate: { missing: 'invalid' },
      pulseRate: { missing: 'invalid' },
      spo2: { missing: 'invalid' },
      respiratoryRate: { value: 14 },
    });
    for (const waveform of ['ecg1', 'pleth', 'respiration'] as const) {
      expect(new Set(station.waves(waveform).at(-1)?.samples)).toEqual(new Set([NO_SAMPLE]));
    }
    expect(station.of('device-alarm').at(-1)?.alarms).toEqual([
      { text: 'ECG LEADS OFF', priority: 'medium' },
      { text: 'SpO₂ NO SENSOR', priority: 'medium' },
    ]);
    station.bedside.sensorsNow = sensorsNow;
    station.runFor(3000);
    expect(last(station)).toEqual(USUAL);
    expect(station.of('device-alarm').at(-1)?.alarms).toEqual([]);
  });

  test('the station parts with a release, and the monitor is free', () => {
    const station = new Station({ link: kind }).runTo(10_000).stop();
    const names = (wires: readonly Uint8Array[]) => wires.map((wire) => (kind === 'serial' ? wire[5] : wire[0]));
    expect(names(station.heard).at(-1)).toBe(0x09);
    const before = station.heard.length;
    station.start().runFor(3000);
    expect(names(station.heard.slice(before))[0]).toBe(0x0d);
    expect(names(station.heard)).not.toContain(0x19);
    expect(station.states.at(-1)).toBe('live');
  });

  test('a cable that is out for a moment: silent, and live again on the same association', () => {
    const station = new Station({ link: kind }).runTo(20_000);
    link(station, false);
    station.runFor(5200);
    expect(station.states.at(-1)).toBe('silent');
    link(station, true);
    station.runFor(3000);
    expect(station.states).toEqual(['opening', 'negotiating', 'live', 'silent', 'live']);
    expect(station.waves('ecg1').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(2);
  });

  test('a cable that is out for a minute: given up, and live again within seconds of its return', () => {
    const station = new Station({ link: kind }).runTo(20_000);
    link(station, false);
    station.runFor(60_000);
    expect(station.states).toContain('lost');
    expect(station.of('numerics').at(-1)?.at).toBeLessThanOrEqual(20_050);
    link(station, true);
    station.runFor(25_000);
    expect(station.states.at(-1)).toBe('live');
    expect(last(station)).toEqual(USUAL);
  });

  test('a monitor that is restarted, with its ticks from zero: live again, and the trace goes on with a gap', () => {
    const station = new Station({ link: kind, monitor: { restartsAtMs: [30_000] } }).runTo(60_000);
    expect(station.states.slice(0, 4)).toEqual(['opening', 'negotiating', 'live', 'silent']);
    expect(station.states.at(-1)).toBe('live');
    const after = station.waves('ecg1').filter(({ at }) => at > 30_000);
    expect(after.length).toBeGreaterThan(30);
    expect(after[0]?.isGapBefore).toBe(true);
    for (const block of after) expect(block.at).toBeLessThan(station.now);
    expect(station.of('numerics').filter(({ at }) => at > 45_000).length).toBeGreaterThan(10);
  });

  test('a monitor that breaks off is asked again and live within five seconds', () => {
    const station = new Station({ link: kind, monitor: { abortsAtMs: [30_000] } }).runTo(35_500);
    expect(station.states).toEqual(['opening', 'negotiating', 'live', 'lost', 'negotiating', 'live']);
    expect(station.statuses.find(({ state }) => state === 'lost')?.reason).toMatch(/broke the association off/);
  });

  test('words of ours that get lost are said again', () => {
    for (const lost of [1, 2, 3, 4, 5, 6]) {
      const station = new Station({ link: kind, around: (device) => deafTo(device, (number) => number === lost) });
      station.runTo(20_000);
      expect(station.states, `lost ${lost}`).toEqual(['opening', 'negotiating', 'live']);
      expect(last(station)).toEqual(USUAL);
      expect(station.waves('ecg1').length).toBeGreaterThan(40);
      expect(station.of('device-alarm').length).toBeGreaterThan(0);
    }
  });

  test('a monitor without waves, or that denies them, gives numbers and says so', () => {
    const without = new Station({ link: kind, monitor: { grantsWaves: false } }).runTo(20_000);
    expect(without.of('waveform')).toEqual([]);
    expect(without.statuses.at(-1)).toMatchObject({
      state: 'live',
      reason: 'Philips M8000. The monitor does not grant waves.',
    });
    const denying = new Station({ link: kind, monitor: { deniesWaves: true } }).runTo(20_000);
    expect(denying.statuses.at(-1)?.reason).toBe('Philips M8000. The monitor refuses its waves (access denied).');
    expect(last(denying)).toEqual(USUAL);
  });

  test('a demonstration is shown in doubt and said; accepted, it counts', () => {
    const shown = new Station({ link: kind, monitor: { isDemo: true } }).runTo(5000);
    expect(last(shown)).toMatchObject({ heartRate: { value: 76, isQuestionable: true } });
    expect(shown.statuses.at(-1)?.reason).toMatch(/shows a demonstration, not a patient/);
    const accepted = new Station({ link: kind, monitor: { isDemo: true }, driver: { demoData: true } }).runTo(5000);
    expect(last(accepted)).toEqual(USUAL);
    expect(accepted.statuses.at(-1)?.reason).toMatch(/shows a demonstration/);
  });

  test('an hour: never silent, no number missing, the poll periods renewed in time', { timeout: 60_000 }, () => {
    const station = new Station({ link: kind, driver: { waveforms: [] } }).runTo(3_600_000);
    expect(station.states).toEqual(['opening', 'negotiating', 'live']);
    const times = station.of('numerics').map(({ at }) => at);
    expect(Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)))).toBeLessThanOrEqual(1100);
  });
});

/** The patient's signal is in volume percent at sea level. */
const MMHG_PER_PERCENT = 7.6;

/** Rate on the wire, and the amplitude of the still bedside's sine. */
const SIGNALS: readonly (readonly [WaveformKey, number, number])[] = [
  ['ecg1', 500, 1],
  ['pleth', 125, 2],
  ['abp', 125, 2],
  ['respiration', 62.5, 2],
  ['co2Pressure', 62.5, 2 * MMHG_PER_PERCENT],
];
/** What the simulated monitor's scales can carry, where the sine is larger. */
const RANGES: Partial<Record<WaveformKey, readonly [number, number]>> = {
  respiration: [-0.6, 1.9],
  co2Pressure: [-10, 50],
};

/** The block holds the sine of the bedside at its time, which is a multiple of 256 ms of the monitor. */
function expectSine({ waveform, at, rateHz, samples, gain, offset }: WaveformBlock, amplitude: number): void {
  const fromMs = Math.round(at / 256) * 256;
  expect(Math.abs(at - fromMs)).toBeLessThanOrEqual(50);
  const [low, high] = RANGES[waveform] ?? [-Infinity, Infinity];
  const errors = Array.from(samples, (sample, i) => {
    const sine = amplitude * Math.sin((2 * Math.PI * (fromMs + (i * 1000) / rateHz)) / 1000);
    return Math.abs(sample * gain + offset - Math.max(low, Math.min(high, sine)));
  });
  expect(Math.max(...errors), waveform).toBeLessThanOrEqual(gain);
}

describe('the cuff', () => {
  /** A cycle every two minutes, each reading 10 mmHg higher. */
  function runCuff(station: Station, rounds: number): readonly CuffReading[] {
    const readings: CuffReading[] = [];
    const set = { mode: 'auto', intervalMs: 120_000 } as const;
    for (let round = 0; round < rounds; round += 1) {
      const { last: before } = station.bedside.cuffNow;
      station.bedside.cuffNow = { ...set, state: 'measuring', ...(before && { last: before }) };
      station.runFor(27_300);
      const reading = {
        endedAtMs: station.now,
        systolic: 130 + 10 * round,
        diastolic: 85,
        meanArterial: 101,
        pulseRate: 77,
      };
      readings.push(reading);
      station.bedside.cuffNow = { ...set, state: 'idle', last: reading };
      station.runFor(92_700);
    }
    return readings;
  }

  test.each([0, 5 * 3600, -9 * 3600])(
    'each measurement is told once, at its time, with a monitor clock %i s off',
    (clockOffsetS) => {
      const station = new Station({ monitor: { clockOffsetS } }).runTo(10_000);
      const readings = runCuff(station, 4);
      expect(
        station
          .of('nibp')
          .map(({ systolic, diastolic, meanArterial, pulseRate }) => [systolic, diastolic, meanArterial, pulseRate]),
      ).toEqual(
        readings.map(({ systolic, diastolic, meanArterial, pulseRate }) => [
          systolic,
          diastolic,
          meanArterial,
          pulseRate,
        ]),
      );
      station.of('nibp').forEach(({ at, measuredAt, deviceTime = NaN }, i) => {
        const endedAtMs = readings[i]?.endedAtMs ?? NaN;
        expect(Math.abs(measuredAt - endedAtMs)).toBeLessThanOrEqual(2000);
        expect(at - endedAtMs).toBeLessThanOrEqual(1100);
        expect(deviceTime).toBe(EPOCH_MS + 1000 * (clockOffsetS + Math.floor(endedAtMs / 1000)));
      });
      expect(
        station
          .of('cuff')
          .map(({ state }) => state)
          .slice(0, 4),
      ).toEqual(['idle', 'measuring', 'idle', 'measuring']);
    },
  );

  test('a reading from before we came is told with its age, once, over breaks of the link', () => {
    const station = new Station({ monitor: { abortsAtMs: [30_000, 60_000] } });
    const reading = { endedAtMs: 0, systolic: 150, diastolic: 95, meanArterial: 113, pulseRate: 80 };
    station.bedside.cuffNow = { state: 'idle', mode: 'auto', intervalMs: 300_000, last: reading };
    station.runTo(90_000);
    expect(station.of('nibp')).toHaveLength(1);
    expect(Math.abs(station.of('nibp')[0]?.measuredAt ?? NaN)).toBeLessThanOrEqual(2000);
  });

  test('a failure is said, with no numbers', () => {
    const station = new Station().runTo(10_000);
    station.bedside.cuffNow = { state: 'measuring', mode: 'auto', intervalMs: 300_000 };
    station.runFor(20_000);
    station.bedside.cuffNow = { state: 'failed', mode: 'auto', intervalMs: 300_000 };
    station.runFor(5000);
    expect(station.of('cuff').map(({ state }) => state)).toEqual(['idle', 'measuring', 'failed']);
    expect(station.of('nibp')).toEqual([]);
    expect(station.of('device-alarm').at(-1)?.alarms).toEqual([{ text: 'NBP: measurement failed', priority: 'low' }]);
  });
});

describe('a monitor that serves somebody else', () => {
  test('on the network refuses, is asked again, and serves us when it is free', () => {
    const station = new Station({ link: 'udp', monitor: { refusals: 3 } }).runTo(10_000);
    expect(station.statuses.some(({ reason }) => reason?.includes('another system'))).toBe(true);
    expect(station.states.at(-1)).not.toBe('live');
    station.runTo(20_000);
    expect(station.states).toEqual(['opening', 'negotiating', 'live']);
  });

  test('on a serial line still streams to our predecessor, who died: its association is broken off first', () => {
    const dead = new Station().runTo(10_000);
    const monitor = dead.device;
    dead.stop();
    const deaf = new Station({ around: () => deafTo(monitor, (number) => number === 1) });
    deaf.runTo(20_000);
    expect(deaf.states.at(-1)).toBe('live');
  });
});

describe('a bad line', () => {
  /** Every number that came is one that the patient had. */
  function expectNoWrongNumber(station: Station): void {
    for (const { values } of station.of('numerics')) {
      for (const [key, reading] of Object.entries(values)) {
        const usual = new Map<string, object>(Object.entries(USUAL)).get(key);
        expect(reading, key).toEqual(usual);
      }
    }
  }

  test('a flood of noise and flipped bits costs single frames: no wrong number, every byte accounted for', () => {
    const around = faulty({ flip: 0.0002, lose: 0.0001, noise: { everyMs: 60, maxBytes: 40 } });
    const station = new Station({ around }).runTo(120_000).stop();
    expectNoWrongNumber(station);
    expect(station.of('numerics').length).toBeGreaterThan(60);
    const { noiseBytes, resyncs, bytesIn } = station.traffic;
    expect(noiseBytes['bad-sum']).toBeGreaterThan(1000);
    expect(resyncs).toBeGreaterThan(100);
    expect(bytesIn).toBeGreaterThan(300_000);
    expect(station.waves('ecg1').length).toBeGreaterThan(200);
    for (const block of station.waves('ecg1')) expectSine(block, 1);
  });

  test('after the flood all is well within ten seconds', () => {
    const around = faulty({ silences: [{ fromMs: 20_000, forMs: 3000 }], fragments: { maxBytes: 40, apartMs: 3 } });
    const station = new Station({ around }).runTo(60_000);
    expect(station.states.at(-1)).toBe('live');
    expect(last(station)).toEqual(USUAL);
    expect(station.of('numerics').filter(({ at }) => at > 30_000).length).toBeGreaterThanOrEqual(28);
  });

  test('bytes that come in pieces of any size change nothing', () => {
    const whole = new Station().runTo(15_000);
    const pieces = new Station({ around: faulty({ fragments: { maxBytes: 7, apartMs: 0 } }) }).runTo(15_000);
    expect(last(pieces)).toEqual(last(whole));
    expect(pieces.states).toEqual(whole.states);
    expect(pieces.waves('ecg1').length).toBeGreaterThanOrEqual(whole.waves('ecg1').length - 1);
  });

  test('frames with a wrong sum, or that their sender aborts, are left out', () => {
    const station = new Station({ monitor: { badSumEvery: 7, abortFrameEvery: 11 } }).runTo(60_000);
    expectNoWrongNumber(station);
    expect(station.states.at(-1)).toBe('live');
    expect(station.traffic.noiseBytes['bad-sum']).toBeGreaterThan(0);
    expect(station.traffic.noiseBytes['bad-length']).toBeGreaterThan(0);
  });

  test('datagrams that get lost, come twice or change places: gaps, no doubles, no wrong number', () => {
    const monitor = { loseEvery: 13, doubleEvery: 17, swapEvery: 19, mtu: 400 };
    const station = new Station({ link: 'udp', monitor }).runTo(120_000);
    expectNoWrongNumber(station);
    expect(station.states.at(-1)).toBe('live');
    const blocks = station.waves('pleth');
    expect(blocks.length).toBeGreaterThan(350);
    blocks.forEach((block, i) => {
      expectSine(block, 2);
      const before = blocks[i - 1];
      if (before) expect(block.at).toBeGreaterThanOrEqual(before.at + 255.9);
      if (before && !block.isGapBefore) expect(block.at).toBeCloseTo(before.at + 256, 6);
    });
    expect(station.statuses.at(-1)?.reason).toMatch(/blocks of samples came twice or too late/);
    expect(station.statuses.at(-1)?.reason).toMatch(/answers came with a part missing/);
  });

  test('another scale in the middle is followed', () => {
    const station = new Station({ monitor: { coarseEcgFromMs: 20_000 } }).runTo(40_000);
    const [first, final] = [station.waves('ecg1')[0], station.waves('ecg1').at(-1)];
    expect(first?.gain).toBeCloseTo(0.005, 5);
    expect(final?.gain).toBeCloseTo(0.01, 5);
    if (final) expectSine(final, 1);
  });
});

const RECORD = new URL('../../../../shared/data/intellivue-or-record/', import.meta.url);
const recorded = test.skipIf(!existsSync(RECORD));

/** A bedside that replays a recording of a real monitor: its numbers, and its arterial pressure wave. */
class RecordedBedside extends StillBedside {
  readonly #rows: readonly (readonly [seconds: number, track: string, value: number])[];
  readonly #abp: Float64Array;

  constructor(untilS: number) {
    super();
    const lines = (name: string): readonly string[] =>
      gunzipSync(readFileSync(new URL(name, RECORD)))
        .toString('latin1')
        .trim()
        .split('\n');
    this.#rows = lines('numerics.csv.gz')
      .slice(1)
      .flatMap((line): [number, string, number][] => {
        const [seconds = '', device, track = '', value = ''] = line.split(',');
        return device === 'Intellivue' && Number(seconds) <= untilS ? [[Number(seconds), track, Number(value)]] : [];
      });
    this.#abp = Float64Array.from(lines('Intellivue.ABP.csv.gz').slice(0, untilS * 125), Number);
  }

  /** The newest value of a track at this instant. */
  valueAt(track: string, ms: number): number {
    const row = this.#rows.findLast(([seconds, name]) => name === track && seconds * 1000 <= ms);
    return row?.[2] ?? NaN;
  }

  override physiology() {
    const read = (track: string, usual: number): number => {
      const value = this.valueAt(track, this.now);
      return Number.isNaN(value) ? usual : value;
    };
    return {
      ...this.physiologyNow,
      heartRate: read('HR', 80),
      systolic: read('ABP_SYS', 100),
      diastolic: read('ABP_DIA', 60),
      spo2: read('PLETH_SAT_O2', 97),
    };
  }

  override samples(waveform: WaveformKey, rateHz: number, first: number, count: number): Float64Array {
    return waveform === 'abp' ? this.#abp.slice(first, first + count) : super.samples(waveform, rateHz, first, count);
  }
}

recorded(
  'two minutes of a real operation go through and come out the same (skipped without ../shared/data/intellivue-or-record)',
  () => {
    const bedside = new RecordedBedside(130);
    const station = new Station({ ...FULL, bedside }).runTo(120_000);
    const seen = station.of('numerics').filter(({ at }) => at > 5000);
    expect(seen.length).toBeGreaterThan(110);
    for (const { at, values } of seen) {
      const sentMs = Math.floor(at / 1024) * 1024;
      expect(values.heartRate).toEqual({ value: Math.round(bedside.valueAt('HR', sentMs)) });
      expect(values.abpSystolic).toEqual({ value: Math.round(bedside.valueAt('ABP_SYS', sentMs)) });
      expect(values.abpDiastolic).toEqual({ value: Math.round(bedside.valueAt('ABP_DIA', sentMs)) });
      const saturation = values.spo2 && 'value' in values.spo2 ? values.spo2.value : NaN;
      expect(saturation).toBeCloseTo(bedside.valueAt('PLETH_SAT_O2', sentMs), 1);
    }
    const blocks = station.waves('abp');
    expect(blocks.length).toBeGreaterThan(440);
    for (const { at, samples, gain, offset } of blocks) {
      const first = Math.round(at / 256) * 32;
      const truth = bedside.samples('abp', 125, first, 32);
      samples.forEach((sample, i) =>
        expect(Math.abs(sample * gain + offset - (truth[i] ?? NaN))).toBeLessThanOrEqual(gain),
      );
    }
  },
);
