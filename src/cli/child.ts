/** One of the station's processes, kept alive: started, listened to, started again when it dies. */
import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { complain } from './command.ts';

export interface ChildOptions {
  readonly name: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly onMessage: (message: unknown) => void;
  /** Told after each new start. */
  readonly onRestart?: () => void;
}

/** A process that dies sooner than this after its start is not started again at once. */
const SHORT_LIFE_MS = 2000;
const WAIT_AFTER_SHORT_LIFE_MS = 1000;
const LAST_WORDS_MS = 5000;

export class Child {
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  #isStopping = false;
  #startedAt = 0;

  constructor(options: ChildOptions) {
    this.#options = options;
    this.#start();
  }

  send(message: Serializable): void {
    this.#process?.send(message);
  }

  /** Asks the process to end, and ends it when it does not. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((gone) => {
      const kill = setTimeout(() => child.kill('SIGKILL'), LAST_WORDS_MS);
      child.once('exit', () => {
        clearTimeout(kill);
        gone();
      });
      child.kill('SIGTERM');
    });
  }

  #start(): void {
    const { script, environment, onMessage } = this.#options;
    this.#startedAt = performance.now();
    const child = fork(script, [], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      // Ctrl-C goes to the whole process group; the supervisor alone decides who ends when.
      detached: true,
    });
    this.#process = child;
    child.on('message', onMessage);
    child.on('exit', (code, signal) => this.#ended(code, signal));
  }

  #ended(code: number | null, signal: string | null): void {
    if (this.#isStopping) return;
    const { name, onRestart } = this.#options;
    const isShort = performance.now() - this.#startedAt < SHORT_LIFE_MS;
    complain(`infuscope: the ${name} process ended (${signal ?? `code ${code}`}); it is started again.`);
    setTimeout(
      () => {
        if (this.#isStopping) return;
        this.#start();
        onRestart?.();
      },
      isShort ? WAIT_AFTER_SHORT_LIFE_MS : 0,
    );
  }
}
