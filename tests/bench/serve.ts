/** The helper's side of `src/cli/bench/helper.ts`: answers calls one after the other until the bench ends. */
import type { Answer, Ask, Calls } from '../../src/cli/bench/helper.ts';

export function serve<C extends Calls>(calls: C): void {
  process.on('message', (ask: Ask) => void answer(calls, ask));
  process.once('disconnect', () => process.exit());
}

async function answer(calls: Calls, { call, name, argument }: Ask): Promise<void> {
  const told = (reply: Answer): void => void process.send?.(reply);
  try {
    told({ call, ok: true, value: await calls[name]?.(argument as never) });
  } catch (error) {
    told({ call, ok: false, error: error instanceof Error ? error.message : String(error) });
  }
}

/** ns of CLOCK_MONOTONIC, comparable between all processes of a machine. */
export const nowNs = (): number => Number(process.hrtime.bigint());

export const cpuS = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
