/**
 * What each protocol costs: how fast its bytes become messages, and how much of a core one device takes at its real rate.
 *
 *   simulated device ─ minutes of its bytes, with their times ─▶ (a) cut and decode, as fast as it goes
 *                                                             ─▶ (b) the whole driver, at the times of the bytes
 *
 * The floor of (a) looks at each byte once, to add it up; the floor of (b) is told the same bytes at the same times and only
 * counts them.
 */
import { mergeMap, NEVER, Observable } from 'rxjs';
import { deviceId, monotonicMs, SECOND_MS } from '$lib/domain/index.ts';
import { sum8 } from '$drivers/checksum.ts';
import type { AnyDriver } from '$drivers/driver.ts';
import type { Connect } from '$drivers/link.ts';
import { driverOf } from '$drivers/registry.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { SIMULATED_DEVICES, type DeviceKind } from '$simulators/registry.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { alternate, type Goal, type Setting } from './goal.ts';
import type { Figure } from './report.ts';

const SEED = 7;
const MAX_PERCENT = 0.5;

interface Chunk {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Bytes of one device over some simulated time. */
interface Course {
  readonly driver: AnyDriver;
  readonly seconds: number;
  readonly chunks: readonly Chunk[];
  readonly byteCount: number;
}

interface Round {
  readonly mbPerS: number;
  readonly framesPerS: number;
  readonly cpuPercent: number;
}

const times = ({ isQuick }: Setting): { seconds: number; leastBytes: number } =>
  isQuick ? { seconds: 30, leastBytes: 500_000 } : { seconds: 300, leastBytes: 5_000_000 };

const run = (driver: AnyDriver, connect: Connect, time: VirtualTime) =>
  runDriver(driver, connect, {
    context: { device: deviceId('measured'), settings: {} },
    label: driver.label,
    isSimulated: true,
    clock: () => monotonicMs(time.now()),
    scheduler: time,
  });

function recorded({ id, make }: DeviceKind, seconds: number): Course {
  const [driver, calm] = [driverOf(id), scenario('calm')];
  if (driver === undefined || !calm.ok) throw new RangeError(`there is no driver or no patient for ${id}`);
  const time = new VirtualTime();
  const device = make(createBedside(calm.value, SEED), { settings: {} });
  const chunks: Chunk[] = [];
  const running = run(driver, simulatedLink({ device, scheduler: time, beginsMs: 0 }), time).subscribe((event) => {
    if (event.kind === 'bytes' && event.direction === 'in') chunks.push({ at: event.at, bytes: event.bytes });
  });
  time.runTo(seconds * SECOND_MS);
  running.unsubscribe();
  return { driver, seconds, chunks, byteCount: chunks.reduce((sum, { bytes }) => sum + bytes.length, 0) };
}

/** The course's bytes again at their times; what the driver sends goes nowhere. */
const replayed = ({ chunks }: Course, time: VirtualTime): Connect => {
  const bytes$ = new Observable<Uint8Array>((out) => {
    for (const { at, bytes } of chunks) out.add(time.schedule(() => out.next(bytes), at - time.now()));
  });
  return () =>
    new Observable((out) => {
      out.next({ bytes$, send: () => Promise.resolve() });
      return NEVER.subscribe();
    });
};

/** Times over, so that there is enough to measure. */
function throughput({ chunks, byteCount }: Course, leastBytes: number, look: (bytes: Uint8Array) => number): Speed {
  const times = Math.max(1, Math.ceil(leastBytes / byteCount));
  const began = process.hrtime.bigint();
  let frames = 0;
  for (let i = 0; i < times; i += 1) for (const { bytes } of chunks) frames += look(bytes);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  return { mbPerS: (times * byteCount) / 1e6 / seconds, framesPerS: frames / seconds };
}

type Speed = Pick<Round, 'mbPerS' | 'framesPerS'>;

function decoder(driver: AnyDriver): (bytes: Uint8Array) => number {
  let rest = new Uint8Array(0);
  return (bytes) => {
    const found = driver.cut(rest, bytes);
    rest = new Uint8Array(found.rest);
    return found.cuts.filter((piece) => piece.kind === 'frame' && driver.decode(piece.payload).ok).length;
  };
}

/** CPU time of this process while the work ran, in percent of the simulated time. */
function cpuPercent(seconds: number, work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ((seconds * 1e6) / 100);
}

function ours(course: Course, leastBytes: number): Round {
  const { driver, seconds } = course;
  const percent = cpuPercent(seconds, () => {
    const time = new VirtualTime();
    const running = run(driver, replayed(course, time), time).subscribe();
    time.runTo(seconds * SECOND_MS);
    running.unsubscribe();
  });
  return { ...throughput(course, leastBytes, decoder(driver)), cpuPercent: percent };
}

function floor(course: Course, leastBytes: number): Round {
  const percent = cpuPercent(course.seconds, () => {
    const time = new VirtualTime();
    let count = 0;
    const running = replayed(course, time)()
      .pipe(mergeMap(({ bytes$ }) => bytes$))
      .subscribe(({ length }) => (count += length));
    time.runTo(course.seconds * SECOND_MS);
    running.unsubscribe();
  });
  return { ...throughput(course, leastBytes, (bytes) => Number(sum8(bytes) > 255)), cpuPercent: percent };
}

function figures(
  id: string,
  rounds: { readonly ours: readonly Round[]; readonly floor: readonly Round[] },
): readonly Figure[] {
  return [
    {
      what: `${id}: cut and decode`,
      unit: 'MB/s',
      ours: rounds.ours.map(({ mbPerS }) => mbPerS),
      floor: rounds.floor.map(({ mbPerS }) => mbPerS),
    },
    { what: '  messages', unit: '1/s', ours: rounds.ours.map(({ framesPerS }) => framesPerS) },
    {
      what: '  CPU at the device’s rate',
      unit: '%',
      ours: rounds.ours.map((round) => round.cpuPercent),
      floor: rounds.floor.map((round) => round.cpuPercent),
      limit: { of: 'value', atMost: MAX_PERCENT },
    },
  ];
}

export const drivers: Goal = {
  id: 'drivers',
  title: 'each protocol: decoding, and CPU of one device at its real rate',
  needs: [],
  measure: async (setting) => {
    const { seconds, leastBytes } = times(setting);
    const found: Figure[] = [];
    for (const kind of SIMULATED_DEVICES) {
      setting.tell(`  ${kind.id}`);
      const course = recorded(kind, seconds);
      const rounds = await alternate(
        { ...setting, tell: () => undefined },
        () => Promise.resolve(ours(course, leastBytes)),
        () => Promise.resolve(floor(course, leastBytes)),
      );
      found.push(...figures(kind.id, rounds));
    }
    return {
      id: 'drivers',
      title: drivers.title,
      floor: 'decoding: each byte added up once; CPU: the same bytes at the same times, counted',
      figures: found,
      remarks: [
        `${seconds} s of each simulated device beside a calm patient, with the settings that it has of itself.`,
        'CPU is driver and runner, with the account of its bytes; reading the port and judging the readings are in P1 and cost.',
      ],
    };
  },
};
