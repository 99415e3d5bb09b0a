/**
 * The samples of the window that a review shows, fetched as it moves. Whoever drags the window asks faster than a station
 * answers, so one request is under way at a time and only the newest wish waits; an answer that is no longer wished for is
 * dropped.
 */
import { fail, ok, type Result, type SessionId } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { unpackRuns, type RecordedRun } from '$lib/realtime/review-waves.ts';
import type { TimeSpan } from '$lib/realtime/review.ts';

export type ShownWaves =
  | { readonly state: 'loading' }
  | { readonly state: 'shown'; readonly window: TimeSpan; readonly runs: readonly RecordedRun[] }
  | { readonly state: 'failed'; readonly why: string };

export type FetchRange = (session: SessionId, window: TimeSpan) => Promise<Result<readonly RecordedRun[], string>>;

export class RecordedWaves {
  shown = $state.raw<ShownWaves>({ state: 'loading' });
  readonly #session: SessionId;
  readonly #fetch: FetchRange;
  #wanted: TimeSpan | undefined;
  #isAsking = false;

  constructor(session: SessionId, fetchRange: FetchRange = fetchRuns) {
    this.#session = session;
    this.#fetch = fetchRange;
  }

  /** Shows this window as soon as it is here; until then what was shown stays. */
  want(window: TimeSpan): void {
    this.#wanted = window;
    if (!this.#isAsking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.#wanted !== undefined) {
      const window = this.#wanted;
      this.#wanted = undefined;
      const answer = await this.#fetch(this.#session, window);
      if (this.#wanted === undefined) {
        this.shown = answer.ok
          ? { state: 'shown', window, runs: answer.value }
          : { state: 'failed', why: answer.error };
      }
    }
    this.#isAsking = false;
  }
}

async function fetchRuns(session: SessionId, { from, to }: TimeSpan): Promise<Result<readonly RecordedRun[], string>> {
  try {
    const response = await fetch(`/api/review/${encodeURIComponent(session)}/waves?from=${from}&to=${to}`);
    if (!response.ok) return fail(await sentenceOf(response));
    const runs = unpackRuns(await response.arrayBuffer());
    return runs ? ok(runs) : fail(words.review.waves.damaged);
  } catch (error) {
    return fail(error instanceof TypeError ? words.review.waves.noAnswer : String(error));
  }
}

/** Kit sends errors as `{ message }` to whoever does not ask for a page. */
async function sentenceOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const isSaid = typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string';
  return isSaid ? String(body.message) : words.review.waves.noAnswer;
}
