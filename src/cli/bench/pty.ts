/** Pseudo terminals and the player that speaks on them: a process of its own, as a device is. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import source from './pty-player.py?raw';
import { decodeStamps, encodeSchedule, type LineWrite } from './schedule.ts';

export class PtyPlayer {
  /** Names of the terminals, `/dev/pts/3`, to be opened as serial ports. */
  readonly paths: readonly string[];
  readonly #python: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'infuscope-bench-'));

  private constructor(
    python: ChildProcessByStdio<Writable, Readable, null>,
    lines: Interface,
    paths: readonly string[],
  ) {
    this.#python = python;
    this.#lines = lines[Symbol.asyncIterator]();
    this.paths = paths;
  }

  static async open(ports: number): Promise<PtyPlayer> {
    const python = spawn('python3', ['-c', source, String(ports)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: python.stdout });
    const names = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      python.once('exit', (code) => reject(new Error(`python3 ended with ${code} before it had opened a terminal`)));
    });
    return new PtyPlayer(python, lines, z.array(z.string()).parse(JSON.parse(names)));
  }

  /** Says all of it, in order of time. @returns when each write was made, ns of CLOCK_MONOTONIC. */
  async play(writes: readonly LineWrite[]): Promise<Float64Array> {
    const [schedule, log] = [join(this.#folder, 'schedule'), join(this.#folder, 'log')];
    writeFileSync(schedule, encodeSchedule(writes));
    this.#python.stdin.write(`${JSON.stringify([schedule, log])}\n`);
    const { done } = await this.#lines.next();
    if (done) throw new Error('python3 ended while it played');
    return decodeStamps(readFileSync(log));
  }

  async close(): Promise<void> {
    if (this.#python.exitCode === null) {
      const gone = new Promise((resolve) => this.#python.once('exit', resolve));
      this.#python.kill();
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
