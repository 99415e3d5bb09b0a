import { fail, ok, type Result } from '$lib/domain/index.ts';
import { CATALOG } from './catalog.ts';
import { LABORATORY } from './laboratory.ts';
import type { Scenario } from './scenario.ts';

export type { Scenario, ScenarioPatient } from './scenario.ts';
export { randomScenario, type RandomOptions } from './random.ts';
export { cannulationAnxiety, SCRIPTS, withScript, type ScriptId } from './scripts.ts';
export { INFUSION_STARTS_MIN } from './usual.ts';
export { WARD, type WardBed, type WardStay } from './ward.ts';

/** Every scenario by its id. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [...CATALOG, ...LABORATORY].map((scenario) => [scenario.id, scenario]),
);

/** The scenario of that name, or a sentence for the person who typed it. */
export function scenario(id: string): Result<Scenario, string> {
  const found = SCENARIOS.get(id);
  return found ? ok(found) : fail(`There is no scenario "${id}". Known are: ${[...SCENARIOS.keys()].join(', ')}.`);
}
