import { describe, expect, test } from 'vitest';
import { concatBytes, toHex } from '$drivers/bytes.ts';
import { decode } from '$drivers/vital-recorder/codec.ts';
import { cut } from '$drivers/vital-recorder/framing.ts';
import type { Feed } from '$drivers/vital-recorder/messages.ts';
import { simulateVitalRecorder } from '$simulators/devices/vital-recorder/index.ts';
import { StillBedside } from '../support/still-bedside.ts';

const EPOCH_MS = 1_767_225_600_000;

/** A simulated recorder, everything that it sent with its time, and each message decoded. */
class Recorder {
  readonly bedside = new StillBedside();
  readonly sent: { readonly at: number; readonly body: Uint8Array; readonly feed: Feed }[] = [];
  readonly #device;
  now = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    const onForbidden = (): void => expect.unreachable();
    this.#device = simulateVitalRecorder(this.bedside, { settings, onForbidden });
    this.#device.step({ type: 'connected', simMs: 0 });
  }

  runTo(until: number, stepMs = 50): this {
    while (this.now < until) {
      this.now += stepMs;
      for (const bytes of this.#device.step({ type: 'tick', simMs: this.now })) {
        const [frame] = cut(new Uint8Array(0), bytes).cuts;
        const decoded = frame?.kind === 'frame' ? decode(frame.payload) : undefined;
        if (frame?.kind !== 'frame' || !decoded?.ok || decoded.message.kind !== 'feed') return expect.unreachable();
        this.sent.push({ at: this.now, body: frame.payload.slice(1), feed: decoded.message });
      }
    }
    return this;
  }

  get times(): readonly number[] {
    return this.sent.map(({ at }) => at / 1000);
  }
  track(name: string) {
    return this.sent.at(-1)?.feed.rooms[0]?.tracks.find((track) => track.name === name);
  }
}

describe('the simulated recorder', () => {
  test('sends the second that has passed, each second, compressed', () => {
    const { sent, times } = new Recorder({ vrcode: 'a-code', room: 'OR7' }).runTo(3000);
    expect(times).toEqual([1, 2, 3]);
    expect(sent[2]?.body[0]).toBe(0x78);
    const { feed } = sent[2] ?? expect.unreachable();
    expect(feed).toMatchObject({ vrcode: 'a-code', unread: [], isRepaired: false, rooms: [{ name: 'OR7' }] });
    const ecg = feed.rooms[0]?.tracks.find(({ name }) => name === 'ECG_II');
    expect(ecg).toMatchObject({ kind: 'wave', rateHz: 500, montype: 1, records: [{ time: EPOCH_MS + 2000 }] });
    expect(ecg?.kind === 'wave' && ecg.records[0]?.samples.length).toBe(500);
  });

  test('has the numbers of the patient, under the time of its own clock', () => {
    const recorder = new Recorder({ clockOffsetS: -60 }).runTo(5000);
    const valueOf = (name: string) => {
      const track = recorder.track(name);
      return track?.kind === 'number' ? track.records : undefined;
    };
    expect(valueOf('ECG_HR')).toEqual([{ time: EPOCH_MS - 55_000, value: 76 }]);
    expect(valueOf('PLETH_SAT_O2')?.[0]?.value).toBe(97);
    expect(valueOf('PLETH_PERF_REL')?.[0]?.value).toBe(2.4);
    expect(valueOf('NIBP_SYS')).toBeUndefined();
  });

  test('leaves a sensor that is off without values, and a cable that is out without tracks', () => {
    const recorder = new Recorder();
    recorder.bedside.sensorsNow = { ...recorder.bedside.sensorsNow, isEcgOn: false };
    expect(recorder.runTo(1000).track('ECG_HR')).toMatchObject({ records: [{ value: undefined }] });
    const ecg = recorder.track('ECG_II');
    expect(ecg?.kind === 'wave' && ecg.records[0]?.samples.every(Number.isNaN)).toBe(true);
    recorder.bedside.sensorsNow = { ...recorder.bedside.sensorsNow, isLinked: false };
    expect(recorder.runTo(2000).sent[1]?.feed.rooms[0]?.tracks).toEqual([]);
  });

  test.each([
    ['repeated', 5],
    ['once', 1],
  ])('sends a cuff reading %s', (cuff, times) => {
    const recorder = new Recorder({ cuff }).runTo(2000);
    const last = { endedAtMs: 2500, systolic: 131.6, diastolic: 80, meanArterial: 97, pulseRate: 70 };
    recorder.bedside.cuffNow = { ...recorder.bedside.cuffNow, last };
    recorder.runTo(7000);
    const readings = recorder.sent.flatMap(
      ({ feed }) => feed.rooms[0]?.tracks.filter(({ name }) => name === 'NIBP_SYS') ?? [],
    );
    expect(readings).toHaveLength(times);
    expect(readings[0]).toMatchObject({ montype: 16, records: [{ value: 132 }] });
  });

  test('restarts, is held back, stands still', () => {
    expect(new Recorder({ restartsAtMs: [2500] }).runTo(15_000).times).toEqual([1, 2, 13, 14, 15]);
    expect(new Recorder({ heldBack: [{ fromMs: 2500, toMs: 5500 }] }).runTo(7000).times).toEqual([1, 2, 6, 6, 6, 6, 7]);
    const { sent } = new Recorder({ frozen: [{ fromMs: 2500, toMs: 4500 }] }).runTo(6000);
    expect(sent.map(({ body }) => toHex(body) === toHex(sent[1]?.body ?? body))).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('writes its feed in each of the ways that were seen', () => {
    const ways = { roomsAs: 'map', otherRooms: ['OR2', 5], isEngineIo3: true, hasBareNan: true };
    const recorder = new Recorder(ways);
    recorder.bedside.sensorsNow = { ...recorder.bedside.sensorsNow, isOximeterOn: false };
    const [first] = recorder.runTo(1000).sent;
    expect([first?.body[0], first?.body[1]]).toEqual([0x04, 0x78]);
    expect(first?.feed.rooms.map(({ name }) => name)).toEqual(['BED1', 'OR2']);
    expect(first?.feed.isRepaired).toBe(true);
  });

  test('is deaf', () => {
    const device = simulateVitalRecorder(new StillBedside(), { settings: {}, onForbidden: () => expect.unreachable() });
    expect(device.step({ type: 'received', simMs: 100, bytes: Uint8Array.of(1, 2, 3) })).toEqual([]);
  });

  test('does the same whatever the steps of its host are', () => {
    const bytesWith = (stepMs: number) =>
      toHex(concatBytes(...new Recorder().runTo(10_000, stepMs).sent.map(({ body }) => body)));
    expect(bytesWith(1)).toBe(bytesWith(50));
    expect(bytesWith(50)).toBe(bytesWith(500));
  });
});
