/**
 * P7: ten screens look at a ward, one of them stops reading for half a minute while waves go on and alarms come and go. What do
 * the others feel, what does the station keep for the stalled one, and what does that one show when it is back?
 *
 *   windows   quiet, stalled, quiet, stalled … in one station; a pump alarms every two seconds in all of them
 *   stalled   its whole process is stopped (SIGSTOP), as a hung page or a sleeping tablet is. A paused socket in a process
 *             that goes on would be noticed by its own ping timer and replaced after ten seconds.
 */
import { ALARM_BED, alarmWrites, calm, withPumpOnLine } from './alarm-line.ts';
import type { AlarmAccount, FrameSighting, ScreensCalls } from './calls.ts';
import { alarmFrames, type AlarmFrames } from './device-frames.ts';
import { alternate, pause, type Goal, type Setting } from './goal.ts';
import { Helper } from './helper.ts';
import { withLiveWard, type LiveWard } from './live-ward.ts';
import { residentMb } from './process-meter.ts';
import { PtyPlayer } from './pty.ts';
import type { Figure } from './report.ts';
import { quantile } from './statistics.ts';

const BEDS = 8;
const OTHERS = 9;
const WARM_MS = 8000;
const ALARM = { everyMs: 2000, forMs: 900 };
/** The stalled screen must have come back and been told before it is asked. */
const RETURN_MS = 5000;
/** The page does not draw a wave that is older than this when it comes. */
const TOO_OLD_MS = 1000;
const SAMPLE_MS = 500;

interface Window {
  readonly p99Ms: number;
  readonly coreMb: number;
  readonly webMb: number;
}

interface Stall extends Window {
  /** Age of the first frame that the page would draw again. */
  readonly firstAgeMs: number;
  /** What is missing in the trace and must be shown as a gap: from the last frame before to that one. */
  readonly gapS: number;
  readonly alarmsMeanwhile: number;
  readonly alarmsLost: number;
}

/** Everything that one measurement needs, alive until its end. */
interface Scene extends LiveWard {
  readonly player: PtyPlayer;
  readonly stalled: Helper<ScreensCalls>;
  readonly windowMs: number;
  /** Alarms not yet said: a pump never says the same again. */
  readonly nextAlarms: (count: number) => readonly AlarmFrames[];
}

/** Waves and alarms for a while, how they reached the screens that read, and how large the station became. */
async function watch({ station, screens, player, windowMs, nextAlarms }: Scene): Promise<Window> {
  await screens.ask('begin', null);
  let [coreMb, webMb] = [0, 0];
  const sample = setInterval(() => {
    coreMb = Math.max(coreMb, residentMb(station.corePid));
    webMb = Math.max(webMb, residentMb(station.webPid));
  }, SAMPLE_MS);
  const writes = alarmWrites(nextAlarms(Math.floor(windowMs / ALARM.everyMs)), ALARM);
  await Promise.all([player.play(writes), pause(windowMs)]);
  clearInterval(sample);
  const { waveAgesMs } = await screens.ask('end', null);
  return { p99Ms: quantile(waveAgesMs, 0.99), coreMb, webMb };
}

async function stall(scene: Scene): Promise<Stall> {
  const { stalled } = scene;
  await stalled.ask('begin', null);
  await pause(2 * SAMPLE_MS);
  const numberBefore = (await stalled.ask('alarms', { bed: ALARM_BED })).lastNumber;
  const lastBefore = (await stalled.ask('frames', null)).at(-1);
  stalled.signal('SIGSTOP');
  const window = await watch(scene);
  stalled.signal('SIGCONT');
  await pause(RETURN_MS);
  const account = await stalled.ask('alarms', { bed: ALARM_BED });
  const frames = await stalled.ask('frames', null);
  return {
    ...window,
    ...shownAgain(frames, lastBefore),
    alarmsMeanwhile: account.lastNumber - numberBefore,
    alarmsLost: lostAlarms(account, numberBefore),
  };
}

/** The page's own rule, on the frames that came after the stall began. */
function shownAgain(
  frames: readonly FrameSighting[],
  lastBefore: FrameSighting | undefined,
): { firstAgeMs: number; gapS: number } {
  const age = ({ atMs, ns }: FrameSighting): number => ns / 1e6 - atMs;
  const stalledAtMs = lastBefore?.atMs ?? Number.NaN;
  const first = frames.find((frame) => frame.atMs > stalledAtMs + TOO_OLD_MS && age(frame) <= TOO_OLD_MS);
  return first === undefined
    ? { firstAgeMs: Number.NaN, gapS: Number.NaN }
    : { firstAgeMs: age(first), gapS: (first.atMs - stalledAtMs) / 1000 };
}

/** Every change since a number, by channel or told on return. */
function lostAlarms({ received, toldOnReturn, lastNumber }: AlarmAccount, since: number): number {
  const known = new Set([...received, ...toldOnReturn]);
  return Array.from({ length: lastNumber - since }, (_, i) => since + i + 1).filter((number) => !known.has(number))
    .length;
}

async function withScene<T>(setting: Setting, work: (scene: Scene) => Promise<T>): Promise<T> {
  const windowMs = setting.isQuick ? 15_000 : 30_000;
  const frames = alarmFrames(2 * setting.rounds * (windowMs / ALARM.everyMs) + 1);
  let used = 0;
  const nextAlarms = (count: number): readonly AlarmFrames[] => frames.slice(used, (used += count));
  const player = await PtyPlayer.open(1);
  const stalled = new Helper<ScreensCalls>('screens');
  try {
    const arrange = withPumpOnLine(player.paths[0] ?? '');
    return await withLiveWard({ beds: BEDS, screens: OTHERS, warmMs: WARM_MS, arrange }, async (ward) => {
      for (const first of nextAlarms(1)) await calm(player, ward.screens, first);
      await stalled.ask('arrive', { address: ward.station.address, count: 1 });
      return work({ ...ward, player, stalled, windowMs, nextAlarms });
    });
  } finally {
    stalled.signal('SIGCONT');
    await stalled.stop();
    await player.close();
  }
}

export const p7: Goal = {
  id: 'P7',
  title: `one of ${OTHERS + 1} screens stops reading for 30 s`,
  needs: ['proc', 'python3'],
  measure: (setting) =>
    withScene(setting, async (scene) => {
      const { ours, floor } = await alternate(
        setting,
        () => stall(scene),
        () => watch(scene),
      );
      const growth = (of: (window: Window) => number): readonly number[] =>
        ours.map((window, i) => of(window) - of(floor[i] ?? window));
      const figures: readonly Figure[] = [
        {
          what: 'waves at the others, p99 age',
          unit: 'ms',
          ours: ours.map(({ p99Ms }) => p99Ms),
          floor: floor.map(({ p99Ms }) => p99Ms),
          limit: { of: 'ratio', atMost: 1.5 },
        },
        {
          what: 'web: memory kept for it',
          unit: 'MB',
          ours: growth(({ webMb }) => webMb),
          limit: { of: 'value', atMost: 5 },
        },
        {
          what: 'core: memory kept for it',
          unit: 'MB',
          ours: growth(({ coreMb }) => coreMb),
          limit: { of: 'value', atMost: 5 },
        },
        {
          what: 'first frame drawn again, age',
          unit: 'ms',
          ours: ours.map(({ firstAgeMs }) => firstAgeMs),
          limit: { of: 'value', atMost: TOO_OLD_MS },
        },
        { what: 'gap in its traces', unit: 's', ours: ours.map(({ gapS }) => gapS) },
        { what: 'alarm changes meanwhile', unit: '', ours: ours.map(({ alarmsMeanwhile }) => alarmsMeanwhile) },
        {
          what: 'alarm changes lost',
          unit: '',
          ours: ours.map(({ alarmsLost }) => alarmsLost),
          limit: { of: 'value', atMost: 0 },
        },
      ];
      return {
        id: 'P7',
        title: p7.title,
        floor: 'the same station with the same waves and alarms while everybody reads',
        figures,
        remarks: [
          'Memory kept is the most that the process had during the stall minus the most in the window without one.',
        ],
      };
    }),
};
