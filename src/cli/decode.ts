import { createHash } from 'node:crypto';
import { deviceId, monotonicMs, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import { DRIVER_TICK_MS, type AnyDriver, type SessionEffect, type SessionInput } from '$drivers/driver.ts';
import { DRIVERS, driverOf } from '$drivers/registry.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, integer, parse, say, type Command } from './command.ts';
import { readPieces, type Piece } from './decode-pieces.ts';

export const decodeCommand: Command = {
  name: 'decode',
  summary: 'decode a recorded byte file or capture: observations as JSON lines, a summary last',
  usage: [
    'infuscope decode --driver ID [--chunk BYTES] [--no-waves] FILE',
    '',
    `  --driver ID    one of ${DRIVERS.map(({ id }) => id).join(', ')}`,
    '  --chunk BYTES  feed the file in pieces of this size (default 4096); the result does not depend on it',
    '  --no-waves     leave waveforms out of the output',
    '',
    'FILE is what came over the line: raw bytes, or a pcapng capture as the station makes them. Times of raw bytes are those',
    "of the driver's default line speed, counted from the beginning of the file. For file-replay, FILE is the recording,",
    'and times are those of the recording. The driver listens only: what it would',
    'send is not sent. The last line is {"summary": …} with every byte accounted for.',
  ].join('\n'),
  run: async (args) => {
    const parsed = parse(args, {
      driver: { type: 'string' },
      chunk: { type: 'string', default: '4096' },
      'no-waves': { type: 'boolean', default: false },
    });
    if (!parsed.ok) return usage(parsed.error);
    const { values, positionals } = parsed.value;
    const [path, ...others] = positionals;
    if (values['driver'] === undefined) return usage(`Name the driver with --driver; known are ${known()}.`);
    const driver = driverOf(String(values['driver']));
    if (driver === undefined) return usage(`There is no driver "${String(values['driver'])}"; known are ${known()}.`);
    if (path === undefined || others.length > 0) return usage('Name one file.');
    const chunk = integer(String(values['chunk']), 1, 1 << 24);
    if (!chunk.ok) return usage(`--chunk: ${chunk.error}.`);
    const pieces = await readPieces(path, driver, chunk.value);
    if (!pieces.ok) {
      complain(pieces.error);
      return EXIT_WRONG;
    }
    const isShown = (observation: Observation): boolean =>
      observation.kind !== 'waveform' || values['no-waves'] !== true;
    const decoder = new Decoder(driver, (observation) => isShown(observation) && say(toLine(observation)));
    for (const piece of pieces.value.pieces) decoder.push(piece);
    if (driver.file) decoder.playOut();
    const summary = { driver: driver.id, file: path, ...decoder.finish(), ...pieces.value.remark };
    say(JSON.stringify({ summary }));
    if (summary.frames > 0) return EXIT_OK;
    complain(`Nothing in ${path} is a frame of ${driver.id}.`);
    return EXIT_WRONG;
  },
};

const known = (): string => DRIVERS.map(({ id }) => id).join(', ');

function usage(message: string): number {
  complain(`infuscope decode: ${message}`);
  return EXIT_USAGE;
}

const toLine = (observation: Observation): string =>
  JSON.stringify(
    observation.kind === 'waveform' ? { ...observation, samples: Array.from(observation.samples) } : observation,
  );

/** A month: no recording is played for longer. */
const LONGEST_PLAY_MS = 31 * 24 * 3_600_000;

type Counts = Record<string, number>;

const count = (counts: Counts, key: string, by = 1): void => {
  counts[key] = (counts[key] ?? 0) + by;
};

/** A driver over a file: the runner's fold without a link, with an account of every byte. */
class Decoder {
  readonly #driver: AnyDriver;
  readonly #hand: (observation: Observation) => void;
  #state: unknown;
  #rest: Uint8Array = new Uint8Array(0);
  #nowMs = 0;
  #tickMs = 0;
  #bytes = 0;
  #frames = 0;
  #repeats = 0;
  #resyncs = 0;
  #isInNoise = false;
  #isSilent = false;
  readonly #remarks: string[] = [];
  #observations = 0;
  readonly #kinds: Counts = {};
  readonly #badFrames: Counts = {};
  readonly #noiseBytes: Counts = {};
  readonly #undecodable: Counts = {};
  readonly #seen = new Set<string>();

  constructor(driver: AnyDriver, hand: (observation: Observation) => void) {
    this.#driver = driver;
    this.#hand = hand;
    this.#state = driver.start({ device: deviceId('file'), settings: {} });
    this.#step({ type: 'opened', now: this.#now() });
  }

  /** Times are those of each frame's own last byte, so it does not matter how the file was cut into pieces. */
  push({ bytes, atMs }: Piece): void {
    let place = -this.#rest.length;
    const { rest, cuts } = this.#driver.cut(this.#rest, bytes);
    this.#rest = rest;
    this.#bytes += bytes.length;
    for (const cut of cuts) {
      place += (cut.kind === 'frame' ? cut.wire : cut.bytes).length;
      this.#passTo(atMs(place));
      if (cut.kind === 'frame') this.#frame(cut.payload);
      else this.#noise(cut.why, cut.bytes.length);
    }
  }

  /** Lets time pass until the driver says that nothing comes any more. */
  playOut(): void {
    while (!this.#isSilent && this.#tickMs < LONGEST_PLAY_MS) this.#passTo(this.#tickMs + DRIVER_TICK_MS);
  }

  finish(): { readonly frames: number } & Readonly<Record<string, unknown>> {
    const unfinished = this.#rest.length > 0 ? 1 : 0;
    const rejected = Object.values(this.#badFrames).reduce((sum, n) => sum + n, 0);
    return {
      bytes: this.#bytes,
      frames: this.#frames,
      frameKinds: this.#kinds,
      repeats: this.#repeats,
      badFragments: rejected + unfinished,
      badSum: this.#badFrames['bad-sum'] ?? 0,
      badLength: this.#badFrames['bad-length'] ?? 0,
      unfinishedBytes: this.#rest.length,
      noiseBytes: this.#noiseBytes,
      unknownCodes: this.#undecodable,
      resynchronisations: this.#resyncs,
      observations: this.#observations,
      ...(this.#driver.file && { remarks: this.#remarks }),
    };
  }

  #frame(payload: Uint8Array): void {
    if (this.#isInNoise) this.#resyncs += 1;
    this.#isInNoise = false;
    this.#frames += 1;
    const digest = createHash('sha1').update(payload).digest('base64');
    if (this.#seen.has(digest)) this.#repeats += 1;
    this.#seen.add(digest);
    const decoded = this.#driver.decode(payload);
    if (!decoded.ok) {
      count(this.#undecodable, decoded.why);
      return this.#step({ type: 'undecodable', now: this.#now(), why: decoded.why, payload });
    }
    count(this.#kinds, this.#driver.kindOf(decoded.message));
    this.#step({ type: 'message', now: this.#now(), message: decoded.message });
  }

  #noise(why: Extract<SessionInput<unknown>, { type: 'noise' }>['why'], byteCount: number): void {
    this.#isInNoise = true;
    count(this.#noiseBytes, why, byteCount);
    if (why !== 'no-start') count(this.#badFrames, why);
    this.#step({ type: 'noise', now: this.#now(), why, byteCount });
  }

  #passTo(atMs: number): void {
    for (; this.#tickMs + DRIVER_TICK_MS <= atMs;) {
      this.#tickMs += DRIVER_TICK_MS;
      this.#nowMs = Math.max(this.#nowMs, this.#tickMs);
      this.#step({ type: 'tick', now: this.#now() });
    }
    this.#nowMs = Math.max(this.#nowMs, Math.round(atMs));
  }

  #step(input: SessionInput<unknown>): void {
    const [state, effects] = this.#driver.step(this.#state, input);
    this.#state = state;
    for (const effect of effects) {
      if (effect.type === 'observed') this.#observed(effect.observations);
      if (effect.type === 'status') this.#status(effect);
      // Nobody answers here: a driver that gives up on the link is simply told that it is open again.
      if (effect.type === 'reopen') return this.#step({ type: 'opened', now: this.#now() });
    }
  }

  #status({ state, reason }: Extract<SessionEffect<unknown>, { type: 'status' }>): void {
    this.#isSilent = state === 'silent';
    if (reason !== undefined) this.#remarks.push(reason);
  }

  #observed(observations: readonly Observation[]): void {
    for (const observation of observations) {
      this.#observations += 1;
      this.#hand(observation);
    }
  }

  #now(): MonotonicMs {
    return monotonicMs(this.#nowMs);
  }
}
