/** A page that holds our drawing as the screens will: `?show=ward&beds=32`, `?show=bed`, `?show=floor&beds=32`. */
import { SweepSurface } from '$lib/charts/sweep/surface.ts';
import type { WaveChannel } from '$lib/realtime/index.ts';
import { startFloor } from './floor.ts';
import { Feed } from '$lib/charts/feed.ts';
import { type StillWave, stillStrip } from '$lib/charts/sweep/still-strip.ts';
import { channelsOf, sampleOf, Wards } from './signals.ts';
import { showReview, showTrend } from './trends.ts';
import { showWatch } from './watch.ts';

const query = new URLSearchParams(location.search);
const beds = Number(query.get('beds') ?? 6);
const counted = { frames: 0 };
const count = (): void => {
  counted.frames += 1;
  requestAnimationFrame(count);
};

function element(parent: HTMLElement, className: string, style = ''): HTMLElement {
  const made = document.createElement('div');
  made.className = className;
  made.style.cssText = style;
  parent.append(made);
  return made;
}

function feed(surface: SweepSurface, channels: readonly WaveChannel[]): Wards {
  const wards = new Wards(channels);
  setInterval(() => {
    const frame = wards.frame(performance.now());
    if (frame !== undefined) surface.feed(frame, performance.now());
  }, 40);
  return wards;
}

function ward(): void {
  const surface = new SweepSurface({ maxPixelRatio: 1, maxFps: Number(query.get('fps') ?? 60) });
  const columns = beds > 16 ? 8 : 3;
  const host = element(document.body, 'grid', `grid-template-columns: repeat(${columns}, 1fr)`);
  const channels: WaveChannel[] = [];
  for (let bed = 1; bed <= beds; bed += 1) {
    const tile = element(host, 'tile');
    element(tile, 'label').textContent = `Bed ${bed}`;
    for (const channel of channelsOf(bed, ['ecg1', 'pleth'], 250)) {
      channels.push(channel);
      const strip = element(tile, 'strip', `height: ${columns === 8 ? 60 : 44}px`);
      strip.id = `strip-${channel.number}`;
      const vertical = channel.waveform === 'ecg1' ? { vertical: { type: 'gain', mmPerUnit: 5 } as const } : {};
      surface.strip({ channel, ...vertical })(strip);
    }
  }
  surface.host(host);
  Object.assign(window, { surface, wards: feed(surface, channels) });
}

function bed(): void {
  const surface = new SweepSurface();
  const host = element(document.body, 'panel', 'width: 1000px; padding: 8px 14px');
  const channels = channelsOf(1, ['ecg1', 'pleth', 'co2', 'abp'], 250);
  for (const channel of channels) {
    const row = element(host, 'wave', 'position: relative');
    element(row, 'label', 'position: absolute; left: 40px; top: 2px').textContent = channel.waveform;
    const strip = element(row, 'strip', 'height: 78px');
    strip.id = `strip-${channel.number}`;
    surface.strip({ channel, hasScale: true })(strip);
  }
  surface.host(host);
  Object.assign(window, { surface, wards: feed(surface, channels) });
}

/** Ten seconds of three waveforms with a hole in the second one, as in the review of an instant. */
function still(): void {
  const host = element(document.body, 'panel', 'width: 1000px; padding: 8px 14px');
  for (const channel of channelsOf(1, ['ecg1', 'pleth', 'co2'], 250)) {
    const count = channel.rateHz * 10;
    const samples = Int16Array.from({ length: count }, (_, i) => sampleOf(channel, i));
    const part = (from: number, to: number) => ({
      at: (from * 1000) / channel.rateHz,
      samples: samples.subarray(from, to),
    });
    const runs = channel.waveform === 'pleth' ? [part(0, 900), part(1300, count)] : [part(0, count)];
    const feed = new Feed<StillWave | undefined>({ ...channel, fromMs: 0, toMs: 10_000, runs });
    stillStrip(feed)(element(host, 'strip', 'height: 62px'));
  }
}

requestAnimationFrame(count);
const shows: Readonly<Record<string, () => void>> = {
  ward,
  bed,
  still,
  floor: () => startFloor(document.body, beds, 2),
  watch: () => showWatch(document.body),
  trend: () => showTrend(element(document.body, 'panel', 'width: 1020px; height: 280px')),
  review: () => showReview(element(document.body, 'panel', 'width: 1020px; height: 280px')),
};
Object.assign(window, { counted });
shows[query.get('show') ?? 'ward']?.();
