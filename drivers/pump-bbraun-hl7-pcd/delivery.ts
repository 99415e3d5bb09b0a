/**
 * What a pump does, by its own words: the delivery status and the infusing status, which must not contradict each other, then the
 * older status. A rate alone proves nothing: without a word the volume has to rise. A word that is not known here is shown as it came.
 */
import type { InfusionAlarm, InfusionState } from '$lib/domain/index.ts';
import type { Rows } from './messages.ts';
import { TERMS } from './terms.ts';

export interface Evidence {
  /** The pump said that its infusion is complete, and has not said since that it delivers. */
  readonly isComplete: boolean;
  /** Between this report and the one before; undefined where one of them had no volume. */
  readonly hasVolumeRisen: boolean | undefined;
}

export interface Delivery {
  readonly state: InfusionState;
  readonly doubt?: string;
}

/** `^pump-status-infusing`, or the word as the first component. */
export function wordOf(rows: Rows, term: number): string | undefined {
  const [first = '', second = ''] = rows.get(term)?.value ?? [];
  return (second || first).toLowerCase() || undefined;
}

const FLOWING: ReadonlyMap<string, boolean> = new Map([
  ['pump-delivery-status-delivering', true],
  ['pump-delivery-status-not-delivering', false],
  ['pump-status-infusing', true],
  ['pump-status-not-infusing', false],
]);

const OLDER: ReadonlyMap<string, InfusionState> = new Map<string, InfusionState>([
  ['pump-status-infusing', 'infusing'],
  ['pump-status-not-infusing', 'stopped'],
  ['pump-status-paused', 'paused'],
]);

export function deliveryOf(
  rows: Rows,
  rate: number | undefined,
  alarms: readonly InfusionAlarm[],
  evidence: Evidence,
): Delivery {
  const words = [TERMS.deliveryStatus, TERMS.infusingStatus].flatMap((term) => wordOf(rows, term) ?? []);
  if (words.length === 0) return withoutStatus(rows, rate, alarms, evidence);
  const claims = words.map((word) => FLOWING.get(word));
  if (claims.includes(undefined)) return unknownWord(words.filter((word) => !FLOWING.has(word)));
  if (new Set(claims).size > 1) return { state: 'unknown', doubt: `the pump says both ${words.join(' and ')}` };
  return claims[0] === true ? flowing(rate) : standing(rows, alarms, evidence);
}

const unknownWord = (words: readonly string[]): Delivery => ({
  state: 'unknown',
  doubt: `an unknown word for what it does: ${words.join(', ').slice(0, 80)}`,
});

const flowing = (rate: number | undefined): Delivery =>
  rate === 0 ? { state: 'infusing', doubt: 'the pump says it delivers, at rate 0' } : { state: 'infusing' };

const END_KINDS: ReadonlySet<InfusionAlarm['kind']> = new Set(['infusionComplete']);

const REASONS: ReadonlyMap<string, InfusionState> = new Map<string, InfusionState>([
  ['pump-stopped-user', 'stopped'],
  ['pump-stopped-alarming', 'alarm'],
]);

/** A pump that stopped and calls is in alarm; when all it calls is that the infusion is over, that is complete. */
function standing(rows: Rows, alarms: readonly InfusionAlarm[], { isComplete }: Evidence): Delivery {
  const calls = alarms.filter(({ stage }) => stage === 'alarm');
  const isOver = calls.length > 0 && calls.every(({ kind }) => END_KINDS.has(kind));
  if (calls.length > 0) return { state: isOver ? 'complete' : 'alarm' };
  const reason = wordOf(rows, TERMS.notDeliveringReason);
  if (isComplete && reason !== 'pump-stopped-user') return { state: 'complete' };
  if (reason === undefined) return { state: isComplete ? 'complete' : 'stopped' };
  const state = REASONS.get(reason);
  return state
    ? { state }
    : { state: 'stopped', doubt: `it stopped for a reason unknown here: ${reason.slice(0, 60)}` };
}

function withoutStatus(
  rows: Rows,
  rate: number | undefined,
  alarms: readonly InfusionAlarm[],
  evidence: Evidence,
): Delivery {
  const word = wordOf(rows, TERMS.pumpStat);
  if (word !== undefined) {
    const state = OLDER.get(word);
    if (!state) return unknownWord([word]);
    return state === 'infusing' ? flowing(rate) : state === 'paused' ? { state } : standing(rows, alarms, evidence);
  }
  if (rate === undefined) return { state: 'unknown' };
  if (rate === 0) return standing(rows, alarms, evidence);
  return evidence.hasVolumeRisen === true
    ? { state: 'infusing', doubt: 'known by rate and volume alone: the pump does not say what it does' }
    : { state: 'unknown', doubt: 'a rate is told, and neither a word nor the volume says that it flows' };
}
