/** A value against the patient's own baseline: the number that matters while the drug flows. Pure. */
export interface Change {
  readonly by: number;
  readonly percent: number;
  readonly direction: 'up' | 'down' | 'same';
}

/** Undefined without a baseline to compare with. */
export function changeFrom(baseline: number | undefined, value: number | undefined): Change | undefined {
  if (baseline === undefined || value === undefined || baseline <= 0) return undefined;
  const by = Math.round(value - baseline);
  return {
    by,
    percent: Math.round((100 * (value - baseline)) / baseline),
    direction: by > 0 ? 'up' : by < 0 ? 'down' : 'same',
  };
}

const ARROWS = { up: '↑', down: '↓', same: '=' } as const;

/** `↑ +24 (+19 %)`. */
export const changeText = ({ by, percent, direction }: Change): string =>
  `${ARROWS[direction]} ${signed(by)} (${signed(percent)} %)`;

const signed = (n: number): string => (n > 0 ? `+${n}` : n < 0 ? `−${-n}` : '±0');
