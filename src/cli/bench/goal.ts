/** What a measurement is, and what all of them do alike: rounds in which ours and the floor take turns, folders that go away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Need } from './prerequisites.ts';
import type { GoalReport } from './report.ts';

export interface Setting {
  readonly rounds: number;
  /** Shorter rounds: to see that it works, not to quote. */
  readonly isQuick: boolean;
  /** Progress, for whoever waits. */
  readonly tell: (line: string) => void;
}

export interface Goal {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly Need[];
  measure(setting: Setting): Promise<GoalReport>;
}

export interface Rounds<Ours, Floor> {
  readonly ours: readonly Ours[];
  readonly floor: readonly Floor[];
}

/** Floor, ours, floor, ours …: what else the machine does then strikes both alike. */
export async function alternate<Ours, Floor>(
  { rounds, tell }: Setting,
  ours: () => Promise<Ours>,
  floor: () => Promise<Floor>,
): Promise<Rounds<Ours, Floor>> {
  const found: { ours: Ours[]; floor: Floor[] } = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round += 1) {
    tell(`  round ${round + 1} of ${rounds}: floor`);
    found.floor.push(await floor());
    tell(`  round ${round + 1} of ${rounds}: ours`);
    found.ours.push(await ours());
  }
  return found;
}

export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'infuscope-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
