import { describe, expect, test } from 'vitest';
import { concatBytes, toHex } from '$drivers/bytes.ts';
import { decode, encodeQuery, encodeRecord } from '$drivers/ge-s5-dri/codec.ts';
import { frameKind } from '$drivers/ge-s5-dri/describe.ts';
import { cut, frame } from '$drivers/ge-s5-dri/framing.ts';
import { ALL_CLASSES } from '$drivers/ge-s5-dri/layout-table.ts';
import type { BasicGroups, Message, Query, WaveBlock } from '$drivers/ge-s5-dri/messages.ts';
import { NO_SAMPLE } from '$lib/domain/index.ts';
import { simulateGeS5Dri } from '$simulators/devices/ge-s5-dri/index.ts';
import type { CuffReading } from '$simulators/patient/simulated-bedside.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { Bench, EPOCH_S } from '../drivers/ge-s5-dri/bench.ts';
import { StillBedside } from '../support/still-bedside.ts';

const NOTHING = new Uint8Array(0);
const record = (name: 'displayed' | 'trend10s' | 'trend60s' | 'auxiliary', intervalS: number, classes = 0): Query => ({
  type: 'physiological',
  record: name,
  intervalS,
  classes,
});
const waves = (...waveforms: readonly number[]): Query => ({ type: 'waveform', action: 'start', waveforms });

/** A simulated monitor and everything that it has said, with the simulated time of each record. */
class Monitor {
  readonly bedside = new StillBedside();
  readonly device: SimulatedDevice;
  readonly said: { readonly at: number; readonly message: Message }[] = [];
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.device = simulateGeS5Dri(this.bedside, { settings });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  ask(...queries: readonly Query[]): this {
    for (const query of queries) this.receive(frame(encodeQuery(query)));
    return this;
  }

  receive(bytes: Uint8Array): this {
    this.#hear(this.device.step({ type: 'received', simMs: this.now, bytes }));
    return this;
  }

  runTo(until: number, stepMs = 50): this {
    while (this.now < until) {
      this.now = Math.min(this.now + stepMs, until);
      this.#hear(this.device.step({ type: 'tick', simMs: this.now }));
    }
    return this;
  }

  times(kind: string): readonly number[] {
    return this.said.filter(({ message }) => frameKind(message) === kind).map(({ at }) => at);
  }

  blocks(type: number): readonly WaveBlock[] {
    const all = this.said.flatMap(({ message }) => (message.kind === 'waveform' ? message.blocks : []));
    return all.filter((block) => block.type === type);
  }

  get basics(): readonly BasicGroups[] {
    const classes = this.said.flatMap(({ message }) => (message.kind === 'physiological' ? message.classes : []));
    return classes.flatMap((content) => (content.name === 'basic' ? [content.groups] : []));
  }

  #hear(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      for (const piece of cut(NOTHING, chunk).cuts) {
        const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
        if (!decoded?.ok) throw new Error('the simulator said something wrong');
        this.said.push({ at: this.now, message: decoded.message });
      }
    }
  }
}

describe('the simulated monitor', () => {
  test('says nothing until it is asked', () => {
    expect(new Monitor().runTo(60_000).said).toEqual([]);
  });

  test('sends displayed records within 1 s, then at their interval, until it is told to stop', () => {
    const monitor = new Monitor()
      .runTo(100)
      .ask(record('displayed', 5, ALL_CLASSES))
      .runTo(16_000);
    expect(monitor.times('physiological')).toEqual([250, 5250, 10_250, 15_250]);
    monitor.ask(record('displayed', 0)).runTo(60_000);
    expect(monitor.times('physiological')).toHaveLength(4);
  });

  test('sends the classes that were asked for, each in its own subrecord', () => {
    const classesOf = (bits: number) => {
      const [first] = new Monitor().ask(record('displayed', 5, bits)).runTo(1000).said;
      return first?.message.kind === 'physiological' ? first.message.classes.map(({ name }) => name) : [];
    };
    expect(classesOf(0)).toEqual(['basic']);
    expect(classesOf(ALL_CLASSES)).toEqual(['basic', 'ext1', 'ext2', 'ext3']);
    expect(classesOf(1 | 4)).toEqual(['ext2']);
    expect(classesOf(1)).toEqual([]);
  });

  test.each([1, 2, 3, 4, -2])('ignores an interval of %i s', (seconds) => {
    expect(new Monitor().ask(record('displayed', seconds)).runTo(20_000).said).toEqual([]);
  });

  test('sends once when asked once, but not twice within 5 s', () => {
    const monitor = new Monitor().ask(record('displayed', -1)).runTo(2000).ask(record('displayed', -1)).runTo(5000);
    monitor.ask(record('displayed', -1)).runTo(20_000);
    expect(monitor.times('physiological')).toEqual([250, 5250]);
  });

  test('sends trends only beside displayed records and while a case is on', () => {
    const trends = [record('trend10s', 7), record('trend60s', 60)];
    const count = (monitor: Monitor) => {
      const kinds = monitor
        .runTo(121_000)
        .said.flatMap(({ message }) => (message.kind === 'physiological' ? message.classes : []));
      return (['trend10s', 'trend60s'] as const).map((kind) => kinds.filter((content) => content.kind === kind).length);
    };
    expect(count(new Monitor().ask(...trends))).toEqual([0, 0]);
    expect(count(new Monitor().ask(record('displayed', 10), ...trends))).toEqual([13, 3]);
    expect(count(new Monitor({ isCaseOn: false }).ask(record('displayed', 10), ...trends))).toEqual([0, 0]);
  });

  test('drops what is damaged, and what it does not know, in silence', () => {
    const monitor = new Monitor();
    const good = frame(encodeQuery(record('displayed', 5)));
    const damaged = Uint8Array.from(good, (byte, i) => (i === 43 ? byte ^ 1 : byte));
    const unknown = encodeRecord(
      { number: 0, level: 0, plugId: 0, time: 0 },
      { kind: 'request', query: record('displayed', 5) },
    );
    unknown.fill(5, 14, 15);
    expect(monitor.receive(damaged).receive(frame(unknown)).runTo(6000).said).toEqual([]);
    monitor.receive(concatBytes(Uint8Array.of(1, 2, 3), good.subarray(0, 20))).runTo(6300);
    expect(monitor.receive(good.subarray(20)).runTo(7000).said).toHaveLength(1);
  });

  test('does the same whatever the steps of its host are', () => {
    const bytesWith = (stepMs: number) => {
      const device = simulateGeS5Dri(new StillBedside(), { settings: {} });
      device.step({ type: 'connected', simMs: 0 });
      const sent = [record('displayed', 5), record('auxiliary', 10), waves(1, 8, 15)].flatMap((query) =>
        device.step({ type: 'received', simMs: 0, bytes: frame(encodeQuery(query)) }),
      );
      for (let simMs = stepMs; simMs <= 21_000; simMs += stepMs) sent.push(...device.step({ type: 'tick', simMs }));
      return toHex(concatBytes(...sent));
    };
    expect(bytesWith(50)).toBe(bytesWith(7));
    expect(bytesWith(1000)).toBe(bytesWith(7));
  });
});

describe('its waveforms', () => {
  test('come every 250 ms, sample for sample what the bedside has, the first block with its gap', () => {
    const monitor = new Monitor().ask(waves(1, 8, 15)).runTo(4000);
    expect(monitor.times('waveform')).toHaveLength(16);
    for (const [type, rateHz, steps, amplitude] of [
      [1, 300, 1000, 1],
      [8, 100, 100, 2],
      [15, 25, 100, 2],
    ] as const) {
      const blocks = monitor.blocks(type);
      expect(blocks.map(({ status }) => status)).toEqual([1, ...Array<number>(15).fill(0)]);
      const samples = blocks.flatMap((block) => [...block.samples]);
      expect(samples).toEqual(
        Array.from(
          { length: rateHz * 4 },
          (_, i) => Math.round(amplitude * Math.sin((2 * Math.PI * i) / rateHz) * steps) + 0,
        ),
      );
    }
  });

  test('stay within 600 samples a second, in the order of the list; what the monitor has not is left out', () => {
    const types = (...asked: number[]) => {
      const { said } = new Monitor().ask(waves(...asked)).runTo(1000);
      return said
        .flatMap(({ message }) => (message.kind === 'waveform' ? message.blocks.map(({ type }) => type) : []))
        .slice(0, 3);
    };
    expect(types(1, 2, 8)).toEqual([1, 2, 1]);
    expect(types(8, 1, 2, 9, 15)).toEqual([8, 1, 9]);
    expect(types(4, 32, 8)).toEqual([8, 8, 8]);
    expect(types(4)).toEqual([]);
  });

  test('stop when told, and begin with a gap when asked again', () => {
    const monitor = new Monitor().ask(waves(8)).runTo(1000).ask({ type: 'waveform', action: 'stop', waveforms: [] });
    monitor.runTo(2000).ask(waves(8)).runTo(3000);
    expect(monitor.blocks(8).map(({ status }) => status)).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
  });

  test('stop when the line was away for more than 2 s, numbers do not', () => {
    const away = (ms: number) => {
      const monitor = new Monitor().ask(waves(8), record('displayed', 5)).runTo(1000);
      monitor.device.step({ type: 'disconnected', simMs: 1000 });
      monitor.device.step({ type: 'connected', simMs: 1000 + ms });
      monitor.now = 1000 + ms;
      monitor.runTo(11_000);
      return [monitor.blocks(8).length > 4, monitor.times('physiological').length] as const;
    };
    expect(away(2000)).toEqual([true, 3]);
    expect(away(2250)).toEqual([false, 3]);
  });
});

describe('its cuff', () => {
  const READING: CuffReading = { endedAtMs: 60_000, systolic: 142, diastolic: 91, meanArterial: 108, pulseRate: 82 };

  test('goes through its cycle: measuring, new numbers and their time, and old after 60 s', () => {
    const monitor = new Monitor({ clockOffsetS: 3600 })
      .ask(record('displayed', 5), record('auxiliary', 10))
      .runTo(30_000);
    monitor.bedside.cuffNow = { state: 'measuring', mode: 'auto', intervalMs: 300_000 };
    monitor.runTo(60_000);
    monitor.bedside.cuffNow = { state: 'idle', mode: 'auto', intervalMs: 300_000, last: READING };
    monitor.runTo(130_000);
    const cycle = monitor.basics.map(({ nibp: { label, values } }) => `${label} ${values.systolic}`);
    expect([...new Set(cycle)]).toEqual(['8 invalid', '40 invalid', '8 142', '264 142']);
    expect(cycle.filter((line) => line === '8 142')).toHaveLength(12);
    const times = monitor.said.map(({ message }) =>
      message.kind === 'physiological' ? message.auxiliary?.nibpTime : undefined,
    );
    expect([...new Set(times)]).toEqual([undefined, 0, EPOCH_S + 3600 + 60]);
    expect(monitor.said[0]?.message.header).toMatchObject({ level: 10, time: EPOCH_S + 3600 });
  });

  test('leaves no numbers when it failed, and is not there when it is off', () => {
    const monitor = new Monitor().ask(record('displayed', 5));
    monitor.bedside.cuffNow = { state: 'failed', mode: 'stat', intervalMs: 300_000, last: READING };
    monitor.bedside.sensorsNow = { ...monitor.bedside.sensorsNow, isCuffOn: false };
    monitor.runTo(1000);
    expect(monitor.basics[0]?.nibp).toMatchObject({ status: 1, values: { systolic: 'invalid', diastolic: 'invalid' } });
  });
});

describe('its sensors', () => {
  test('that come off leave their numbers standing with the active bit cleared, and their leads off', () => {
    const monitor = new Monitor().ask(record('displayed', 5), waves(1, 8)).runTo(1000);
    monitor.bedside.sensorsNow = { ...monitor.bedside.sensorsNow, isEcgOn: false, isOximeterOn: false };
    monitor.bedside.physiologyNow = { ...monitor.bedside.physiologyNow, heartRate: 120, spo2: 80 };
    monitor.runTo(6000);
    const [before, after] = monitor.basics;
    expect(before).toMatchObject({ ecg: { values: { rate: 76 } }, spo2: { status: 3, values: { saturation: 97 } } });
    expect(after).toMatchObject({ ecg: { values: { rate: 76 } }, spo2: { status: 1, values: { saturation: 97 } } });
    expect((after?.ecg.status ?? 0) & 2).toBe(0);
    expect(monitor.blocks(1).at(-1)).toMatchObject({ status: 8 });
    expect(new Set(monitor.blocks(8).at(-1)?.samples)).toEqual(new Set([-32767]));
  });

  test('behind a cable that is out give nothing, and the monitor goes on counting', () => {
    const monitor = new Monitor().ask(waves(8)).runTo(1000);
    const link = (isLinked: boolean) => (monitor.bedside.sensorsNow = { ...monitor.bedside.sensorsNow, isLinked });
    link(false);
    monitor.ask(record('displayed', 5)).runTo(3000);
    link(true);
    monitor.runTo(4000);
    expect(monitor.said.map(({ message }) => message.header.number)).toEqual([0, 1, 2, 3, 12, 13, 14, 15]);
    expect(monitor.times('physiological')).toEqual([]);
  });
});

describe('its alarm line', () => {
  const follow: Query = { type: 'alarm', command: 2 };
  const texts = (monitor: Monitor) =>
    monitor.said.flatMap(({ at, message }) =>
      message.kind === 'alarm'
        ? [
            `${at} ${message.status.boxes
              .map(({ text }) => text)
              .filter(Boolean)
              .join('+')}`,
          ]
        : [],
    );

  test('is told at once and then at each change, 2 s apart at least', () => {
    const monitor = new Monitor().ask(follow).runTo(10_000);
    monitor.bedside.physiologyNow = { ...monitor.bedside.physiologyNow, spo2: 85, heartRate: 35 };
    monitor.runTo(11_000);
    monitor.bedside.sensorsNow = { ...monitor.bedside.sensorsNow, isOximeterOn: false };
    monitor.runTo(20_000).ask({ type: 'alarm', command: 3 });
    monitor.bedside.sensorsNow = { ...monitor.bedside.sensorsNow, isOximeterOn: true };
    monitor.runTo(30_000);
    expect(texts(monitor)).toEqual(['250 ', '10250 Brady+SpO2 low', '12250 Brady+SpO2 probe off']);
  });

  test('is told once when asked once, and never below level 10', () => {
    expect(texts(new Monitor().ask({ type: 'alarm', command: 0 }).runTo(9000))).toEqual(['250 ']);
    expect(texts(new Monitor({ driLevel: 9 }).ask(follow).runTo(9000))).toEqual([]);
  });
});

describe('driver and simulated monitor', () => {
  const monitorAt = (bedside: StillBedside, settings: Readonly<Record<string, unknown>> = {}) => {
    const device = simulateGeS5Dri(bedside, { settings });
    device.step({ type: 'connected', simMs: 0 });
    return device;
  };
  const latest = (bench: Bench) => bench.numerics.at(-1)?.values;

  test('numbers are what the patient had, within the steps of the wire, every 5 s', () => {
    const bedside = new StillBedside();
    const bench = new Bench().open().runWith(monitorAt(bedside), 21_000);
    expect(bench.numerics.map(({ at }) => at)).toEqual([250, 5250, 10_250, 15_250, 20_250]);
    expect(bench.numerics[1]?.deviceTime).toBe((EPOCH_S + 5) * 1000);
    expect(latest(bench)).toMatchObject({
      heartRate: { value: 76 },
      pulseRate: { value: 76 },
      spo2: { value: 97 },
      perfusionIndex: { value: 2.4 },
      respiratoryRate: { value: 14 },
      etco2: { value: 38 },
      fico2: { value: 0 },
      abpSystolic: { missing: 'no-module' },
    });
    expect(bench.states).toEqual(['live']);
    expect(bench.noiseBytes + bench.undecodable.length).toBe(0);
  });

  test('changes arrive with the next record', () => {
    const bedside = new StillBedside();
    const device = monitorAt(bedside);
    const bench = new Bench().open().runWith(device, 7000);
    bedside.physiologyNow = { ...bedside.physiologyNow, heartRate: 131.4, spo2: 88.337, etco2: 45.1 };
    bench.runWith(device, 11_000);
    expect(latest(bench)).toMatchObject({ heartRate: { value: 131 }, spo2: { value: 88.34 } });
    const { etco2 } = latest(bench) ?? {};
    expect(etco2 && 'value' in etco2 && Math.abs(etco2.value - 45.1)).toBeLessThanOrEqual(0.04);
  });

  test('waveforms are what the patient had, at their times, without a seam', () => {
    const bench = new Bench().open().runWith(monitorAt(new StillBedside()), 10_000);
    for (const [waveform, rateHz, amplitude, step] of [
      ['ecg1', 300, 1, 0.001],
      ['pleth', 100, 2, 0.01],
      ['respiration', 25, 2, 0.01],
    ] as const) {
      const blocks = bench.waves(waveform);
      expect(blocks).toHaveLength(40);
      expect(blocks.filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
      for (const { at, samples, gain } of blocks) {
        samples.forEach((sample, i) => {
          const seconds = at / 1000 + i / rateHz;
          // The first block is put by its arrival: 10 ms of the respiration's uneven packets.
          expect(Math.abs(sample * gain - amplitude * Math.sin(2 * Math.PI * seconds))).toBeLessThan(
            step + amplitude * 0.07,
          );
        });
      }
      const all = blocks.flatMap((block) => [...block.samples]);
      expect(all).toHaveLength(rateHz * 10);
    }
  });

  test('a sensor that is off gives its reason and holes, and neither an old nor a new number', () => {
    const bedside = new StillBedside();
    const device = monitorAt(bedside);
    const bench = new Bench().open().runWith(device, 7000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isEcgOn: false, isOximeterOn: false };
    bench.runWith(device, 11_000);
    expect(latest(bench)).toMatchObject({
      heartRate: { missing: 'sensor-off' },
      pulseRate: { missing: 'sensor-off' },
      spo2: { missing: 'sensor-off' },
      respiratoryRate: { value: 14 },
    });
    for (const waveform of ['ecg1', 'pleth'] as const) {
      expect(new Set(bench.waves(waveform).at(-1)?.samples)).toEqual(new Set([NO_SAMPLE]));
    }
    expect(bench.observations.findLast(({ kind }) => kind === 'device-alarm')).toMatchObject({
      alarms: [
        { text: 'Leads off', priority: 'medium' },
        { text: 'SpO2 probe off', priority: 'medium' },
      ],
    });
    bedside.sensorsNow = { ...bedside.sensorsNow, isEcgOn: true, isOximeterOn: true };
    bench.runWith(device, 21_000);
    expect(latest(bench)).toMatchObject({ heartRate: { value: 76 }, spo2: { value: 97 } });
  });

  /** A cycle of the cuff every two minutes, each reading 10 mmHg higher. */
  function runCuff(
    bench: Bench,
    bedside: StillBedside,
    device: SimulatedDevice,
    rounds: number,
  ): readonly CuffReading[] {
    const readings: CuffReading[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { last } = bedside.cuffNow;
      bedside.cuffNow = { state: 'measuring', mode: 'auto', intervalMs: 120_000, ...(last && { last }) };
      bench.runWith(device, bench.now + 27_300);
      const systolic = 130 + 10 * round;
      const reading = { endedAtMs: bench.now, systolic, diastolic: 85, meanArterial: 101.5, pulseRate: 77 };
      readings.push(reading);
      bedside.cuffNow = { state: 'idle', mode: 'auto', intervalMs: 120_000, last: reading };
      bench.runWith(device, bench.now + 92_700);
    }
    return readings;
  }

  test.each([0, 5 * 3600, -9 * 3600])(
    'each cuff measurement is told once, at its time, with a monitor clock %i s off',
    (clockOffsetS) => {
      const bedside = new StillBedside();
      const bench = new Bench().open();
      const readings = runCuff(bench, bedside, monitorAt(bedside, { clockOffsetS }), 5);
      expect(bench.nibp.map(({ systolic, diastolic, meanArterial }) => [systolic, diastolic, meanArterial])).toEqual(
        readings.map(({ systolic, diastolic, meanArterial }) => [systolic, diastolic, meanArterial]),
      );
      bench.nibp.forEach(({ at, measuredAt, deviceTime }, i) => {
        const endedAtMs = readings[i]?.endedAtMs ?? NaN;
        expect(Math.abs(measuredAt - endedAtMs)).toBeLessThanOrEqual(1100);
        expect(at - endedAtMs).toBeLessThanOrEqual(15_300);
        expect(deviceTime).toBe((EPOCH_S + clockOffsetS + Math.floor(endedAtMs / 1000)) * 1000);
      });
      expect(bench.cuff.map(({ state }) => state).slice(0, 3)).toEqual(['measuring', 'idle', 'measuring']);
    },
  );

  test('a reading from before we came is told with its age', () => {
    const bedside = new StillBedside();
    const last = { endedAtMs: 20_000, systolic: 150, diastolic: 95, meanArterial: 113, pulseRate: 80 };
    bedside.cuffNow = { state: 'idle', mode: 'auto', intervalMs: 300_000, last };
    const device = monitorAt(bedside);
    const bench = new Bench();
    bench.now = 200_000;
    device.step({ type: 'tick', simMs: 200_000 });
    bench.open().runWith(device, 320_000);
    expect(bench.nibp).toHaveLength(1);
    expect(Math.abs((bench.nibp[0]?.measuredAt ?? NaN) - 20_000)).toBeLessThanOrEqual(1000);
  });

  test('a monitor that is restarted is asked again and comes back', () => {
    const bedside = new StillBedside();
    const bench = new Bench().open().runWith(monitorAt(bedside), 30_000);
    const restarted = simulateGeS5Dri(bedside, { settings: {} });
    restarted.step({ type: 'connected', simMs: 30_000 });
    bench.runWith(restarted, 60_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(bench.reopens).toEqual([]);
    expect(bench.waves('ecg1').filter(({ isGapBefore }) => isGapBefore).length).toBeGreaterThanOrEqual(2);
    expect(bench.numerics.filter(({ at }) => at > 42_000).length).toBeGreaterThanOrEqual(3);
  });

  test('a cable that is out makes the monitor silent, and live again when it is back', () => {
    const bedside = new StillBedside();
    const device = monitorAt(bedside);
    const bench = new Bench().open().runWith(device, 12_000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isLinked: false };
    bench.runWith(device, 30_000);
    expect(bench.states).toEqual(['live', 'silent']);
    bedside.sensorsNow = { ...bedside.sensorsNow, isLinked: true };
    bench.runWith(device, 60_000);
    expect(bench.states).toEqual(['live', 'silent', 'live']);
    expect(bench.waves('pleth').filter(({ isGapBefore }) => isGapBefore).length).toBeGreaterThanOrEqual(2);
  });

  test('lost and damaged bytes cost single records, which are counted and seen as gaps', () => {
    const bedside = new StillBedside();
    const device = monitorAt(bedside);
    let chunks = 0;
    let lost = 0;
    const bench = new Bench().open().runWith(device, 60_000, (chunk) => {
      chunks += 1;
      if (chunks % 17 === 5) {
        lost += 1;
        return concatBytes(chunk.subarray(0, 40), chunk.subarray(43));
      }
      if (chunks % 17 === 11) return Uint8Array.from(chunk, (byte, i) => (i === 60 ? byte ^ 0x10 : byte));
      return chunk;
    });
    expect(bench.noiseBytes).toBeGreaterThan(0);
    expect(bench.undecodable).toEqual([]);
    expect(bench.states).toEqual(['live']);
    const ecg = bench.waves('ecg1');
    expect(ecg.length).toBeGreaterThan(190);
    expect(ecg.length).toBeLessThan(240);
    ecg.forEach(({ at, isGapBefore }, i) => {
      const before = ecg[i - 1];
      if (before && !isGapBefore) expect(at).toBeCloseTo(before.at + 250, 6);
    });
    expect(ecg.filter(({ isGapBefore }) => isGapBefore).length).toBeGreaterThanOrEqual(lost / 2);
    expect(latest(bench)).toMatchObject({ heartRate: { value: 76 } });
  });
});
