/** The demonstration as people start it: six simulated beds, on a free port, in a directory of its own that goes with it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, Program } from './processes.ts';

export interface Demonstration {
  /** `http://127.0.0.1:40123/`. */
  readonly address: string;
  readonly program: Program;
  /** @throws when it does not run */
  pidOf(process: 'web' | 'core'): number;
  stop(): Promise<void>;
}

export async function startDemonstration(): Promise<Demonstration> {
  if (!existsSync(CLI)) throw new Error('The station is not built. Run `npm run build` first.');
  const directory = mkdtempSync(join(tmpdir(), 'demonstration-'));
  const program = new Program(['start', '--data', directory, '--port', '0']);
  const [, address = ''] = await program.line(/Infuscope is ready: (\S+)/);
  return {
    address,
    program,
    pidOf: (process) => {
      const pid = program.childPid(`${process}.js`);
      if (pid === undefined) throw new Error(`the ${process} process does not run`);
      return pid;
    },
    stop: async () => {
      await program.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
