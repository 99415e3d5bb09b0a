import type { RuleSet } from '$lib/domain/index.ts';
import type { SessionRow, StoreReader } from '$lib/store/store.ts';

/**
 * What a session was judged by, from its own journal: the rules stand right before the command that admitted the patient.
 * @returns undefined for a recording made before the journal carried the rules.
 */
export function rulesOfSession(store: StoreReader, { bed, firstSeq }: SessionRow): RuleSet | undefined {
  const [entry] = store.entries(bed, firstSeq - 1, firstSeq - 1, ['rules']);
  return entry?.body.kind === 'rules' ? entry.body.ruleSet : undefined;
}
