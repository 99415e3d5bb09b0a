/**
 * P3: how long an alarm takes from the pump's line to the screen: byte → painted frame, and back, in a browser that draws a ward.
 *
 *   python3: a pump's alarm begins and ends ─▶ ours: core ─ web ─▶ the ward page │ floor: serialport ─ Socket.IO ─▶ a bare page
 *   in the page: the bed's tile changes ─▶ next animation frame (it is drawn) ─▶ one frame later ─▶ back over DevTools
 */
import { ALARM_BED, alarmWrites, calm, withPumpOnLine } from './alarm-line.ts';
import type { BrowserCalls, PageFloorCalls } from './calls.ts';
import { alarmFrames, type AlarmFrames } from './device-frames.ts';
import { alternate, pause, type Goal, type Setting } from './goal.ts';
import { Helper } from './helper.ts';
import { withLiveWard } from './live-ward.ts';
import { findChromium } from './prerequisites.ts';
import { PtyPlayer } from './pty.ts';
import type { Figure } from './report.ts';
import { spreadOf } from './statistics.ts';

const BEDS = 32;
/** A ward page shows 16 beds at a time, with two waves each. */
const WAVES_DRAWN = 32;
const WARM_MS = 8000;
const SETTLE_MS = 500;
const ALARM = { everyMs: 360, forMs: 180 };
const WRITES_PER_ALARM = 3;

interface Round {
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
}

/** Says all alarms on the line and asks the browser what it saw. */
async function watch(player: PtyPlayer, browser: Helper<BrowserCalls>, cycles: readonly AlarmFrames[]): Promise<Round> {
  const writes = alarmWrites(cycles, ALARM);
  const stamps = await player.play(writes);
  await pause(SETTLE_MS);
  const seen = await browser.ask('sightings', null);
  const begun = stamps.filter((_, i) => i % WRITES_PER_ALARM === 0);
  const delaysMs = Array.from(begun).flatMap((ns, i) => {
    const at = seen.find((sighting) => sighting >= ns && sighting < (begun[i + 1] ?? Infinity));
    return at === undefined ? [] : [(at - ns) / 1e6];
  });
  const { p50, p99 } = spreadOf(delaysMs);
  return { p50, p99, lost: begun.length - delaysMs.length };
}

/** A line and a browser at this address, for as long as it takes. */
async function withBrowser<T>(work: (player: PtyPlayer, browser: Helper<BrowserCalls>) => Promise<T>): Promise<T> {
  const player = await PtyPlayer.open(1);
  const browser = new Helper<BrowserCalls>('browser');
  try {
    return await work(player, browser);
  } finally {
    await browser.ask('close', null);
    await browser.stop();
    await player.close();
  }
}

const page = (address: string): Parameters<BrowserCalls['open']>[0] => ({
  chromium: findChromium() ?? '',
  address,
  bed: ALARM_BED,
});

const ours = (cycles: readonly AlarmFrames[]): Promise<Round> =>
  withBrowser((player, browser) => {
    const arrange = withPumpOnLine(player.paths[0] ?? '');
    return withLiveWard({ beds: BEDS, screens: 1, warmMs: 0, arrange }, async ({ station, screens }) => {
      const [first, ...others] = cycles;
      if (first !== undefined) await calm(player, screens, first);
      await browser.ask('open', page(station.address));
      await pause(WARM_MS);
      return watch(player, browser, others);
    });
  });

const floor = (cycles: readonly AlarmFrames[]): Promise<Round> =>
  withBrowser(async (player, browser) => {
    const server = new Helper<PageFloorCalls>('page-floor');
    try {
      const { address } = await server.ask('open', { path: player.paths[0] ?? '', waves: WAVES_DRAWN });
      await browser.ask('open', page(address));
      await pause(WARM_MS);
      return await watch(player, browser, cycles.slice(1));
    } finally {
      await server.stop();
    }
  });

export const p3: Goal = {
  id: 'P3',
  title: `alarm visible: byte on the pump's line → painted frame and back, a ward of ${BEDS} beds in Chromium`,
  needs: ['proc', 'python3', 'chromium', 'playwright-core'],
  measure: async (setting: Setting) => {
    const cycles = alarmFrames(setting.isQuick ? 40 : 100);
    const rounds = await alternate(
      setting,
      () => ours(cycles),
      () => floor(cycles),
    );
    const both = (value: (round: Round) => number): Pick<Figure, 'ours' | 'floor'> => ({
      ours: rounds.ours.map(value),
      floor: rounds.floor.map(value),
    });
    return {
      id: 'P3',
      title: p3.title,
      floor: `serialport → Socket.IO → a page of one element and one canvas that draws ${WAVES_DRAWN} waves, 25 times a second`,
      figures: [
        { what: 'p50', unit: 'ms', ...both(({ p50 }) => p50) },
        { what: 'p99', unit: 'ms', ...both(({ p99 }) => p99), limit: { of: 'value', atMost: 50 } },
        { what: 'alarms not seen', unit: '', ...both(({ lost }) => lost), limit: { of: 'value', atMost: 0 } },
      ],
      remarks: [
        `The ward page shows 16 of the ${BEDS} beds at a time and is told of all. No graphics processor: browser, station and`,
        'simulated devices share the cores.',
      ],
    };
  },
};
