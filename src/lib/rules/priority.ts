/**
 * Priority from what happens if nobody answers and how fast it happens: the scheme that public descriptions of
 * IEC 60601-1-8 give (designed after its ideas; no conformity is claimed).
 */
import type { Level, Onset, Priority, Severity } from '$lib/domain/index.ts';
import type { Item } from './context.ts';

const TABLE: Readonly<Record<Severity, Readonly<Record<Onset, Priority>>>> = {
  'death-or-irreversible': { immediate: 'high', prompt: 'high', delayed: 'medium' },
  reversible: { immediate: 'high', prompt: 'medium', delayed: 'low' },
  discomfort: { immediate: 'medium', prompt: 'low', delayed: 'low' },
};

export const priorityOf = (severity: Severity, onset: Onset): Priority => TABLE[severity][onset];

/** Priority of a level; for `as-sent` the one that the device gave, medium when it gave none. */
export function priorityFor(level: Level, item: Item | undefined): Priority {
  if (level.urgency === 'notice') return 'notice';
  if (level.urgency === 'as-sent') return item?.priority ?? 'medium';
  return priorityOf(level.urgency.severity, level.urgency.onset);
}
