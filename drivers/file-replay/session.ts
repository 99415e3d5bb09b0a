/**
 * A recording played at the pace at which it was made.
 *
 *   closed ─ opened ─▶ loading ─ complete ─▶ playing ── the end ──▶ over: "The recording has ended."
 *                         │                    ▲  ╰── the end, looped ──╮
 *                         │                    ╰───────────────────────╯
 *                         ╰─ cannot be read ─▶ over: which file, and what is wrong
 *
 * `playing` is `live`; `over` is `silent`, so that numbers grow old and go, as those of a monitor that was switched off.
 */
import { later, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { FilePart, SessionContext, SessionEffect, SessionInput, Step } from '$drivers/driver.ts';
import { concatBytes } from '$drivers/bytes.ts';
import { clockText, openingWords } from './words.ts';
import type { RecordedPatient } from './patient.ts';
import { freshnessOf } from './pace.ts';
import { play, within, type Stretch } from './player.ts';
import { readRecording } from './read.ts';
import type { RecordingFile } from './recording.ts';
import { readSettings, type ReplaySettings } from './settings.ts';

type Phase =
  | { readonly at: 'closed' | 'over' }
  | { readonly at: 'loading'; readonly files: readonly RecordingFile[]; readonly open?: OpenFile }
  | {
      readonly at: 'playing';
      readonly patient: RecordedPatient;
      /** When the first moment of the recording would have been played. */
      readonly zero: MonotonicMs;
      /** Everything before this moment of the recording has been played. */
      readonly playedMs: number;
      readonly isCut: boolean;
    };

type Playing = Extract<Phase, { at: 'playing' }>;

interface OpenFile {
  readonly name: string;
  readonly pieces: readonly Uint8Array[];
}

export interface State {
  readonly source: DeviceId;
  readonly settings: ReplaySettings;
  readonly phase: Phase;
}

/** Nothing is ever asked. */
type Effect = SessionEffect<never>;
type Turn = readonly [Phase, readonly Effect[]];

/** After a pause of the station longer than this the time between is left out: a patient does not wait either. */
export const LONGEST_STRETCH_MS = 5000;

export const start = ({ device, settings }: SessionContext): State => ({
  source: device,
  settings: readSettings(settings),
  phase: { at: 'closed' },
});

export function step(state: State, input: SessionInput<FilePart>): Step<State, never> {
  const [phase, effects] = turn(state, input);
  return [{ ...state, phase }, effects];
}

function turn(state: State, input: SessionInput<FilePart>): Turn {
  const { phase } = state;
  switch (input.type) {
    case 'opened':
      return [{ at: 'loading', files: [] }, []];
    case 'message':
      return phase.at === 'loading' ? load(state, phase, input) : [phase, []];
    case 'tick':
      return phase.at === 'playing' ? playOn(state, phase, input.now) : [phase, []];
    case 'closing':
      return [{ at: 'closed' }, []];
    case 'noise':
    case 'undecodable':
      return [phase, []];
  }
}

function load(
  state: State,
  phase: Extract<Phase, { at: 'loading' }>,
  { message: part, now }: Extract<SessionInput<FilePart>, { type: 'message' }>,
): Turn {
  const { files, open } = phase;
  switch (part.type) {
    case 'begins':
      return [{ ...phase, open: { name: part.name, pieces: [] } }, []];
    case 'piece':
      return [open ? { ...phase, open: { ...open, pieces: [...open.pieces, part.bytes] } } : phase, []];
    case 'ends':
      return [open ? { at: 'loading', files: [...files, closeFile(open, part.problem)] } : phase, []];
    case 'complete':
      return begin(state, files, now);
  }
}

const closeFile = ({ name, pieces }: OpenFile, problem: string | undefined): RecordingFile => ({
  name,
  bytes: concatBytes(...pieces),
  ...(problem !== undefined && { problem }),
});

function begin({ settings }: State, files: readonly RecordingFile[], now: MonotonicMs): Turn {
  const read = readRecording(files);
  if (!read.ok) return over(read.error);
  const patient = read.value;
  const { startAtMs } = settings;
  if (startAtMs >= patient.durationMs) {
    return over(
      `${patient.name} is ${clockText(patient.durationMs)} long; it cannot begin at ${clockText(startAtMs)}.`,
    );
  }
  const zero = later(now, -startAtMs);
  const opened = { ...live(openingWords(patient)), freshness: freshnessOf(patient) };
  return [{ at: 'playing', patient, zero, playedMs: startAtMs, isCut: true }, [opened]];
}

function playOn(state: State, phase: Playing, now: MonotonicMs): Turn {
  const { patient, zero, playedMs, isCut } = phase;
  const toMs = Math.min(now - zero, patient.durationMs);
  const fromMs = Math.max(playedMs, toMs - LONGEST_STRETCH_MS);
  const isOver = now - zero >= patient.durationMs;
  // What stands at the very end belongs to it.
  const stretch: Stretch = { fromMs, toMs: isOver ? toMs + 1 : toMs, isCut: isCut || fromMs > playedMs };
  const observations = play(patient, stretch, { source: state.source, stationTime: (ms) => later(zero, ms) });
  const said = within(patient.events, stretch).map(({ atMs, text }) => live(`Recorded at ${clockText(atMs)}: ${text}`));
  const effects: readonly Effect[] = [
    ...(observations.length > 0 ? [{ type: 'observed' as const, observations }] : []),
    ...said,
  ];
  if (!isOver) return [{ ...phase, playedMs: toMs, isCut: false }, effects];
  const [next, last] = atEnd(state, phase, now);
  return [next, [...effects, ...last]];
}

function atEnd({ settings }: State, { patient }: Playing, now: MonotonicMs): Turn {
  if (!settings.isLooped) return over('The recording has ended.');
  const { startAtMs } = settings;
  const again: Phase = { at: 'playing', patient, zero: later(now, -startAtMs), playedMs: startAtMs, isCut: true };
  return [again, [live('The recording has begun again.')]];
}

const over = (reason: string): Turn => [{ at: 'over' }, [{ type: 'status', state: 'silent', reason }]];
const live = (reason: string): Extract<Effect, { type: 'status' }> => ({ type: 'status', state: 'live', reason });
