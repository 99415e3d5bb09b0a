/** The watchdog's worker: clock and messages around `page-watch.ts`. */
import { type FromPage, hear, PULSE_MS, pulse, startWatch } from './page-watch.ts';

let watch = startWatch(performance.now());

addEventListener('message', ({ data }: MessageEvent<FromPage>) => {
  watch = hear(watch, data, performance.now());
});

setInterval(() => {
  const [next, told] = pulse(watch, performance.now());
  watch = next;
  postMessage(told);
}, PULSE_MS);
