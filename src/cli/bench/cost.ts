/** What the station costs at several sizes: CPU and memory of core and web, one screen, recorder on. Nothing is demanded. */
import { pause, type Goal, type Setting } from './goal.ts';
import { withLiveWard } from './live-ward.ts';
import { cpuMeter, residentMb } from './process-meter.ts';
import type { Figure } from './report.ts';

const SIZES = [1, 8, 32] as const;

interface Round {
  readonly core: { readonly cpuPercent: number; readonly mb: number };
  readonly web: { readonly cpuPercent: number; readonly mb: number };
}

function measureOnce({ isQuick }: Setting, beds: number): Promise<Round> {
  const [warmMs, measuredMs] = isQuick ? [3000, 5000] : [10_000, 20_000];
  return withLiveWard({ beds, screens: 1, warmMs }, async ({ station: { corePid, webPid } }) => {
    const [core, web] = [cpuMeter(corePid), cpuMeter(webPid)];
    await pause(measuredMs);
    return {
      core: { cpuPercent: core(), mb: residentMb(corePid) },
      web: { cpuPercent: web(), mb: residentMb(webPid) },
    };
  });
}

async function figuresFor(setting: Setting, beds: number): Promise<readonly Figure[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < setting.rounds; round += 1) {
    setting.tell(`  ${beds} beds, round ${round + 1} of ${setting.rounds}`);
    rounds.push(await measureOnce(setting, beds));
  }
  const name = beds === 1 ? '1 bed' : `${beds} beds`;
  return (['core', 'web'] as const).flatMap((part) => [
    { what: `${name}: ${part}, CPU`, unit: '%', ours: rounds.map((round) => round[part].cpuPercent) },
    { what: `${name}: ${part}, memory`, unit: 'MB', ours: rounds.map((round) => round[part].mb) },
  ]);
}

export const cost: Goal = {
  id: 'cost',
  title: 'CPU and memory of core and web at 1, 8 and 32 beds, one screen, recorder on',
  needs: ['proc'],
  measure: async (setting) => {
    const figures: Figure[] = [];
    for (const beds of SIZES) figures.push(...(await figuresFor(setting, beds)));
    return {
      id: 'cost',
      title: cost.title,
      floor: 'none',
      figures,
      remarks: [
        'Per bed a monitor (ECG, pleth, respiration: 425 samples/s) and a pump, each on a TCP port. CPU in percent of one core,',
        'all threads of the process, the recorder included; memory is what the process has resident.',
      ],
    };
  },
};
