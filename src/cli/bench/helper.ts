/**
 * The bench's other ends: floors, screens, browsers. Each is a process of its own, so that what is measured and what measures
 * do not share a loop; they are built beside the station (`dist/bench/<name>.js`) from `tests/bench`, because they speak
 * through packages that the product itself may not. Asked by calls over the IPC channel; they end with this process.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Name → what it takes and gives. Every call takes one value. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>;

export interface Ask {
  readonly call: number;
  readonly name: string;
  readonly argument: unknown;
}

export type Answer =
  | { readonly call: number; readonly ok: true; readonly value: unknown }
  | { readonly call: number; readonly ok: false; readonly error: string };

export class Helper<C extends Calls> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  /** @param name of the program; it is ready as soon as it answers its first call. */
  constructor(name: string) {
    this.#process = fork(fileURLToPath(new URL(`./bench/${name}.js`, import.meta.url)), [], {
      serialization: 'advanced',
    });
    this.#process.on('message', (answer: Answer) => this.#waiting.get(answer.call)?.(answer));
    this.#process.once('exit', (code, signal) => {
      const error = `the helper ${name} ended (${signal ?? `code ${code}`})`;
      for (const [call, answer] of this.#waiting) answer({ call, ok: false, error });
    });
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('the helper could not be started');
    return this.#process.pid;
  }

  /** Rejects with what went wrong over there. */
  ask<Name extends keyof C & string>(
    name: Name,
    argument: Parameters<C[Name]>[0],
  ): Promise<Awaited<ReturnType<C[Name]>>> {
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, (answer) => {
        this.#waiting.delete(call);
        if (!answer.ok) reject(new Error(`${name}: ${answer.error}`));
        // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- built with the same types as this side
        else resolve(answer.value as Awaited<ReturnType<C[Name]>>);
      });
      this.#process.send({ call, name, argument } satisfies Ask);
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await gone;
  }
}
