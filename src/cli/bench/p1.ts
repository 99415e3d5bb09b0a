/**
 * P1: how long a reading takes from its last byte on the line to its judgement, with 50 beds under full load and the recorder
 * on, over what `serialport` alone needs to hand the same bytes to anybody.
 *
 *   python3: 50 terminals, per bed 4 wave records and 2 displayed records a second ─▶ ours: the station │ floor: open ports
 */
import type { JudgingStationCalls, SerialFloorCalls } from './calls.ts';
import { readingFrames, waveFrames } from './device-frames.ts';
import { alternate, inFolder, pause, type Goal, type Setting } from './goal.ts';
import { Helper } from './helper.ts';
import { PtyPlayer } from './pty.ts';
import type { Figure } from './report.ts';
import { endsOf, inOrder, type LineWrite } from './schedule.ts';
import { pair, spreadOf, type Paired, type Spread, type Stamped } from './statistics.ts';

const BEDS = 50;
const WAVES_EVERY_MS = 250;
const READINGS_EVERY_MS = 500;

/** A write with the number of the reading in it; waves have none. */
interface LoadWrite extends LineWrite {
  readonly sequence?: number;
}

interface Load {
  readonly writes: readonly LoadWrite[];
  /** Readings before this are left out: programs are slow while they are young. */
  readonly measuredFromUs: number;
}

/** The beds take turns, so that the load is even. */
function loadOf({ isQuick }: Setting): Load {
  const [warmMs, measuredMs] = isQuick ? [2000, 4000] : [4000, 10_000];
  const lengthMs = warmMs + measuredMs;
  const waves = waveFrames(lengthMs / WAVES_EVERY_MS);
  const readings = readingFrames(lengthMs / READINGS_EVERY_MS);
  const writes = Array.from({ length: BEDS }, (_, port) => {
    const atUs = (periodMs: number, i: number): number => Math.round(1000 * periodMs * (i + port / BEDS));
    return [
      ...waves.map((bytes, i): LoadWrite => ({ atUs: atUs(WAVES_EVERY_MS, i), port, bytes })),
      ...readings.map((bytes, i): LoadWrite => ({ atUs: atUs(READINGS_EVERY_MS, i), port, bytes, sequence: i + 1 })),
    ];
  });
  return { writes: inOrder(writes.flat()), measuredFromUs: 1000 * warmMs };
}

const keyOf = (port: number, sequence: number): string => `${port}/${sequence}`;

/** The measured readings as they left. */
const sentOf = ({ writes, measuredFromUs }: Load, stamps: Float64Array): readonly Stamped[] =>
  writes.flatMap(({ atUs, port, sequence }, i) =>
    sequence === undefined || atUs < measuredFromUs
      ? []
      : [{ key: keyOf(port, sequence), ns: stamps[i] ?? Number.NaN }],
  );

interface Round extends Paired {
  readonly spread: Spread;
  /** CPU of the measured process, percent of a core, over the whole round. */
  readonly cpuPercent: number;
}

const roundOf = (paired: Paired, cpuS: number, lengthS: number): Round => ({
  ...paired,
  spread: spreadOf(paired.delaysMs),
  cpuPercent: (100 * cpuS) / lengthS,
});

const lengthS = ({ writes }: Load): number => (writes.at(-1)?.atUs ?? 0) / 1e6;

/** What was said last must have gone its way before anybody is asked. */
const SETTLE_MS = 500;

function ours(load: Load): Promise<Round> {
  return inFolder((directory) =>
    withLines(async (player) => {
      const station = new Helper<JudgingStationCalls>('judging-station');
      try {
        await station.ask('open', { paths: player.paths, directory });
        const before = await station.ask('read', null);
        const stamps = await player.play(load.writes);
        await pause(SETTLE_MS);
        const { ports, sequences, ns, cpuS } = await station.ask('read', null);
        await station.ask('close', null);
        const seen = ns.map((at, i): Stamped => ({ key: keyOf(ports[i] ?? -1, sequences[i] ?? -1), ns: at }));
        return roundOf(pair(sentOf(load, stamps), seen), cpuS - before.cpuS, lengthS(load));
      } finally {
        await station.stop();
      }
    }),
  );
}

function floor(load: Load): Promise<Round> {
  return withLines(async (player) => {
    const floor = new Helper<SerialFloorCalls>('serial-floor');
    try {
      await floor.ask('open', { paths: player.paths });
      const before = await floor.ask('read', null);
      const stamps = await player.play(load.writes);
      await pause(SETTLE_MS);
      const events = await floor.ask('read', null);
      return roundOf(pair(sentOf(load, stamps), arrivals(load, events)), events.cpuS - before.cpuS, lengthS(load));
    } finally {
      await floor.stop();
    }
  });
}

async function withLines<T>(work: (player: PtyPlayer) => Promise<T>): Promise<T> {
  const player = await PtyPlayer.open(BEDS);
  try {
    return await work(player);
  } finally {
    await player.close();
  }
}

/** Data events know only bytes: a reading has arrived with the event that brought its last one. */
function arrivals(
  { writes }: Load,
  { ports, totals, ns }: { ports: readonly number[]; totals: readonly number[]; ns: readonly number[] },
): readonly Stamped[] {
  const ends = endsOf(writes);
  const waiting = Array.from({ length: BEDS }, (): { key: string; end: number }[] => []);
  writes.forEach(({ port, sequence }, i) => {
    if (sequence !== undefined) waiting[port]?.push({ key: keyOf(port, sequence), end: ends[i] ?? Infinity });
  });
  return ns.flatMap((at, event) => {
    const queue = waiting[ports[event] ?? -1] ?? [];
    const total = totals[event] ?? 0;
    const count = queue.findIndex(({ end }) => end > total);
    return queue.splice(0, count < 0 ? queue.length : count).map(({ key }) => ({ key, ns: at }));
  });
}

export const p1: Goal = {
  id: 'P1',
  title: `alarm decision: byte on the line → judged reading, ${BEDS} beds, recorder on`,
  needs: ['python3'],
  measure: async (setting) => {
    const load = loadOf(setting);
    const rounds = await alternate(
      setting,
      () => ours(load),
      () => floor(load),
    );
    const both = (value: (round: Round) => number): Pick<Figure, 'ours' | 'floor'> => ({
      ours: rounds.ours.map(value),
      floor: rounds.floor.map(value),
    });
    return {
      id: 'P1',
      title: p1.title,
      floor: `the data event of ${BEDS} bare serial ports, the same bytes at the same times`,
      figures: [
        { what: 'p50', unit: 'ms', ...both(({ spread }) => spread.p50), limit: { of: 'ratio', atMost: 2 } },
        { what: 'p99', unit: 'ms', ...both(({ spread }) => spread.p99), limit: { of: 'value', atMost: 10 } },
        { what: 'readings lost', unit: '', ...both(({ lost }) => lost), limit: { of: 'value', atMost: 0 } },
        { what: 'CPU of the process', unit: '%', ...both(({ cpuPercent }) => cpuPercent) },
      ],
      remarks: [
        `${rounds.ours[0]?.spread.count ?? 0} readings per round among ${load.writes.length} records of ` +
          'waves and numbers; every bed has a patient and is judged.',
      ],
    };
  },
};
