/**
 * P2: how long a reading takes from the line to a client, through the whole station as it is started for real: core and web in
 * processes of their own, rules, recorder, gateway.
 *
 *   python3: one terminal, 500 displayed records a second ─▶ ours: core ─ bus ─▶ web ─ Socket.IO ─▶ client
 *                                                          └▶ floor: serialport ─ ws ─▶ client
 */
import { admit, BuiltStation } from './built-station.ts';
import type { RelayCalls, RelayClientCalls, ScreensCalls } from './calls.ts';
import { readingFrames } from './device-frames.ts';
import { alternate, inFolder, pause, type Goal, type Setting } from './goal.ts';
import { Helper } from './helper.ts';
import { PtyPlayer } from './pty.ts';
import type { Figure } from './report.ts';
import type { LineWrite } from './schedule.ts';
import { pair, spreadOf, type Stamped } from './statistics.ts';

const PER_S = 500;
const BED = 'bed-1';
/** What was said last must have gone its way before anybody is asked. */
const SETTLE_MS = 500;

interface Load {
  readonly writes: readonly LineWrite[];
  /** Readings before this one are left out: programs are slow while they are young. */
  readonly firstMeasured: number;
}

function loadOf({ isQuick }: Setting): Load {
  const [warmS, measuredS] = isQuick ? [2, 4] : [4, 8];
  const writes = readingFrames(PER_S * (warmS + measuredS)).map((bytes, i) => ({
    atUs: (i * 1e6) / PER_S,
    port: 0,
    bytes,
  }));
  return { writes, firstMeasured: PER_S * warmS };
}

interface Round {
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
}

function roundOf(
  { firstMeasured }: Load,
  stamps: Float64Array,
  seen: { sequences: readonly number[]; ns: readonly number[] },
): Round {
  const sent = Array.from(stamps, (ns, i): Stamped => ({ key: String(i + 1), ns })).slice(firstMeasured);
  const seenAt = seen.sequences.map((sequence, i): Stamped => ({
    key: String(sequence),
    ns: seen.ns[i] ?? Number.NaN,
  }));
  const { delaysMs, lost } = pair(sent, seenAt);
  const { p50, p99 } = spreadOf(delaysMs);
  return { p50, p99, lost };
}

async function ours(load: Load): Promise<Round> {
  return inFolder((folder) =>
    withLine(async (player, path) => {
      const device = { id: 'monitor', driver: 'ge-s5-dri', link: { serial: path }, isSimulated: true };
      const station = await BuiltStation.start(folder, [{ id: BED, devices: [device] }]);
      const screens = new Helper<ScreensCalls>('screens');
      try {
        await screens.ask('arrive', { address: station.address, count: 1 });
        await admit(screens, [BED]);
        await screens.ask('begin', null);
        const stamps = await player.play(load.writes);
        await pause(SETTLE_MS);
        return roundOf(load, stamps, (await screens.ask('end', null)).readings);
      } finally {
        await screens.stop();
        await station.stop();
      }
    }),
  );
}

async function floor(load: Load): Promise<Round> {
  return withLine(async (player, path) => {
    const relay = new Helper<RelayCalls>('relay');
    const client = new Helper<RelayClientCalls>('relay-client');
    try {
      await client.ask('open', await relay.ask('open', { path }));
      const stamps = await player.play(load.writes);
      await pause(SETTLE_MS);
      return roundOf(load, stamps, await client.ask('read', null));
    } finally {
      await client.stop();
      await relay.stop();
    }
  });
}

async function withLine<T>(work: (player: PtyPlayer, path: string) => Promise<T>): Promise<T> {
  const player = await PtyPlayer.open(1);
  try {
    return await work(player, player.paths[0] ?? '');
  } finally {
    await player.close();
  }
}

export const p2: Goal = {
  id: 'P2',
  title: `byte on the line → client, ${PER_S} readings a second through core, bus and gateway`,
  needs: ['proc', 'python3', 'ws'],
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
      id: 'P2',
      title: p2.title,
      floor: 'serialport → raw ws relay that checks the sum of each frame and sends it on as one JSON message',
      figures: [
        { what: 'p50', unit: 'ms', ...both(({ p50 }) => p50), limit: { of: 'ratio', atMost: 1.6 } },
        { what: 'p99', unit: 'ms', ...both(({ p99 }) => p99) },
        { what: 'readings lost or merged', unit: '', ...both(({ lost }) => lost) },
      ],
      remarks: [
        'Ours crosses one process boundary more than the floor: the core may not stop when the web process does.',
      ],
    };
  },
};
