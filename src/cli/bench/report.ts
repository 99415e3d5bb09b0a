/**
 * What a goal's measurement found: figures per round, ours beside the floor's, and what is demanded of them. A figure is judged
 * by the median over its rounds; a ratio is the median of ours over the median of the floor.
 */
import { median } from './statistics.ts';
import { figure as words, table } from './table.ts';

/** `ratio`: ours over the floor · `value`: ours alone. */
export interface Limit {
  readonly of: 'ratio' | 'value';
  readonly atMost: number;
}

export interface Figure {
  readonly what: string;
  readonly unit: string;
  /** One value per round. */
  readonly ours: readonly number[];
  readonly floor?: readonly number[];
  readonly limit?: Limit;
}

export interface GoalReport {
  readonly id: string;
  readonly title: string;
  /** What the floor is, in words. */
  readonly floor: string;
  readonly figures: readonly Figure[];
  /** What a reader must know beside the figures. */
  readonly remarks: readonly string[];
}

export interface Verdict {
  readonly ours: number;
  readonly floor: number | undefined;
  /** Undefined without a floor, and over a floor of nothing. */
  readonly ratio: number | undefined;
  /** Undefined where nothing is demanded. What could not be measured does not meet its limit. */
  readonly isMet: boolean | undefined;
}

export function judge({ ours, floor, limit }: Figure): Verdict {
  const middle = median(ours);
  const floorMiddle = floor && median(floor);
  const ratio = floorMiddle === undefined || floorMiddle === 0 ? undefined : middle / floorMiddle;
  const judged = limit?.of === 'ratio' ? (ratio ?? Number.NaN) : middle;
  return { ours: middle, floor: floorMiddle, ratio, isMet: limit && judged <= limit.atMost };
}

/** Whether every limit of these goals is kept. */
export const isAllMet = (reports: readonly GoalReport[]): boolean =>
  reports.every(({ figures }) => figures.every((one) => judge(one).isMet !== false));

const HEADING = ['goal', 'what', 'ours', 'floor', 'ratio', 'limit', ''];

/** The goals as one table for people. */
export const reportTable = (reports: readonly GoalReport[]): string =>
  table([HEADING, ...reports.flatMap(({ id, figures }) => figures.map((one, i) => row(i === 0 ? id : '', one)))]);

function row(id: string, one: Figure): readonly string[] {
  const { ours, floor, ratio, isMet } = judge(one);
  const { what, unit, limit } = one;
  const withUnit = (value: number | undefined): string => (value === undefined ? '' : `${words(value)} ${unit}`.trim());
  return [
    id,
    what,
    withUnit(ours),
    withUnit(floor),
    ratio === undefined ? '' : `${words(ratio)} ×`,
    limit === undefined ? '' : `≤ ${limit.atMost} ${limit.of === 'ratio' ? '×' : unit}`.trim(),
    isMet === undefined ? '' : isMet ? 'met' : 'missed',
  ];
}
