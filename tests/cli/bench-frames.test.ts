import { expect, test } from 'vitest';
import { alarmFrames, readingFrames, waveFrames } from '../../src/cli/bench/device-frames.ts';
test('x', () => {
  const t = performance.now();
  const r = readingFrames(5000);
  console.log(r.length, r[0]?.length, performance.now() - t, r.every(Boolean));
  const w = waveFrames(60);
  console.log(w.length, w.map((f) => f.length).slice(0, 6));
  const a = alarmFrames(200);
  console.log(a.length, a[0]?.runs.length, performance.now() - t);
  expect(1).toBe(1);
});
