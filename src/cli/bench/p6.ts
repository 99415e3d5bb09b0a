/**
 * P6: what it costs to show a ward of 32 beds to 20 screens: CPU of the web process over a server that does nothing but send the
 * same number of samples in one frame per tick, and bytes on the wire over the samples in them.
 */
import type { FloorViewersCalls, WardFloorCalls } from './calls.ts';
import { alternate, pause, type Goal, type Setting } from './goal.ts';
import { Helper } from './helper.ts';
import { withLiveWard } from './live-ward.ts';
import { cpuMeter } from './process-meter.ts';

const BEDS = 32;
const SCREENS = 20;
/** What the ward shows of a simulated monitor: ECG at 300 Hz and pleth at 100 Hz. */
const SAMPLES_PER_S = 400;
const BYTES_PER_SAMPLE = 2;
const TICK_MS = 40;

interface Round {
  readonly cpuPercent: number;
  /** Per screen, kB/s. */
  readonly wire: number;
  readonly payload: number;
}

/** Whole periods of the monitors' displayed records, which come every 5 s. */
const times = ({ isQuick }: Setting): { warmMs: number; measuredMs: number } =>
  isQuick ? { warmMs: 3000, measuredMs: 5000 } : { warmMs: 8000, measuredMs: 20_000 };

const kBPerS = (bytes: number, seconds: number): number => bytes / SCREENS / seconds / 1000;

function ours(setting: Setting): Promise<Round> {
  const { warmMs, measuredMs } = times(setting);
  return withLiveWard({ beds: BEDS, screens: SCREENS, warmMs }, async ({ station, screens }) => {
    await screens.ask('begin', null);
    const cpu = cpuMeter(station.webPid);
    await pause(measuredMs);
    const cpuPercent = cpu();
    const { wireBytes, samples, seconds } = await screens.ask('end', null);
    return { cpuPercent, wire: kBPerS(wireBytes, seconds), payload: kBPerS(samples * BYTES_PER_SAMPLE, seconds) };
  });
}

async function floor(setting: Setting): Promise<Round> {
  const { warmMs, measuredMs } = times(setting);
  const server = new Helper<WardFloorCalls>('ward-floor');
  const viewers = new Helper<FloorViewersCalls>('floor-viewers');
  try {
    const { port } = await server.ask('open', { beds: BEDS, samplesPerS: SAMPLES_PER_S, tickMs: TICK_MS });
    await viewers.ask('open', { port, count: SCREENS });
    await pause(warmMs);
    await viewers.ask('begin', null);
    const cpu = cpuMeter(server.pid);
    await pause(measuredMs);
    const cpuPercent = cpu();
    const { wireBytes, seconds } = await viewers.ask('end', null);
    const payload = (BEDS * SAMPLES_PER_S * BYTES_PER_SAMPLE) / 1000;
    return { cpuPercent, wire: kBPerS(wireBytes, seconds), payload };
  } finally {
    await viewers.stop();
    await server.stop();
  }
}

export const p6: Goal = {
  id: 'P6',
  title: `ward view, ${BEDS} beds × 2 waves, ${SCREENS} screens`,
  needs: ['proc'],
  measure: async (setting) => {
    const rounds = await alternate(
      setting,
      () => ours(setting),
      () => floor(setting),
    );
    return {
      id: 'P6',
      title: p6.title,
      floor: `bare Socket.IO server that sends one frame per ${TICK_MS} ms with as many samples; for the bytes: the samples alone`,
      figures: [
        {
          what: 'CPU of the web process',
          unit: '%',
          ours: rounds.ours.map(({ cpuPercent }) => cpuPercent),
          floor: rounds.floor.map(({ cpuPercent }) => cpuPercent),
          limit: { of: 'ratio', atMost: 1.5 },
        },
        {
          what: 'bytes on the wire, per screen',
          unit: 'kB/s',
          ours: rounds.ours.map(({ wire }) => wire),
          floor: rounds.ours.map(({ payload }) => payload),
          limit: { of: 'ratio', atMost: 1.4 },
        },
        {
          what: 'the same of the bare server',
          unit: 'kB/s',
          ours: rounds.floor.map(({ wire }) => wire),
          floor: rounds.floor.map(({ payload }) => payload),
        },
      ],
      remarks: [
        'Ours also carries all numbers, pump states, heartbeats and their echoes, and answers for every screen.',
      ],
    };
  },
};
