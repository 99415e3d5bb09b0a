/** CPU time and memory of another process, from Linux's /proc. */
import { readdirSync, readFileSync } from 'node:fs';

const PARENT = 1;

/** What a process that may end at any moment says of itself there; undefined when it has ended. */
function read(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * CPU seconds of all threads that the process has now. From the scheduler's own account, in ns: the usual one counts in ticks of
 * 10 ms, which is too coarse for a process that hardly works.
 */
export function cpuSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((thread) => Number(read(`${pid}/task/${thread}/schedstat`)?.split(' ', 1)[0] ?? 0));
  return ns.reduce((sum, one) => sum + one, 0) / 1e9;
}

/** Memory that the process has in use, MB (10⁶ bytes); NaN when it has ended. */
export function residentMb(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(read(`${pid}/status`) ?? '') ?? [];
  return (Number(kib) * 1024) / 1e6;
}

/** The child of this process that runs this script. */
export const childRunning = (parent: number, script: string): number | undefined =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .find((pid) => parentOf(pid) === parent && read(`${pid}/cmdline`)?.includes(script));

/** The fields stand behind the program's name, which may hold spaces and brackets itself. */
const parentOf = (pid: number): number =>
  Number(
    read(`${pid}/stat`)
      ?.replace(/^.*\) /s, '')
      .split(' ')[PARENT],
  );

/** Share of one core that a process uses from now on, percent, until it is asked. */
export function cpuMeter(pid: number): () => number {
  const [startS, startMs] = [cpuSeconds(pid), performance.now()];
  return () => (100 * (cpuSeconds(pid) - startS)) / ((performance.now() - startMs) / 1000);
}
