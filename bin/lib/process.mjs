/** Running other programs and telling people how it goes. Everything is told on stderr: stdout belongs to the command. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A step of the set-up that did not work. `message` is a sentence for people, `output` what the failing program wrote. */
export class SetUpFailure extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

/**
 * Runs a program to its end and collects what it writes, or lets it write to our own output with `isShown`.
 * When we are told to stop, it is told first; we follow when it has ended.
 * @returns its exit code (undefined when a signal ended it or it could not be started), its output and the error of starting it.
 */
export function run(command, args, { cwd, env = process.env, isShown = false, shell = false }) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell,
      stdio: ['ignore', ...(isShown ? ['inherit', 'inherit'] : [])],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));

    let stoppedBy;
    const stop = (signal) => child.kill((stoppedBy = signal));
    for (const signal of SIGNALS) process.on(signal, stop);
    const end = (result) => {
      for (const signal of SIGNALS) process.off(signal, stop);
      if (stoppedBy) process.kill(process.pid, stoppedBy);
      else done({ output, ...result });
    };
    child.on('error', (error) => end({ error }));
    child.on('close', (code) => end({ code: code ?? undefined }));
  });
}

/** Path of the program that an installed package brings, to be run by this Node without a shell in between. */
export function programOf(root, name, program = name) {
  const folder = join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[program]);
}

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Says what is being done, does it, and says how long it took. */
export async function telling(what, work) {
  const began = performance.now();
  process.stderr.write(`${what} ... `);
  try {
    const result = await work();
    process.stderr.write(`done in ${seconds(performance.now() - began)}\n`);
    return result;
  } catch (error) {
    process.stderr.write('failed\n');
    throw error;
  }
}
