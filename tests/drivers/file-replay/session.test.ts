import { describe, expect, test } from 'vitest';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { deviceId, monotonicMs, type DeviceStatus, type Observation, type WaveformBlock } from '$lib/domain/index.ts';
import { concatBytes } from '$drivers/bytes.ts';
import type { FilePart, SessionEffect, SessionInput } from '$drivers/driver.ts';
import { fileReplay } from '$drivers/file-replay/index.ts';
import type { RecordingFile } from '$drivers/file-replay/recording.ts';
import { start, step, type State } from '$drivers/file-replay/session.ts';
import { sealDriver } from '$drivers/driver.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { Observable } from 'rxjs';
import type { Link } from '$drivers/link.ts';
import { DEMO, fileOf, filesOf, patientOf } from './recordings.ts';
import { device, event, HEAD, numeric, track, wave } from './vital-file.ts';

const partsOf = (files: readonly RecordingFile[]): readonly FilePart[] => [
  ...files.flatMap(({ name, bytes, problem }): FilePart[] => [
    { type: 'begins', name },
    { type: 'piece', bytes: bytes.subarray(0, 100) },
    { type: 'piece', bytes: bytes.subarray(100) },
    { type: 'ends', ...(problem !== undefined && { problem }) },
  ]),
  { type: 'complete' },
];

/** Ten seconds: a number each second, a wave of 4 Hz that counts, a note. */
const own = fileOf(
  'own.vital',
  concatBytes(
    HEAD,
    device(7, 'M'),
    track({ id: 1, kind: 1, format: 5, name: 'ABP', unit: 'mmHg', rateHz: 4, type: 4 }),
    track({ id: 2, kind: 2, format: 1, name: 'HR', unit: '/min' }),
    track({ id: 3, kind: 5, format: 0, name: 'EVENT' }),
    ...Array.from({ length: 10 }, (_, i) =>
      wave(
        1,
        100 + i,
        [0, 1, 2, 3].map((n) => 4 * i + n),
      ),
    ),
    ...Array.from({ length: 10 }, (_, i) => numeric(2, 100 + i, 60 + i)),
    event(3, 104.5, 'Bolus'),
  ),
);

/** The session, told what happens and when. */
class Player {
  readonly told: SessionEffect<never>[] = [];
  now = 1_000_000;
  #state: State;

  constructor(settings: Readonly<Record<string, unknown>> = {}, files: readonly RecordingFile[] = [own]) {
    this.#state = start({ device: deviceId('monitor-6'), settings });
    this.give({ type: 'opened', now: monotonicMs(this.now) });
    for (const message of partsOf(files)) this.give({ type: 'message', now: monotonicMs(this.now), message });
  }

  give(input: SessionInput<FilePart>): this {
    const [state, effects] = step(this.#state, input);
    this.#state = state;
    this.told.push(...effects);
    return this;
  }

  play(ms: number, tickMs = 250): this {
    const end = this.now + ms;
    while (this.now < end) {
      this.now = Math.min(end, this.now + tickMs);
      this.give({ type: 'tick', now: monotonicMs(this.now) });
    }
    return this;
  }

  get observations(): readonly Observation[] {
    return this.told.flatMap((effect) => (effect.type === 'observed' ? effect.observations : []));
  }
  get rates(): readonly string[] {
    return this.observations.flatMap((seen) => {
      const reading = seen.kind === 'numerics' ? seen.values.heartRate : undefined;
      return reading && 'value' in reading ? [`${seen.at - 1_000_000} ${reading.value}`] : [];
    });
  }
  get blocks(): readonly WaveformBlock[] {
    return this.observations.filter((seen) => seen.kind === 'waveform');
  }
  get states(): readonly string[] {
    return this.told.flatMap((effect) => (effect.type === 'status' ? [`${effect.state}: ${effect.reason ?? ''}`] : []));
  }
}

const samplesOf = (blocks: readonly WaveformBlock[]) => blocks.flatMap(({ samples }) => Array.from(samples));

describe('a recording is played at its own pace', () => {
  test('numbers come when they came, at their own times', () => {
    const player = new Player().play(2500);
    expect(player.rates).toEqual(['0 60', '1000 61', '2000 62']);
    expect(player.play(1000).rates).toHaveLength(4);
  });

  test.each([250, 40, 333])('waves come as blocks that follow without a seam, with ticks of %i ms', (tickMs) => {
    const { blocks } = new Player().play(11_000, tickMs);
    expect(samplesOf(blocks)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(blocks.map(({ isGapBefore }) => isGapBefore).filter(Boolean)).toHaveLength(1);
    let at = 1_000_000;
    for (const block of blocks) {
      expect(block.at).toBeCloseTo(at);
      at = block.at + block.samples.length * 250;
    }
  });

  test('no observation is later than the tick that brought it', () => {
    const player = new Player();
    for (let i = 0; i < 44; i += 1) {
      player.play(250);
      for (const seen of player.observations) expect(seen.at).toBeLessThanOrEqual(player.now);
    }
  });

  test('what was written down is told when it happened', () => {
    const { states } = new Player().play(5000);
    expect(states).toEqual(['live: Recording own.vital, 0:10 long.', 'live: Recorded at 0:04: Bolus']);
  });

  test('the whole demonstration file is played: every sample, every number, the cuff value as undated', () => {
    const files = filesOf(DEMO);
    const { waves, numerics } = patientOf(files);
    const player = new Player({}, files).play(40_000);
    for (const { waveform, runs } of waves) {
      const played = samplesOf(player.blocks.filter((block) => block.waveform === waveform));
      expect(played).toEqual(runs.flatMap(({ samples }) => Array.from(samples)));
    }
    expect(player.rates).toHaveLength(numerics.length);
    expect(player.observations.filter(({ kind }) => kind === 'nibp')).toEqual([]);
    expect(player.observations.filter(({ kind }) => kind === 'cuff')).toMatchObject([
      { state: 'idle', undated: { systolic: 120, diastolic: 80, meanArterial: 90, pulseRate: 60 } },
    ]);
  });
});

describe('the end', () => {
  test('is said, and nothing is told after it', () => {
    const player = new Player().play(10_500);
    expect(player.states.at(-1)).toBe('silent: The recording has ended.');
    const told = player.told.length;
    expect(player.play(60_000).told).toHaveLength(told);
  });

  test('of a looped recording is its beginning, with a gap before its waves', () => {
    const player = new Player({ loop: true }).play(15_000);
    expect(player.states).toContain('live: The recording has begun again.');
    expect(player.rates.slice(9, 12)).toEqual(['9000 69', '10000 60', '11000 61']);
    expect(player.blocks.filter(({ isGapBefore }) => isGapBefore).map(({ at }) => at)).toEqual([1_000_000, 1_010_000]);
  });

  test('comes as well when the recording begins later, and a beginning behind it is refused', () => {
    const player = new Player({ startAtS: 8 }).play(3000);
    expect(player.rates).toEqual(['0 68', '1000 69']);
    expect(player.states.at(-1)).toBe('silent: The recording has ended.');
    expect(new Player({ startAtS: 10 }).states).toEqual(['silent: own.vital is 0:10 long; it cannot begin at 0:10.']);
  });
});

test('after a pause of the station the time between is a gap, not a burst', () => {
  const player = new Player().play(1000).play(8000, 8000);
  expect(player.rates).toEqual(['0 60', '4000 64', '5000 65', '6000 66', '7000 67', '8000 68']);
  expect(player.blocks.map(({ isGapBefore, samples }) => [isGapBefore, samples[0]]).at(-1)).toEqual([true, 16]);
});

test('what cannot be read is silent with the sentence that says why', () => {
  expect(new Player({}, [fileOf('x.vital', 'nothing')]).play(1000).states).toEqual([
    'silent: x.vital is no Vital Recorder file of version 3.',
  ]);
  expect(new Player({}, [fileOf('x.csv', 'nothing')]).states).toEqual([
    expect.stringMatching(/^silent: x\.csv is none of/),
  ]);
});

test('what is wrong with the file is said at the beginning', () => {
  const player = new Player({}, [{ ...own, problem: 'own.vital is cut off.' }]);
  expect(player.states).toEqual(['live: Recording own.vital, 0:10 long. own.vital is cut off.']);
});

test.each([[{ loop: 'yes' }], [{ startAtS: -1 }], [{ startAtS: 'two' }]])('the setting %j is refused', (settings) => {
  expect(() => new Player(settings)).toThrow(RangeError);
});

test('the station is told in every status that this is a recording', () => {
  const time = new VirtualTime();
  const statuses: DeviceStatus[] = [];
  const parts = partsOf([own]).map((part) => fileReplay.file?.wrap(part) ?? new Uint8Array(0));
  const link: Link = {
    bytes$: new Observable((out) => parts.forEach((part) => out.next(part))),
    send: () => Promise.resolve(),
  };
  const connect = () => new Observable<Link>((out) => out.next(link));
  const running = runDriver(sealDriver(fileReplay), connect, {
    context: { device: deviceId('monitor-6'), settings: {} },
    label: 'Replay',
    isSimulated: false,
    clock: () => monotonicMs(time.now()),
    scheduler: time,
  }).subscribe((told) => void (told.kind === 'status' && statuses.push(told.status)));
  time.runTo(12_000);
  running.unsubscribe();
  expect(statuses.map(({ state }) => state)).toEqual(['opening', 'negotiating', 'live', 'live', 'silent']);
  expect(statuses.every(({ isReplay }) => isReplay === true)).toBe(true);
});
