/**
 * What patients may be judged by at this station: the presets that came with the program, each with what the site changed of
 * it. A change is tried first, then written down, then in force for whoever is admitted from then on.
 *
 *   file broken ─▶ the presets as they came judge, the fault is told on every bed and on the page, nothing can be changed but
 *                  the whole file
 */
import { createHash } from 'node:crypto';
import {
  NO_CHANGES,
  fail,
  ok,
  type Authored,
  type PresetInForce,
  type Refusal,
  type Result,
  type RuleEdit,
  type RuleSet,
  type SiteRules,
} from '$lib/domain/index.ts';
import { PRESETS } from '$lib/rules/index.ts';
import { deviations, withChanges, withEdit } from '$lib/rules/site.ts';
import { parseSiteRules } from './site-rules.ts';

type Sentences = readonly string[];

export interface RuleBookOptions {
  /** As the file was found; absent where there is none. */
  readonly site?: Result<SiteRules | undefined, Sentences>;
  readonly presets?: readonly RuleSet[];
  /** Writes the site's rules down; rejects when it cannot. */
  readonly save: (rules: SiteRules, at: string) => Promise<void>;
  /** For the log of the station. */
  readonly log: (line: string) => void;
}

/** Whoever changes rules: the name of the person on watch, the reason, calendar time in ISO 8601. */
export type Author = Authored;

const refuse = (why: Refusal['why'], message: string): Result<never, Refusal> => fail({ why, message });

export class RuleBook {
  readonly #options: RuleBookOptions;
  readonly #factory: readonly RuleSet[];
  #site: SiteRules;
  #inForce: readonly PresetInForce[];
  #fault: Sentences | undefined;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(options: RuleBookOptions) {
    this.#options = options;
    this.#factory = options.presets ?? PRESETS;
    const { site = ok(undefined) } = options;
    const made = site.ok ? inForce(this.#factory, site.value ?? { presets: {} }) : site;
    this.#fault = made.ok ? undefined : made.error;
    this.#site = (site.ok && made.ok && site.value) || { presets: {} };
    this.#inForce = made.ok ? made.value : asTheyCame(this.#factory);
    this.#log();
  }

  /** What the site changed; nothing while its file is broken. */
  get site(): SiteRules {
    return this.#site;
  }

  get presets(): readonly PresetInForce[] {
    return this.#inForce;
  }

  /** Why the site's rules do not judge, sentence by sentence. */
  get fault(): Sentences | undefined {
    return this.#fault;
  }

  /** @param id of a preset, the first one where it says nothing. */
  ruleSet(id?: string): RuleSet | undefined {
    const found = id === undefined ? this.#inForce[0] : this.#inForce.find(({ factory }) => factory.id === id);
    return found?.ruleSet;
  }

  /** @param basedOn version of the set that the person saw: what somebody else changed meanwhile is not overwritten. */
  edit(preset: string, basedOn: string, edit: RuleEdit, author: Author): Promise<Result<null, Refusal>> {
    return this.#queued(() => {
      const now = this.#inForce.find(({ factory }) => factory.id === preset);
      if (now === undefined) return refuse('unknown-rule', `There is no preset ${preset}.`);
      if (this.#fault) return refuse('unavailable', BROKEN);
      if (now.ruleSet.version !== basedOn) return refuse('other-version', OUTRUN);
      const changes = withEdit(this.#site.presets[preset] ?? NO_CHANGES, edit, author);
      return this.#replace({ ...this.#site, presets: { ...this.#site.presets, [preset]: changes } }, author);
    });
  }

  /** Takes a whole file in place of the one that is there. */
  take(content: string, author: Author): Promise<Result<null, Refusal>> {
    return this.#queued(() => {
      const parsed = parseSiteRules(content, this.#factory);
      if (parsed.ok) return this.#replace(parsed.value, author);
      return refuse('out-of-range', ['Nothing was changed.', ...parsed.error].join('\n'));
    });
  }

  #queued(work: () => Promise<Result<null, Refusal>> | Result<null, Refusal>): Promise<Result<null, Refusal>> {
    const done = this.#saving.then(work);
    this.#saving = done.catch(() => undefined);
    return done;
  }

  async #replace(presets: SiteRules, author: Author): Promise<Result<null, Refusal>> {
    const site: SiteRules = { ...presets, saved: author };
    const made = inForce(this.#factory, site);
    if (!made.ok) return refuse('out-of-range', ['Nothing was changed.', ...made.error].join('\n'));
    try {
      await this.#options.save(site, author.at);
    } catch (error) {
      return refuse('unavailable', `The rules could not be written, nothing was changed: ${String(error)}`);
    }
    this.#site = site;
    this.#inForce = made.value;
    this.#fault = undefined;
    this.#options.log(`rules changed by ${author.by}: ${author.reason}`);
    this.#log();
    return ok(null);
  }

  #log(): void {
    const { log } = this.#options;
    for (const sentence of this.#fault ?? []) log(`the site's rules are not in force: ${sentence}`);
    for (const { factory, ruleSet, deviations: told } of this.#inForce) {
      if (ruleSet.version !== factory.version) log(`rules ${ruleSet.id} are version ${ruleSet.version}`);
      for (const { sentence } of told) log(`rules ${ruleSet.id} deviate: ${sentence}`);
    }
  }
}

const BROKEN = "The site's rules cannot be read; put a good file in their place first.";
const OUTRUN = 'Somebody has changed these rules meanwhile. Look at them again; nothing was changed.';

const asTheyCame = (presets: readonly RuleSet[]): readonly PresetInForce[] =>
  presets.map((factory) => ({ factory, ruleSet: factory, deviations: [] }));

/** All presets or none. */
export function inForce(presets: readonly RuleSet[], site: SiteRules): Result<readonly PresetInForce[], Sentences> {
  const faults: string[] = [];
  const made = presets.flatMap((factory): readonly PresetInForce[] => {
    const changes = site.presets[factory.id];
    if (changes === undefined || (changes.changes.length === 0 && changes.own.length === 0))
      return [{ factory, ruleSet: factory, deviations: [] }];
    const changed = withChanges(factory, changes);
    if (!changed.ok) {
      faults.push(...changed.error.map((fault) => `presets.${factory.id}.${fault}`));
      return [];
    }
    const ruleSet = versioned(factory, changed.value);
    return [{ factory, ruleSet, deviations: deviations(factory, ruleSet) }];
  });
  return faults.length > 0 ? fail(faults) : ok(made);
}

/** The version that it came with, and eight digits of what it says now: two sets of one version are the same set. */
function versioned(factory: RuleSet, changed: RuleSet): RuleSet {
  const hash = createHash('sha256').update(JSON.stringify(changed)).digest('hex').slice(0, 8);
  return { ...changed, version: `${factory.version}+${hash}` };
}
