/** What a filled-in form of the Rules page would make: in words, or what is wrong with it. Nothing is changed. */
import {
  NO_CHANGES,
  ok,
  type PresetChanges,
  type PresetInForce,
  type Result,
  type RuleEdit,
} from '$lib/domain/index.ts';
import { conditionSentence, delayWords } from '$lib/messages/rule-words.ts';
import type { Fields } from '$lib/realtime/forms.ts';
import type { RulePreview } from '$lib/realtime/rule-rows.ts';
import { exampleBreach } from '$lib/rules/example.ts';
import { disclosedDelay, priorityFor } from '$lib/rules/index.ts';
import { withChanges, withEdit } from '$lib/rules/site.ts';
import { readEdit, readOwnRule, withoutPlace } from './forms-rules.ts';

const NOBODY_YET = { by: '', reason: '', at: '' };

/** Of the preset's rule that the form names, else of a new one, tried beside all else that the site has changed. */
export function previewOf(fields: Fields, preset: PresetInForce, changes: PresetChanges = NO_CHANGES): RulePreview {
  const edit = editOf(fields, preset);
  if (!edit.ok) return refused(edit.error);
  const made = withChanges(preset.factory, withEdit(changes, edit.value, NOBODY_YET));
  if (!made.ok) return refused(made.error);
  const id = idOf(edit.value);
  const rule = made.value.rules.find((one) => one.id === id);
  if (rule === undefined) return { faults: [], levels: [] };
  const breach = exampleBreach(rule);
  return {
    faults: [],
    levels: rule.levels.map((level) => ({
      priority: level.urgency === 'as-sent' ? level.urgency : priorityFor(level, undefined),
      condition: conditionSentence(level.when),
      delay: delayWords(level, disclosedDelay(level).averagingS),
    })),
    ...(breach && { headline: breach.headline, explanation: breach.explanation }),
  };
}

const refused = (faults: readonly string[]): RulePreview => ({ faults: faults.map(withoutPlace), levels: [] });

function editOf(fields: Fields, preset: PresetInForce): Result<RuleEdit, readonly string[]> {
  if (fields['rule'] !== undefined) return readEdit(fields, preset);
  const rule = readOwnRule(fields, preset);
  return rule.ok ? ok({ kind: 'own', rule: rule.value }) : rule;
}

function idOf(edit: RuleEdit): string {
  if (edit.kind === 'change') return edit.change.rule;
  return edit.kind === 'own' ? edit.rule.id : edit.rule;
}
