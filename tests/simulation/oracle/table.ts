/**
 * The oracle's own reading of the rules: clinical.md §5.1 and §5.3 written down a second time, plainly, without a look at how
 * the station evaluates them. One row for each severity of a rule. A rule of the station without a row here is listed as not
 * checked; a row without a rule is passed over.
 *
 * `holdS`: how long a quantity that is measured all the time must stay beyond its limit. Cuff readings: `first` counts at once,
 * `confirm` when a second reading in time agrees. `hysteresis`: how far back it must come to be over.
 */
import type { Phase, Priority } from '$lib/domain/index.ts';
import { LEAST_MEAN, LEAST_PULSE, type Reading, type Sight } from './sight.ts';

export interface Row {
  readonly rule: string;
  readonly priority: Priority | 'as-told';
  readonly phases: readonly Phase[];
  /** Where it is a limit on a measured quantity. */
  readonly of?: 'systolic' | 'diastolic' | 'meanArterial' | 'heartRate' | 'spo2' | 'respiratoryRate';
  readonly cuff?: 'first' | 'confirm';
  readonly holdS: number;
  readonly clearS?: number;
  /** What stands: yes, no, or not to be known; and the reading that it rests on. `slack`: how far towards "no" the limit is moved. */
  readonly stands: (sight: Sight, slack: number) => Verdict;
  /** In the unit of the quantity; asked of what stands already. */
  readonly hysteresis: number;
  /** One alarm for each device or pump alarm: which of them an alarm is, the journal does not say. */
  readonly isEach?: true;
  /** What it says may change with time alone. */
  readonly isByClock?: true;
  /** For `as-told`: the priority that is to be signalled now. */
  readonly told?: (sight: Sight) => Priority | undefined;
}

export interface Verdict {
  readonly is: 'yes' | 'no' | 'unknown';
  readonly measuredAt?: number;
  readonly isCuff?: boolean;
}

const YES: Verdict = { is: 'yes' };
const NO: Verdict = { is: 'no' };
const UNKNOWN: Verdict = { is: 'unknown' };
const bool = (is: boolean): Verdict => (is ? YES : NO);

const B_I_O: readonly Phase[] = ['baseline', 'infusion', 'observation'];
const I_O: readonly Phase[] = ['infusion', 'observation'];
const I: readonly Phase[] = ['infusion'];
const OPEN: readonly Phase[] = ['setup', 'baseline', 'infusion', 'observation', 'discharge-ready'];

type Quantity = NonNullable<Row['of']>;

function judged(reading: Reading, test: (value: number) => boolean): Verdict {
  if (reading === undefined) return UNKNOWN;
  return { is: test(reading.value) ? 'yes' : 'no', measuredAt: reading.at, isCuff: reading.isCuff };
}

/** A limit that the patient may have of his own. */
const limitFor = (sight: Sight, rule: string, usual: number): number => sight.limits.get(rule) ?? usual;

function above(
  rule: string,
  priority: Priority,
  of: Quantity,
  usual: number,
  how: Pick<Row, 'phases' | 'holdS'> & Partial<Row> & { readonly isOwn?: boolean; readonly isStrict?: boolean },
): Row {
  const { isOwn = false, isStrict = false, ...row } = how;
  return {
    ...{ rule, priority, of, hysteresis: 5 },
    ...row,
    stands: (sight, slack) => {
      const limit = (isOwn ? limitFor(sight, rule, usual) : usual) - slack;
      return judged(sight[of], (value) => (isStrict ? value > limit : value >= limit));
    },
  };
}

function below(
  rule: string,
  priority: Priority,
  of: Quantity,
  usual: number,
  how: Pick<Row, 'phases' | 'holdS' | 'hysteresis'> & Partial<Row> & { readonly isOwn?: boolean },
): Row {
  const { isOwn = false, ...row } = how;
  return {
    ...{ rule, priority, of },
    ...row,
    stands: (sight, slack) => {
      const limit = (isOwn ? limitFor(sight, rule, usual) : usual) + slack;
      return judged(sight[of], (value) => value < limit);
    },
  };
}

/** A rise over the session's baseline: not to be known without one, or from a reading too old to compare. */
function risen(
  sight: Sight,
  of: 'systolic' | 'diastolic' | 'heartRate',
  test: (delta: number, base: number) => boolean,
): Verdict {
  const base = sight.baseline?.[of];
  const reading = sight[of];
  if (base === undefined || reading === undefined || reading.isExpired) return UNKNOWN;
  return judged(reading, (value) => test(value - base, base));
}

function all(...verdicts: readonly Verdict[]): Verdict {
  if (verdicts.some(({ is }) => is === 'no')) return NO;
  if (verdicts.some(({ is }) => is === 'unknown')) return UNKNOWN;
  return verdicts.find(({ isCuff }) => isCuff) ?? verdicts[0] ?? YES;
}

const FIRST = { cuff: 'first', holdS: 10 } as const;
const CONFIRM = { cuff: 'confirm', holdS: 15 } as const;

const PRESSURE: readonly Row[] = [
  above('S1', 'high', 'systolic', 180, { ...FIRST, phases: B_I_O, isOwn: true }),
  above('S2', 'high', 'diastolic', 110, { ...FIRST, phases: B_I_O, isOwn: true }),
  above('S3', 'medium', 'systolic', 160, { ...CONFIRM, phases: I_O, isOwn: true }),
  above('S4', 'medium', 'diastolic', 100, { ...CONFIRM, phases: I_O, isOwn: true }),
  above('S5', 'high', 'meanArterial', 130, { ...FIRST, phases: I_O }),
  above('S5', 'medium', 'meanArterial', 120, { ...CONFIRM, phases: I_O }),
  {
    ...{ rule: 'S6', priority: 'medium', phases: I_O, of: 'systolic', hysteresis: 5 },
    ...CONFIRM,
    stands: (sight, slack) =>
      risen(sight, 'systolic', (delta, base) => delta >= 30 - slack && (100 * (delta + slack)) / base >= 20),
  },
  {
    ...{ rule: 'S7', priority: 'high', phases: I_O, of: 'systolic', hysteresis: 5 },
    ...FIRST,
    stands: (sight, slack) =>
      all(
        risen(sight, 'systolic', (delta) => delta >= 40 - slack),
        judged(sight.systolic, (value) => value >= 160 - slack),
        sight.isInfusing === undefined ? UNKNOWN : bool(sight.isInfusing),
      ),
  },
  {
    ...{ rule: 'S7', priority: 'medium', phases: I_O, of: 'systolic', hysteresis: 5 },
    ...FIRST,
    stands: (sight, slack) => risen(sight, 'systolic', (delta) => delta >= 40 - slack),
  },
  {
    ...{ rule: 'S8', priority: 'medium', phases: I_O, of: 'diastolic', hysteresis: 5 },
    ...FIRST,
    stands: (sight, slack) => risen(sight, 'diastolic', (delta) => delta >= 25 - slack),
  },
  below('B1', 'high', 'systolic', 80, { ...FIRST, phases: B_I_O, hysteresis: 5 }),
  below('B1', 'medium', 'systolic', 90, { ...CONFIRM, phases: B_I_O, hysteresis: 5 }),
];

const breathesBelow = ({ respiratoryRate }: Sight, limit: number): Verdict =>
  judged(respiratoryRate, (value) => value < limit);

/** Below the limit, or not to be known while a monitor is there. */
function lacksSaturation({ spo2, isSaturationLost }: Sight, limit: number): Verdict {
  if (spo2 !== undefined) return judged(spo2, (value) => value < limit);
  return isSaturationLost === undefined ? UNKNOWN : YES;
}

const CONTINUOUS: readonly Row[] = [
  above('H1', 'high', 'heartRate', 140, { phases: B_I_O, holdS: 10, clearS: 10, isOwn: true }),
  above('H2', 'medium', 'heartRate', 120, { phases: B_I_O, holdS: 15, clearS: 10, isOwn: true, isStrict: true }),
  {
    ...{ rule: 'H3', priority: 'medium', phases: I_O, of: 'heartRate', hysteresis: 5, holdS: 30 },
    stands: (sight, slack) =>
      all(
        risen(sight, 'heartRate', (delta, base) => (100 * (delta + slack)) / base >= 30),
        judged(sight.heartRate, (value) => value >= 110 - slack),
      ),
  },
  below('H5', 'high', 'heartRate', 40, { phases: B_I_O, holdS: 10, hysteresis: 5 }),
  below('H5', 'medium', 'heartRate', 50, { phases: B_I_O, holdS: 15, hysteresis: 5 }),
  below('O3', 'high', 'respiratoryRate', 5, { phases: I_O, holdS: 10, clearS: 5, hysteresis: 2 }),
  {
    ...{ rule: 'O3', priority: 'high', phases: I_O, of: 'respiratoryRate', holdS: 10, clearS: 5, hysteresis: 2 },
    stands: (sight, slack) =>
      all(breathesBelow(sight, limitFor(sight, 'O3', 8) + slack), lacksSaturation(sight, 94 + slack / 2)),
  },
  below('O3', 'medium', 'respiratoryRate', 8, { phases: I_O, holdS: 70, clearS: 15, hysteresis: 2, isOwn: true }),
  {
    ...{ rule: 'O3', priority: 'medium', phases: I_O, of: 'respiratoryRate', holdS: 15, clearS: 5, hysteresis: 2 },
    stands: (sight, slack) =>
      all(
        breathesBelow(sight, 10 + slack),
        judged(sight.spo2, (value) => value < 94 + slack / 2),
      ),
  },
  above('O3-high', 'medium', 'respiratoryRate', 28, {
    ...{ phases: I_O, holdS: 15, clearS: 5, hysteresis: 2, isOwn: true, isStrict: true },
  }),
  below('O1', 'medium', 'spo2', 92, { phases: B_I_O, holdS: 15, clearS: 5, hysteresis: 2, isOwn: true }),
  below('O2', 'high', 'spo2', 85, { phases: B_I_O, holdS: 0, clearS: 5, hysteresis: 2 }),
  below('O2', 'high', 'spo2', 88, { phases: B_I_O, holdS: 10, clearS: 5, hysteresis: 2, isOwn: true }),
];

/** A score stands until another is entered on its scale; never entered, nothing is missing. */
const scored = ({ scores }: Sight, scale: string, most: number): boolean => {
  const score = scores.get(scale);
  return score !== undefined && score <= most;
};

const ENTERED: readonly Row[] = [
  {
    ...{ rule: 'N1', priority: 'high', phases: I_O, holdS: 0, hysteresis: 0 },
    stands: (sight) => bool(scored(sight, 'moaas', 2) || scored(sight, 'rass', -3)),
  },
  {
    ...{ rule: 'N1', priority: 'medium', phases: I_O, holdS: 0, hysteresis: 0 },
    stands: (sight) => bool(scored(sight, 'moaas', 3)),
  },
];

const DANGEROUS: ReadonlySet<string> = new Set(['S1', 'S2', 'S5', 'H1', 'O2']);

const PUMP: readonly Row[] = [
  {
    ...{ rule: 'P1', priority: 'high', phases: I, holdS: 60, hysteresis: 0 },
    stands: (sight) =>
      all(
        bool(
          sight.standing.some((one) => DANGEROUS.has(one.rule) && one.state === 'active' && one.priority === 'high'),
        ),
        sight.isInfusing === undefined ? UNKNOWN : bool(sight.isInfusing),
      ),
  },
  {
    ...{ rule: 'P2', priority: 'medium', phases: I, holdS: 300, hysteresis: 0 },
    stands: ({ isInterrupted }) => (isInterrupted === undefined ? UNKNOWN : bool(isInterrupted)),
  },
  {
    ...{ rule: 'P2', priority: 'low', phases: I, holdS: 60, hysteresis: 0 },
    stands: ({ isInterrupted }) => (isInterrupted === undefined ? UNKNOWN : bool(isInterrupted)),
  },
  {
    ...{ rule: 'P3', isEach: true, priority: 'as-told', phases: OPEN, holdS: 0, hysteresis: 0 },
    stands: ({ pumpAlarm }) => (pumpAlarm === 'unknown' ? UNKNOWN : bool(pumpAlarm !== undefined)),
    told: ({ pumpAlarm }) => (pumpAlarm === 'unknown' ? undefined : pumpAlarm),
  },
  {
    ...{ rule: 'P4', priority: 'medium', phases: I, holdS: 60, hysteresis: 2 },
    stands: ({ isInfusing, doseRatePercent: percent }, slack) => {
      if (isInfusing === undefined) return UNKNOWN;
      if (!isInfusing) return NO;
      return percent === undefined ? UNKNOWN : bool(percent > 110 - slack || percent < 90 + slack);
    },
  },
];

/** The arterial line gives the pressure now. */
const isByLine = ({ systolic }: Sight): boolean => systolic?.isCuff === false;

const TECHNICAL: readonly Row[] = [
  {
    ...{ rule: 'T8', priority: 'high', phases: B_I_O, holdS: 10, clearS: 5, hysteresis: 5 },
    stands: ({ line }, slack) => {
      if (line === undefined) return UNKNOWN;
      const { pulse, mean } = line;
      const lacksPulse = pulse !== undefined && pulse < LEAST_PULSE + 0.4 * slack;
      const lacksMean = mean !== undefined && mean < LEAST_MEAN + slack;
      if (lacksPulse || lacksMean) return YES;
      return pulse === undefined || mean === undefined ? UNKNOWN : NO;
    },
  },
  {
    ...{ rule: 'T1', isByClock: true, priority: 'medium', phases: I_O, holdS: 30, hysteresis: 0 },
    stands: (sight) => bool(!isByLine(sight) && sight.cuffAgeMin >= 2 * sight.cuffIntervalMin),
  },
  {
    ...{ rule: 'T1', isByClock: true, priority: 'low', phases: I_O, holdS: 30, hysteresis: 0 },
    stands: (sight) => bool(!isByLine(sight) && sight.cuffAgeMin >= sight.cuffIntervalMin + 2),
  },
  {
    ...{ rule: 'T3-ecg', priority: 'high', phases: I, holdS: 10, hysteresis: 0 },
    stands: ({ isHeartRateLost }) => (isHeartRateLost === undefined ? UNKNOWN : bool(isHeartRateLost)),
  },
  {
    ...{ rule: 'T3-spo2', priority: 'medium', phases: I, holdS: 10, hysteresis: 0 },
    stands: ({ isSaturationLost }) => (isSaturationLost === undefined ? UNKNOWN : bool(isSaturationLost)),
  },
  {
    ...{ rule: 'T4', isEach: true, isByClock: true, priority: 'high', phases: I, holdS: 0, hysteresis: 0 },
    stands: ({ silent }) => bool(silent.some((one) => one.isOnlyMonitor && one.forS >= 5)),
  },
  {
    ...{ rule: 'T4', isEach: true, isByClock: true, priority: 'medium', phases: OPEN, holdS: 0, hysteresis: 0 },
    stands: ({ silent }) => bool(silent.some(({ forS }) => forS >= 5)),
  },
];

export const ROWS: readonly Row[] = [...PRESSURE, ...CONTINUOUS, ...ENTERED, ...PUMP, ...TECHNICAL];
