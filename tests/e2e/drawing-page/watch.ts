/** Sound and watchdog on a page, with an ear at the loudspeaker and a station that the test plays. */
import { AlarmSounder } from '$lib/client/sound/alarm-sounder.ts';
import type { LinkNews } from '$lib/client/watchdog/watchdog.ts';
import { Watchdog } from '$lib/client/watchdog/watchdog.ts';
import { monotonicMs, wallMs } from '$lib/domain/index.ts';

/** An ear on the way to the loudspeaker. @returns how loud the last 2048 samples were at most. */
function listen(): () => number {
  const loudspeaker = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, 'destination');
  let ear: AnalyserNode | undefined;
  Object.defineProperty(AudioContext.prototype, 'destination', {
    get(this: AudioContext) {
      if (ear === undefined) {
        ear = new AnalyserNode(this, { fftSize: 2048 });
        const end: unknown = loudspeaker?.get?.call(this);
        if (end instanceof AudioDestinationNode) ear.connect(end);
      }
      return ear;
    },
  });
  return () => {
    const samples = new Float32Array(2048);
    ear?.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  };
}

export function showWatch(host: HTMLElement): void {
  const loudness = listen();
  const sounder = new AlarmSounder();
  const news: LinkNews[] = [];
  const hung: number[] = [];
  const watchdog = new Watchdog({
    onLink: (link) => news.push(link),
    onHung: (ms) => hung.push(ms),
    onWorkerLost: (why) => {
      throw new Error(why);
    },
  });
  const button = document.createElement('button');
  button.textContent = 'Start watch';
  button.addEventListener('click', () => void sounder.unlock());
  host.append(button);
  const cover = document.createElement('div');
  cover.style.cssText = 'position: fixed; inset: 0; background: rgb(255, 179, 0); color: #1a1300';
  cover.textContent = 'NOT MONITORING';
  document.body.append(cover);
  watchdog.cover(cover);
  let count = 0;
  const beat = (coreAgeMs = 0): void => {
    count += 1;
    watchdog.heartbeat({ count, at: monotonicMs(count * 1000), wallTime: wallMs(1e12 + count * 1000), coreAgeMs });
  };
  Object.assign(window, { sounder, watchdog, news, hung, beat, loudness });
}
