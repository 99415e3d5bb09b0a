/** On what the figures were taken: without it they mean nothing. */
import { cpus, loadavg, release, totalmem, type } from 'node:os';

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Waiting and running programs, mean of the last minute, when the run began. More than none means company. */
  readonly load1: number;
}

export const readMachine = (): Machine => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()}`,
  node: process.version,
  load1: Math.round(100 * (loadavg()[0] ?? Number.NaN)) / 100,
});

export const machineLine = ({ cores, cpu, memoryGiB, system, node, load1 }: Machine): string =>
  `${cores} cores (${cpu}), ${memoryGiB} GiB, ${system}, Node ${node}, load ${load1} at the beginning`;
