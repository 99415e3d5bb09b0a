/** Pseudo terminals by socat, for tests that need a port which the kernel takes for a serial one. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface PtyPair {
  /** Pulls the cable: both ends are gone when this resolves. `SIGKILL` leaves dangling links behind, as a crash would. */
  unplug(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Two connected terminals under these two names. Rejects when socat is not there or cannot make them. */
export function plugIn(one: string, other: string): Promise<PtyPair> {
  const pty = (link: string) => `pty,raw,echo=0,link=${link}`;
  const socat = spawn('socat', ['-d', '-d', pty(one), pty(other)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => socat.once('close', () => resolve()));
  const unplug = (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    socat.kill(signal);
    return ended;
  };
  return new Promise((resolve, reject) => {
    socat.once('error', reject);
    socat.once('close', (code) => reject(new Error(`socat ended with ${String(code)}`)));
    createInterface({ input: socat.stderr }).on('line', (line) => {
      if (line.includes('starting data transfer loop')) resolve({ unplug });
    });
  });
}
