/** What a probe tries, in which order: pure, and known before the first byte. See `port-probe.ts`. */
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { DRIVER_TICK_MS, type AnyDriver, type SerialSettings, type Step } from './driver.ts';

/** One attempt: `asked` is the driver that speaks, without it we only listen; all of `drivers` read what comes. */
export interface Plan {
  readonly line?: SerialSettings;
  readonly drivers: readonly AnyDriver[];
  readonly asked?: AnyDriver;
  /** How long it takes when nothing comes of it, ms from the opening of the port. */
  readonly lastsMs: number;
}

export const LISTEN_MS = 3000;
/** For an answer, from the first question on. */
export const ANSWER_MS = 2500;

/** Drivers whose devices share a line, the most first; over the network there is one way for all. */
interface Way {
  readonly line?: SerialSettings;
  readonly drivers: readonly AnyDriver[];
}

/** All listening first, then the questions: the less a stranger is told, the less it can misunderstand. */
export function planProbe(drivers: readonly AnyDriver[], link: 'serial' | 'tcp'): readonly Plan[] {
  const ways =
    link === 'serial' ? serialWays(drivers) : [{ drivers: drivers.filter(({ serial, tcp }) => serial ?? tcp) }];
  const questions = ways.flatMap((way) =>
    way.drivers.flatMap((asked) => {
      const isItsLine = link === 'tcp' || (asked.serial && isSameLine(asked.serial, way.line));
      const question = isItsLine && !asked.isNotProbed ? firstQuestion(asked, link) : undefined;
      if (!question) return [];
      return [{ plan: { ...way, asked, lastsMs: question.afterMs + ANSWER_MS }, length: question.frame.length }];
    }),
  );
  return [
    ...ways.map((way) => ({ ...way, lastsMs: LISTEN_MS })),
    ...questions.sort((a, b) => a.length - b.length).map(({ plan }) => plan),
  ];
}

function serialWays(drivers: readonly AnyDriver[]): readonly Way[] {
  const ways: { line: SerialSettings; drivers: AnyDriver[] }[] = [];
  for (const driver of drivers) {
    for (const line of [...(driver.serial ? [driver.serial] : []), ...(driver.otherLines ?? [])]) {
      const known = ways.find((way) => isSameLine(way.line, line));
      if (known) known.drivers.push(driver);
      else ways.push({ line, drivers: [driver] });
    }
  }
  return ways.sort((a, b) => b.drivers.length - a.drivers.length);
}

const isSameLine = (a: SerialSettings, b: SerialSettings | undefined): boolean =>
  a.baudRate === b?.baudRate &&
  a.dataBits === b.dataBits &&
  a.parity === b.parity &&
  a.stopBits === b.stopBits &&
  a.rtscts === b.rtscts;

/** As long as a driver may wait before it speaks. */
const FIRST_WORD_MS = 3000;

interface Question {
  readonly frame: Uint8Array;
  readonly afterMs: number;
}

/** What a driver says first to a device that says nothing, and when. @returns undefined when it listens only. */
function firstQuestion(driver: AnyDriver, link: 'serial' | 'tcp'): Question | undefined {
  let state = driver.start({ device: deviceId('probe'), link, settings: {} });
  for (let ms = 0; ms <= FIRST_WORD_MS; ms += DRIVER_TICK_MS) {
    const now = monotonicMs(ms);
    const [next, effects]: Step<unknown, unknown> = driver.step(state, { type: ms === 0 ? 'opened' : 'tick', now });
    state = next;
    for (const effect of effects)
      if (effect.type === 'send') return { frame: driver.encode(effect.query), afterMs: ms };
  }
  return undefined;
}
