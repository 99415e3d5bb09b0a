/**
 * A session out of the store, ready for its page. Read in portions: the web process has alarms to pass on meanwhile, so it
 * never reads for longer than some milliseconds at a stretch.
 */
import { setImmediate } from 'node:timers/promises';
import {
  WAVEFORMS,
  adjustableOf,
  keysOf,
  later,
  type BedId,
  type Rule,
  type RuleSet,
  type Session,
  type SessionId,
  type WaveformKey,
} from '$lib/domain/index.ts';
import { modelsFrom, type ModelChoice } from '$lib/pharmacology/templates.ts';
import type { BedView } from '$lib/realtime/index.ts';
import type { CuffReading, LevelMark, Review, ReviewSummary, TimeSpan } from '$lib/realtime/review.ts';
import type { SessionRow, StoreReader } from '$lib/store/store.ts';
import { foldSession, namesOf } from './alarm-log-read.ts';
import { burdenOf, timeAbove } from './burden.ts';
import { REVIEWED_KINDS, type ReviewFold } from './review-fold.ts';
import { rulesOfSession } from './rules-in-force.ts';
import { gapsOf } from './review-gaps.ts';
import { amountsOf, concentrationOf } from './review-infusion.ts';

const PORTION = 400;

/**
 * @param modelsOf the site's choice of published patients, of the bed as it is configured now.
 * @returns undefined when there is no such session. @throws StoreFailure for a damaged recording.
 */
export async function readReview(
  store: StoreReader,
  id: SessionId,
  labelOf: (bed: SessionRow['bed']) => string,
  modelsOf: (bed: SessionRow['bed']) => BedView['models'] = () => undefined,
): Promise<Review | undefined> {
  const row = store.session(id);
  if (row === undefined) return undefined;
  const fold = await foldSession(store, row, REVIEWED_KINDS);
  const { session } = fold;
  if (session === undefined) return undefined;
  const span = { from: row.from, to: row.to ?? store.head(row.bed)?.at ?? row.from };
  const rules = rulesOfSession(store, row);
  const body = bodyOf(fold, session, row, span, modelsFrom(modelsOf(row.bed)));
  const judged = judgedBy(session, rules);
  await setImmediate();
  const covered = store.signalCoverage(row.bed, span);
  return {
    ...headOf(row, session, span, labelOf(row.bed)),
    ...body,
    ...judged,
    burden: burdenOf([{ span, alarms: body.alarms, audible: fold.audible.sounded(span.to) }], namesOf(rules)),
    ...systolicAbove(body.cuff, judged.levels),
    waveforms: waveformsIn(store, row.bed, covered),
    gaps: gapsOf(span, covered, fold.witnesses),
  };
}

/** Monitors say what they have within seconds; a signal that was plugged in later shows at the beginning of another stretch. */
const PROBE_MS = 30_000;
const MOST_PROBES = 8;

/** Signals found at the beginnings and in the middle of the recorded stretches. */
function waveformsIn(store: StoreReader, bed: BedId, covered: readonly TimeSpan[]): readonly WaveformKey[] {
  const found = new Set<WaveformKey>();
  for (const { from, to } of covered.slice(0, MOST_PROBES)) {
    for (const start of [from, later(from, (to - from) / 2)]) {
      const probe = { from: start, to: later(start, Math.min(PROBE_MS, to - start)) };
      for (const { waveform } of store.envelopes(bed, probe)) found.add(waveform);
    }
  }
  return keysOf(WAVEFORMS).filter((waveform) => found.has(waveform));
}

function headOf(row: SessionRow, session: Session, span: TimeSpan, bedLabel: string) {
  return {
    id: row.id,
    bed: row.bed,
    bedLabel,
    patient: session.patient,
    admittedBy: session.admittedBy,
    isSimulated: session.isSimulated,
    ...(session.isReplay && { isReplay: session.isReplay }),
    span,
    wallOffsetMs: wallOffset(row),
    isCalendarKnown: row.admittedWall !== undefined,
    isRunning: row.to === undefined,
    ...(row.seal && {
      seal: { hash: row.seal.hash, entryCount: row.seal.entryCount, signalCount: row.seal.signalCount },
    }),
    ...(session.plan && { plan: session.plan }),
    ...(session.baseline && { baseline: session.baseline }),
  };
}

/** Calendar time minus station time, as the admission was stamped. */
export const wallOffset = ({ admittedWall, from }: SessionRow): number =>
  admittedWall === undefined ? 0 : admittedWall - from;

type Added = 'waveforms' | 'gaps' | 'burden' | 'systolicAbove';

function bodyOf(
  fold: ReviewFold,
  session: Session,
  row: SessionRow,
  span: TimeSpan,
  models: ModelChoice,
): Omit<Review, keyof ReturnType<typeof headOf> | keyof ReturnType<typeof judgedBy> | Added> {
  const therapy = fold.infusion.therapy(session);
  const cuff = fold.cuff();
  const concentration = concentrationOf(session, therapy, span, models);
  return {
    summary: { ...extremesOf(fold, cuff), ...amountsOf(session, therapy, span.to) },
    phases: fold.phases(span.to),
    cuff,
    lines: {
      heartRate: fold.lines.line('heartRate', span.from),
      spo2: fold.lines.line('spo2', span.from),
      respiratoryRate: fold.lines.line('respiratoryRate', span.from),
    },
    ...(concentration && { concentration }),
    rates: therapy?.rates ?? [],
    alarms: fold.alarms(),
    events: fold.events,
    minutes: fold.lines.minutes(wallOffset(row)),
    missing: fold.lines.missing(span.to),
    devices: fold.devices(),
  };
}

function systolicAbove(cuff: readonly CuffReading[], levels: readonly LevelMark[]): Pick<Review, 'systolicAbove'> {
  const limit = levels.find(({ kind }) => kind === 'limit');
  const above =
    limit &&
    timeAbove(
      cuff.map(({ at, systolic }) => ({ at, value: systolic })),
      limit.value,
    );
  return above ? { systolicAbove: above } : {};
}

function extremesOf({ lines }: ReviewFold, cuff: readonly CuffReading[]): Partial<ReviewSummary> {
  const peak = cuff.reduce<CuffReading | undefined>(
    (highest, reading) => (highest === undefined || reading.systolic > highest.systolic ? reading : highest),
    undefined,
  );
  const highestHeartRate = lines.extreme('heartRate', (value, than) => value > than);
  const lowestSpo2 = lines.extreme('spo2', (value, than) => value < than);
  return { ...(peak && { peak }), ...(highestHeartRate && { highestHeartRate }), ...(lowestSpo2 && { lowestSpo2 }) };
}

function judgedBy(session: Session, ruleSet: RuleSet | undefined): Pick<Review, 'rules' | 'levels'> {
  const levels = levelsOf(session, ruleSet?.rules ?? []);
  if (ruleSet === undefined) return { levels };
  const { id, version, title } = ruleSet;
  return { rules: { id, version, title }, levels };
}

/** The most urgent limit of the systolic pressure as it was set at the end, and the baseline. */
function levelsOf(session: Session, rules: readonly Rule[]): readonly LevelMark[] {
  const own = new Map(session.limits.map(({ rule, limit }) => [rule, limit]));
  const [limit] = rules
    .flatMap((rule) => {
      const comparison = adjustableOf(rule);
      if (comparison?.metric !== 'systolic' || !comparison.is.startsWith('>')) return [];
      return [{ rank: rule.group?.rank ?? 0, value: own.get(rule.id) ?? comparison.limit }];
    })
    .sort((a, b) => b.rank - a.rank);
  const baseline = session.baseline?.systolic;
  return [
    ...(limit ? [{ value: limit.value, kind: 'limit' as const }] : []),
    ...(baseline === undefined ? [] : [{ value: baseline, kind: 'baseline' as const }]),
  ];
}

/** The highest systolic pressure that a cuff measured in a session; null when none was measured. */
export async function readPeak(
  store: StoreReader,
  { bed, firstSeq, lastSeq }: SessionRow,
): Promise<{ systolic: number; diastolic: number } | null> {
  let peak: { systolic: number; diastolic: number } | null = null;
  let count = 0;
  for (const { body } of store.entries(bed, firstSeq, lastSeq, ['observed'])) {
    count += 1;
    if (count % PORTION === 0) await setImmediate();
    if (body.kind !== 'observed' || body.observation.kind !== 'nibp') continue;
    const { systolic, diastolic } = body.observation;
    if (peak === null || systolic > peak.systolic) peak = { systolic, diastolic };
  }
  return peak;
}
