/**
 * A simulated device on a pseudo terminal, which a station opens like a serial port. Node alone cannot make one; socat can.
 *
 *   spawn socat ─▶ "PTY is /dev/pts/3": our link leads there ─▶ a program opens it: a client ─▶ it closes, socat ends ─┐
 *        ▲────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
 *
 * A serial line does not say who holds its other end: a program that opens the terminal within moments after another one
 * closed it goes on with the same conversation.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { lstatSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Observable } from 'rxjs';
import { fail, ok } from '$lib/domain/index.ts';
import type { Accept, Client, Listener, ListenFailure, Listening } from './listener.ts';

type Socat = ChildProcessByStdio<Writable, Readable, Readable>;

const SOCAT = ['-d', '-d', '-t', '0.1', 'pty,raw,echo=0,wait-slave,pty-interval=0.02', 'STDIO'];
const NO_SOCAT: ListenFailure = {
  why: 'no-socat',
  sentence: 'A pseudo terminal needs the program socat: install it (on Debian and Ubuntu: apt install socat).',
};

/** The address is a link that stays the same while clients come and go. Without a wish it is made in the temporary folder. */
export function listenOnPty(wishedLink: string | undefined, accept: Accept): Listening {
  if (wishedLink !== undefined && isTaken(wishedLink)) {
    const sentence = `${wishedLink} exists and is not a link: choose another name.`;
    return Promise.resolve(fail({ why: 'address-in-use', sentence }));
  }
  return new Promise((resolve) => new PtyListener(wishedLink, accept, resolve).serveOne());
}

class PtyListener implements Listener {
  readonly address: string;
  /** What to remove in the end: the link, or the folder made for it. */
  readonly #mine: string;
  readonly #accept: Accept;
  readonly #settle: (listening: Awaited<Listening>) => void;
  #socat: Socat | undefined;
  #isClosing = false;

  constructor(wishedLink: string | undefined, accept: Accept, settle: (listening: Awaited<Listening>) => void) {
    this.#mine = wishedLink ?? mkdtempSync(join(tmpdir(), 'infuscope-'));
    this.address = wishedLink ?? join(this.#mine, 'pty');
    this.#accept = accept;
    this.#settle = settle;
  }

  /** From the making of a terminal to the end of its one client; then the next. */
  serveOne(): void {
    const socat = spawn('socat', SOCAT, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#socat = socat;
    // socat waits for a client for ever, even when nobody waits for socat.
    const killAtExit = () => void socat.kill();
    process.once('exit', killAtExit);
    let isReady = false;
    readNotices(socat, {
      onPty: (path) => {
        isReady = true;
        lead(this.address, path);
        this.#settle(ok(this));
      },
      onOpened: () => this.#accept(clientOf(socat)),
    });
    // The terminal was closed while bytes were on their way to it; 'close' follows.
    socat.stdin.on('error', () => socat.kill());
    socat.on('error', () => this.#end(NO_SOCAT));
    socat.on('close', () => {
      process.off('exit', killAtExit);
      this.#socat = undefined;
      if (isReady && !this.#isClosing) this.serveOne();
      else this.#end({ why: 'other', sentence: 'socat ended before it had made a pseudo terminal.' });
    });
  }

  /** Removes what was made; `why` is for whoever still waits for the terminal. */
  #end(why: ListenFailure): void {
    rmSync(this.#mine, { recursive: true, force: true });
    this.#settle(fail(why));
  }

  close(): Promise<void> {
    this.#isClosing = true;
    const socat = this.#socat;
    if (!socat) return Promise.resolve();
    return new Promise((resolve) => {
      socat.once('close', () => resolve());
      socat.kill();
    });
  }
}

/** socat says on its error stream where the terminal is, and when somebody has opened it. */
function readNotices(socat: Socat, on: { onPty: (path: string) => void; onOpened: () => void }): void {
  const lines = createInterface({ input: socat.stderr });
  lines.on('line', (line) => {
    const path = /PTY is (\S+)$/.exec(line)?.[1];
    if (path !== undefined) on.onPty(path);
    if (line.includes('starting data transfer loop')) on.onOpened();
  });
}

function clientOf(socat: Socat): Client {
  return {
    bytes$: new Observable((out) => {
      socat.stdout.on('data', (bytes: Uint8Array) => out.next(new Uint8Array(bytes)));
      socat.on('close', () => out.complete());
      return () => socat.kill();
    }),
    write: (bytes) => {
      if (socat.stdin.writableNeedDrain || !socat.stdin.writable) return false;
      socat.stdin.write(bytes);
      return true;
    },
    close: () => socat.kill(),
  };
}

/** Turns the link to this terminal in one step, so that nobody finds it half made. */
function lead(link: string, path: string): void {
  const fresh = `${link}.new`;
  rmSync(fresh, { force: true });
  symlinkSync(path, fresh);
  renameSync(fresh, link);
}

const isTaken = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === false;
