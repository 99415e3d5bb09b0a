/**
 * What a recorder once wrote into a file, sent through the feed: real names, units, montypes, rates and record times, though
 * not real messages. Source: JohannesNE/parse-vital, `test/test_data_demo.vital` (MIT), a monitor in its demonstration mode.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeFeed, type Written } from '$drivers/vital-recorder/codec.ts';
import { KINDS, wrap } from '$drivers/vital-recorder/framing.ts';
import { vitalRecorder } from '$drivers/vital-recorder/index.ts';
import { FoldedDriver } from '../../support/folded-driver.ts';

const FILE = '../shared/data/vital-files/test_data_demo.vital';

interface Track {
  readonly id: number;
  readonly head: { readonly [key: string]: Written };
  readonly isWave: boolean;
  readonly gain: number;
  readonly offset: number;
  readonly format: number;
  readonly records: { readonly dt: number; readonly endsAt: number; readonly val: number | Float64Array }[];
}

/** Tracks of numbers and waves with their records: as much of the format as this file needs. */
function readVital(bytes: Buffer): readonly Track[] {
  const tracks = new Map<number, Track>();
  const text = (at: number) => bytes.toString('utf8', at + 4, at + 4 + bytes.readUInt32LE(at));
  for (let at = 10 + bytes.readUInt16LE(8); at + 5 <= bytes.length; at += 5 + bytes.readUInt32LE(at + 1)) {
    const [kind, body] = [bytes.readUInt8(at), at + 5];
    if (kind === 0 && bytes.readUInt8(body + 2) !== 5) {
      const [name, id] = [text(body + 4), bytes.readUInt16LE(body)];
      const unitAt = body + 8 + Buffer.byteLength(name);
      const unit = text(unitAt);
      const rest = unitAt + 4 + Buffer.byteLength(unit);
      const isWave = bytes.readUInt8(body + 2) === 1;
      const [mindisp, maxdisp] = [bytes.readFloatLE(rest), bytes.readFloatLE(rest + 4)];
      const [srate, montype] = [bytes.readFloatLE(rest + 12), bytes.readUInt8(rest + 32)];
      const type = isWave ? 'wav' : 'num';
      const head = { id, name, type, montype, unit, srate, mindisp, maxdisp, dname: 'Intellivue' };
      const [gain, offset] = [bytes.readDoubleLE(rest + 16), bytes.readDoubleLE(rest + 24)];
      tracks.set(id, { id, head, isWave, gain, offset, format: bytes.readUInt8(body + 3), records: [] });
    }
    const track = kind === 1 ? tracks.get(bytes.readUInt16LE(body + 10)) : undefined;
    if (track) {
      const [dt, valueAt] = [bytes.readDoubleLE(body + 2), body + 12];
      const count = track.isWave ? bytes.readUInt32LE(valueAt) : 0;
      const stored = (i: number) =>
        track.format === 5 ? bytes.readInt16LE(valueAt + 4 + 2 * i) : bytes.readUInt16LE(valueAt + 4 + 2 * i);
      const samples = Float64Array.from({ length: count }, (_, i) => track.offset + stored(i) * track.gain);
      const value = track.format === 1 ? bytes.readFloatLE(valueAt) : bytes.readDoubleLE(valueAt);
      const endsAt = dt + count / Number(track.head['srate']);
      track.records.push({ dt, endsAt: track.isWave ? endsAt : dt, val: track.isWave ? samples : value });
    }
  }
  return [...tracks.values()];
}

/** The file as a recorder would have sent it: each second what had ended by then. */
function play(tracks: readonly Track[]) {
  const folded = new FoldedDriver(vitalRecorder).open();
  const beginsAt = Math.min(...tracks.flatMap(({ records }) => records.map(({ dt }) => dt)));
  for (let second = 1; second <= 40; second += 1) {
    const isDue = ({ endsAt }: { endsAt: number }) => endsAt > beginsAt + second - 1 && endsAt <= beginsAt + second;
    const trks = tracks.map(({ head, records }) => ({
      ...head,
      recs: records.filter(isDue).map(({ dt, val }) => ({ dt, val })),
    }));
    const frame = wrap(KINDS.socket, encodeFeed({ vrcode: 'x', rooms: [{ roomname: 'OR1', trks }] }));
    folded.waitUntil(second * 1000).receive(frame);
  }
  return folded;
}

describe.skipIf(!existsSync(FILE))(`a recording of a recorder (skipped where ${FILE} is absent)`, () => {
  const tracks = existsSync(FILE) ? readVital(gunzipSync(readFileSync(FILE))) : [];
  const folded = play(tracks);

  test('has its numbers where they belong, and names what has no place', () => {
    const numbers = (name: string) =>
      tracks.find(({ head }) => head['name'] === name)?.records.map(({ val }) => val) ?? [];
    for (const [name, vital] of [
      ['ECG_HR', 'heartRate'],
      ['PLETH_SAT_O2', 'spo2'],
      ['PLETH_HR', 'pulseRate'],
      ['PLETH_PERF_REL', 'perfusionIndex'],
      ['RR', 'respiratoryRate'],
      ['ABP_SYS', 'abpSystolic'],
      ['ABP_DIA', 'abpDiastolic'],
      ['ABP_MEAN', 'abpMeanArterial'],
    ] as const) {
      const told = folded.readings(vital).map((reading) => ('value' in reading ? reading.value : NaN));
      expect(told.length, name).toBeGreaterThan(25);
      expect(numbers(name).slice(-told.length), name).toEqual(told);
    }
    expect(folded.undecodable).toEqual([]);
    expect(folded.statuses.find(({ state }) => state === 'live')?.reason).toBe(
      'No place here for 1 of its tracks: Intellivue/HR.',
    );
  });

  test('repeats one cuff reading of unknown age all the time: it is shown undated, and is no measurement', () => {
    expect(folded.nibp).toEqual([]);
    expect(folded.cuff).toHaveLength(1);
    expect(folded.cuff[0]?.undated).toMatchObject({ systolic: 120, diastolic: 80 });
  });

  test.each([
    ['ECG_II', 'ecg1', 500],
    ['PLETH', 'pleth', 125],
    ['RESP', 'respiration', 62.5],
    ['ABP', 'abp', 125],
  ] as const)('has the trace %s as %s at %d Hz, with no seam where the file has none', (name, waveform, rateHz) => {
    const records = tracks.find(({ head }) => head['name'] === name)?.records.toSorted((a, b) => a.dt - b.dt) ?? [];
    const blocks = folded.waves(waveform);
    expect(new Set(blocks.map((block) => block.rateHz))).toEqual(new Set([rateHz]));
    const known = records.slice(-blocks.length);
    const seams = known.filter(({ dt }, i) => i > 0 && Math.abs(dt - (known[i - 1]?.endsAt ?? dt)) > 0.032);
    expect(blocks.length).toBeGreaterThan(80);
    expect(blocks.filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1 + seams.length);
  });
});
