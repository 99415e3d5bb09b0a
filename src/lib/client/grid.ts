/** How many columns and rows a ward's beds stand in, so that all of a page are seen without scrolling. Pure. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

export const BEDS_PER_PAGE = 16;

const GRIDS: readonly (readonly [beds: number, grid: Grid])[] = [
  [1, { columns: 1, rows: 1 }],
  [2, { columns: 2, rows: 1 }],
  [3, { columns: 3, rows: 1 }],
  [4, { columns: 2, rows: 2 }],
  [6, { columns: 3, rows: 2 }],
  [8, { columns: 4, rows: 2 }],
  [9, { columns: 3, rows: 3 }],
  [12, { columns: 4, rows: 3 }],
  [BEDS_PER_PAGE, { columns: 4, rows: 4 }],
];

/** The smallest grid that holds so many beds; the largest one for more. */
export const gridFor = (beds: number): Grid => GRIDS.find(([most]) => beds <= most)?.[1] ?? { columns: 4, rows: 4 };

export interface BedPage<T> {
  readonly shown: readonly T[];
  readonly page: number;
  readonly pages: number;
}

/** The beds of a page, counted from 1; a page that is not there is the nearest one. */
export function pageOf<T>(beds: readonly T[], wanted: number): BedPage<T> {
  const pages = Math.max(1, Math.ceil(beds.length / BEDS_PER_PAGE));
  const page = Math.min(pages, Math.max(1, Math.trunc(wanted) || 1));
  return { shown: beds.slice((page - 1) * BEDS_PER_PAGE, page * BEDS_PER_PAGE), page, pages };
}
