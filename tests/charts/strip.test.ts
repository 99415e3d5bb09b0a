import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { monotonicMs, NO_SAMPLE } from '$lib/domain/index.ts';
import { SharedDelay } from '$lib/charts/sweep/playout.ts';
import { GAP_PX, NO_SIGNAL_MS } from '$lib/charts/sweep/strip.ts';
import { channelOf, FRAME_MS, packets, PlayedStrip, triangles, type Frame, type Packet } from './played-strip.ts';

const ECG = { channel: channelOf('ecg1', 250) };
const PX_PER_MS = (25 * 3.78) / 1000;

/** Vertices in the order of drawing, without what is drawn a second time when a strip begins to wait. */
const drawn = (strip: PlayedStrip) =>
  strip.frames.flatMap(({ vertices, wasRepainted, state }) => (wasRepainted && state !== 'live' ? [] : vertices));
/** Steps of the pen from frame to frame, ms of signal per ms of time, from the first movement on. */
const speeds = (frames: readonly Frame[]) => {
  const moving = frames.filter(({ penMs }) => penMs > 0);
  return moving.slice(1).map(({ penMs }, i) => (penMs - (moving[i]?.penMs ?? 0)) / FRAME_MS);
};
/** Place of a time on a strip 402 px wide. The sweep counts from a minute before the station's time began. */
const xOf = (ms: number) => 1 + (((ms + 60_000) * PX_PER_MS) % 400);
const lags = (frames: readonly Frame[]) => frames.map(({ nowMs, penMs }) => nowMs - penMs);

describe('the trace of a strip', () => {
  test('is the same however the samples were cut into packets and however late they came', () => {
    const samples = triangles(1500, 250);
    const reference = new PlayedStrip(ECG).run(
      9000,
      packets(samples, 250, () => 10),
    );
    const vertices = drawn(reference);
    expect(vertices.length).toBeGreaterThan(1000);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 75 }), { minLength: 5, maxLength: 40 }),
        fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 5, maxLength: 40 }),
        (lengths, delays) => {
          const cut = packets(samples, 250, (i) => lengths[i % lengths.length] ?? 1, {
            arrival: (endMs, i) => endMs + (delays[i % delays.length] ?? 0),
          });
          expect(drawn(new PlayedStrip(ECG).run(9000, inOrder(cut)))).toEqual(vertices);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('takes each column from its smallest to its largest sample when more than two fall in one', () => {
    const strip = new PlayedStrip({ channel: channelOf('co2', 250) });
    const spike = triangles(1000, 250).fill(0);
    spike[333] = 7000;
    strip.run(
      5000,
      packets(spike, 250, () => 10),
    );
    const heights = new Set(drawn(strip).map((vertex) => vertex.split(',')[1]));
    expect(drawn(strip).length).toBeLessThan(150);
    expect(heights.size).toBe(2);
  });

  test('has a hole where samples are missing, and no line across it', () => {
    const cut = packets(triangles(300, 100), 100, () => 4).filter((_, i) => i < 30 || i >= 40);
    const strip = new PlayedStrip({ channel: channelOf('pleth', 100) }, { widthPx: 800 }).run(4000, cut);
    const columns = drawn(strip).map((vertex) => Number(vertex.split(',')[0]));
    const steps = columns.slice(1).map((x, i) => x - (columns[i] ?? 0));
    expect(Math.max(...steps)).toBeCloseTo(410 * PX_PER_MS, 2);
    expect(columns).toHaveLength(260);
  });
});

describe('the line of a strip', () => {
  test('is whole from frame to frame, and is not drawn back from the right edge to the left', () => {
    const strip = new PlayedStrip({ channel: channelOf('pleth', 100) }).run(
      9000,
      packets(triangles(850, 100), 100, () => 4),
    );
    const live = strip.frames.filter(({ nowMs, wasRepainted }) => nowMs > 1000 && nowMs < 8500 && !wasRepainted);
    const pieces = live.flatMap((frame) => frame.pieces.filter(([from, to]) => from !== to));
    for (const [from, to] of pieces) expect(to - from).toBeCloseTo(10 * PX_PER_MS, 2);
    // Every sample ends a piece of line, but for the first one of each sweep.
    const places = live.flatMap(({ vertices }) => vertices.map((vertex) => Number(vertex.split(',')[0])));
    const sweeps = places.filter((x, i) => x < (places[i - 1] ?? 0)).length;
    expect(sweeps).toBeGreaterThan(0);
    expect(places.length - pieces.length).toBe(sweeps);
  });
});

describe('the pen of a strip', () => {
  test('finds the delay at which late packets do not stop it', () => {
    const late = [0, 400, 100, 350, 20, 450];
    const cut = packets(triangles(5000, 250), 250, () => 10, { arrival: (endMs, i) => endMs + (late[i % 6] ?? 0) });
    const strip = new PlayedStrip(ECG).run(20_000, inOrder(cut));
    const settled = strip.frames.filter(({ nowMs }) => nowMs > 3000 && nowMs < 19_500);
    for (const speed of speeds(settled)) expect(speed).toBeCloseTo(1, 5);
    expect(Math.max(...lags(settled))).toBeLessThan(600);
  });

  test('stays behind rather than hurry when it is less than a second late', () => {
    const cut = packets(triangles(3750, 250), 250, () => 25, {
      arrival: (endMs) => (endMs > 5000 && endMs < 6500 ? 6500 : endMs),
    });
    const strip = new PlayedStrip(ECG).run(14_000, cut);
    expect(Math.max(...speeds(strip.frames))).toBeLessThanOrEqual(1 + 1e-6);
    expect(strip.strip.lostSamples).toBe(0);
  });

  test.each([40, 100, 250, 500, 1000])('moves evenly with packets of %i ms', (packetMs) => {
    const cut = packets(triangles(5000, 250), 250, () => packetMs / 4, {
      arrival: (endMs, i) => endMs + ((i * 7) % 40),
    });
    const strip = new PlayedStrip(ECG).run(20_000, cut);
    const settled = strip.frames.filter(({ nowMs }) => nowMs > 3000 && nowMs < 19_500);
    for (const speed of speeds(settled)) expect(speed).toBeCloseTo(1, 5);
    const lag = Math.max(...lags(settled));
    expect(lag).toBeLessThan(Math.max(250, packetMs) + 140);
    expect(lag).toBeGreaterThanOrEqual(250);
    expect(settled.every(({ state }) => state === 'live')).toBe(true);
  });

  test('never runs faster than real time and never backwards, however packets are late', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 10, maxLength: 60 }), (delays) => {
        const cut = packets(triangles(2500, 250), 250, () => 25, {
          arrival: (endMs, i) => endMs + (delays[i % delays.length] ?? 0),
        });
        const strip = new PlayedStrip(ECG).run(12_000, inOrder(cut));
        for (const speed of speeds(strip.frames)) {
          expect(speed).toBeGreaterThanOrEqual(0);
          expect(speed).toBeLessThanOrEqual(1 + 1e-6);
        }
        expect(strip.strip.lostSamples).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test('jumps and leaves a gap when it is more than a second behind', () => {
    const cut = packets(triangles(3750, 250), 250, () => 25, {
      // The line hangs for three seconds from 5 s on, then everything comes at once.
      arrival: (endMs) => (endMs > 5000 && endMs < 8000 ? 8000 : endMs),
    });
    const strip = new PlayedStrip(ECG, { widthPx: 1202 }).run(14_000, cut);
    const jumps = speeds(strip.frames).filter((speed) => speed > 1.01);
    expect(jumps).toHaveLength(1);
    expect(strip.strip.lostSamples).toBeGreaterThan(250);
    const last = strip.frames.at(-1);
    expect((last?.nowMs ?? 0) - (last?.penMs ?? 0)).toBeLessThan(1500);
  });

  test('catches up inside a hole, where nothing is left out', () => {
    const cut = packets(triangles(2500, 250), 250, () => 25).filter(
      ({ arrivesMs }) => arrivesMs <= 4000 || arrivesMs > 5500,
    );
    const strip = new PlayedStrip(ECG).run(9000, cut);
    const before = lags(strip.frames.filter(({ nowMs }) => nowMs > 3000 && nowMs < 4000)).at(0);
    expect(lags(strip.frames).at(-1)).toBeCloseTo(before ?? 0, 0);
    expect(strip.strip.lostSamples).toBe(0);
  });

  test('stands together with the pens of the other strips of the bed, whatever their packets', () => {
    const delay = new SharedDelay();
    const slow = new PlayedStrip({ channel: channelOf('pleth', 125) }, { delay });
    const quick = new PlayedStrip(ECG, { delay });
    const slowPackets = packets(triangles(1250, 125), 125, () => 125);
    const quickPackets = packets(triangles(2500, 250), 250, () => 10);
    for (let until = 0; until < 9000; until += FRAME_MS) {
      const due = ({ arrivesMs }: Packet) => arrivesMs > until - FRAME_MS && arrivesMs <= until;
      slow.run(until, slowPackets.filter(due));
      quick.run(until, quickPackets.filter(due));
    }
    expect(slow.strip.penMs).toBeCloseTo(quick.strip.penMs, 6);
  });
});

describe('the erase bar', () => {
  test('clears only the band ahead of the pen, at least 14 px and 0.15 s wide, and never what was just drawn', () => {
    const strip = new PlayedStrip(ECG, { widthPx: 402 }).run(
      9000,
      packets(triangles(2250, 250), 250, () => 10),
    );
    const settled = strip.frames.filter(({ nowMs, wasRepainted }) => nowMs > 1000 && !wasRepainted);
    expect(settled.length).toBeGreaterThan(400);
    const gap = Math.max(GAP_PX, 150 * PX_PER_MS);
    for (const [x, width] of strip.frames.flatMap(({ cleared }) => cleared)) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(402);
    }
    for (const { cleared, vertices, penMs } of settled) {
      const pen = xOf(penMs);
      const total = cleared.reduce((sum, [, width]) => sum + width, 0);
      expect(total).toBeLessThan(gap + 6);
      const isCleared = (x: number) => cleared.some(([from, width]) => x >= from && x < from + width);
      expect(isCleared(xOf(penMs + (gap - 1) / PX_PER_MS))).toBe(true);
      for (const vertex of vertices) {
        const x = Number(vertex.split(',')[0]);
        // What is drawn in this frame lies behind the pen, even if its place was cleared a moment ago.
        expect((pen - x + 400) % 400).toBeLessThan(4);
      }
    }
  });
});

describe('what stands on the canvas', () => {
  /** Plays a canvas one column at a time: when each was last drawn on, undefined where it is clear. */
  const ink = (strip: PlayedStrip, check: (drawnAt: readonly (number | undefined)[], frame: Frame) => void) => {
    const columns: (number | undefined)[] = Array.from({ length: 402 }, () => undefined);
    for (const frame of strip.frames) {
      for (const [x, width] of frame.cleared) columns.fill(undefined, Math.floor(x), Math.ceil(x + width));
      for (const vertex of frame.vertices) columns[Math.floor(Number(vertex.split(',')[0]))] = frame.nowMs;
      check(columns, frame);
      if (frame.markX !== undefined) columns.fill(frame.nowMs, Math.floor(frame.markX), Math.ceil(frame.markX + 1.5));
    }
  };
  const SWEEP_MS = 400 / PX_PER_MS;

  test('is never older than one sweep, whatever was lost, late or jumped over', () => {
    const cut = packets(triangles(5000, 250), 250, () => 25, {
      arrival: (endMs) => (endMs > 9000 && endMs < 12_000 ? 12_000 : endMs),
    }).filter(({ at }) => at < 15_000 || at > 16_500);
    const strip = new PlayedStrip(ECG).run(20_000, cut);
    expect(strip.strip.lostSamples).toBeGreaterThan(0);
    ink(strip, (columns, { nowMs, state }) => {
      if (state !== 'live') return;
      expect(columns.every((drawnAt) => nowMs - (drawnAt ?? nowMs) < SWEEP_MS + 3000)).toBe(true);
    });
    ink(strip, (columns, { nowMs, penMs, state }) => {
      if (state !== 'live' || nowMs < 12_200 || penMs > 14_000) return;
      // What the pen jumped over is empty, not a piece of the sweep before.
      expect(columns.every((drawnAt) => drawnAt === undefined || nowMs - drawnAt < SWEEP_MS)).toBe(true);
    });
  });

  test.each([60, 15])('has one mark of the pen, at %i frames per second', (fps) => {
    const strip = new PlayedStrip(ECG).run(
      9000,
      packets(new Int16Array(2250), 250, () => 10),
      1000 / fps,
    );
    ink(strip, (columns, { nowMs, penMs, state, wasRepainted }) => {
      if (state !== 'live' || wasRepainted || nowMs < 1000) return;
      // Nothing stands in the gap before the mark is drawn into it.
      for (let px = 3; px < GAP_PX - 1; px += 1)
        expect(columns[Math.floor(xOf(penMs + px / PX_PER_MS))]).toBeUndefined();
    });
  });
});

describe('the state of a strip', () => {
  const second = (n: number) => packets(triangles(n * 250, 250), 250, () => 10);

  test('is waiting when the buffer runs dry, none after three seconds, live again with the next sample', () => {
    const strip = new PlayedStrip(ECG).run(12_000, [
      ...second(4),
      ...packets(triangles(500, 250), 250, () => 10, { fromMs: 9000 }),
    ]);
    const changes = strip.frames.filter(({ state }, i) => state !== strip.frames[i - 1]?.state);
    expect(changes.map(({ state }) => state)).toEqual(['waiting', 'live', 'waiting', 'none', 'live', 'waiting']);
    const none = changes.find(({ state }) => state === 'none');
    expect(none?.nowMs).toBeGreaterThan(4000 + NO_SIGNAL_MS);
    expect(none?.nowMs).toBeLessThan(4000 + NO_SIGNAL_MS + 400);
    expect(none?.vertices).toEqual([]);
    expect(changes.every(({ wasRepainted }) => wasRepainted)).toBe(true);
  });

  test('is none after three seconds without a value, although blocks keep coming', () => {
    const leadOff = new Int16Array(1500).fill(NO_SAMPLE);
    const strip = new PlayedStrip(ECG).run(8500, [...second(2), ...packets(leadOff, 250, () => 10, { fromMs: 2000 })]);
    const states = strip.frames.filter(({ nowMs }) => nowMs > 1000).map(({ state }) => state);
    expect(new Set(states.slice(0, 200))).toEqual(new Set(['live']));
    expect(states.at(-1)).toBe('none');
  });

  test('is drawn anew after the page was hidden for a while', () => {
    const all = second(30);
    const strip = new PlayedStrip(ECG).run(
      5000,
      all.filter(({ arrivesMs }) => arrivesMs <= 5000),
    );
    for (const { at, samples, arrivesMs } of all.filter((packet) => packet.arrivesMs > 5000)) {
      strip.strip.receive({ channel: 1, at: monotonicMs(at), samples, isGapBefore: false }, arrivesMs);
    }
    strip.nowMs = 30_000;
    strip.run(30_000);
    const [frame] = strip.frames.slice(-1);
    expect([frame?.wasRepainted, frame?.state]).toEqual([true, 'live']);
    expect(frame?.vertices.length).toBeGreaterThan(700);
    expect(frame?.penMs).toBeGreaterThan(29_600);
  });

  test('keeps its picture while frozen, also when it is drawn anew, and goes on at the present', () => {
    const strip = new PlayedStrip(ECG).run(5000, second(5));
    strip.strip.freeze(true);
    const penMs = strip.strip.penMs;
    strip.run(
      25_000,
      packets(triangles(5000, 250), 250, () => 10, { fromMs: 5000 }),
    );
    expect(strip.strip.penMs).toBe(penMs);
    expect(strip.frames.filter(({ nowMs }) => nowMs > 5000 + FRAME_MS).flatMap(({ vertices }) => vertices)).toEqual([]);
    strip.strip.isStale = true;
    strip.run(25_000 + FRAME_MS);
    const again = strip.frames.filter(({ wasRepainted }) => wasRepainted).at(-1);
    expect(again?.nowMs).toBeGreaterThan(25_000);
    expect(again?.vertices.length).toBeGreaterThan(700);
    strip.strip.freeze(false);
    strip.run(25_100);
    expect(strip.strip.penMs).toBeGreaterThan(24_500);
  });

  test('begins anew when the channel goes back in time, as after another station took over', () => {
    const strip = new PlayedStrip(ECG).run(20_000, second(20));
    strip.run(
      22_000,
      packets(triangles(500, 250), 250, () => 10, { fromMs: 3000, arrival: (endMs) => endMs + 17_000 }),
    );
    expect(strip.strip.penMs).toBeGreaterThan(4000);
    expect(strip.strip.penMs).toBeLessThan(5000);
    expect(strip.strip.state).toBe('live');
  });
});

/** A line does not let packets overtake each other. */
function inOrder(cut: readonly Packet[]): Packet[] {
  let latest = 0;
  return cut.map((packet) => ({ ...packet, arrivesMs: (latest = Math.max(latest, packet.arrivesMs)) }));
}
