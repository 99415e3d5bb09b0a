import type { BedId } from '$lib/domain/index.ts';
import type { AlarmMessage } from '$lib/realtime/index.ts';
import type { StoreReader } from '$lib/store/store.ts';

/** Alarm changes of a bed with `after < number < before` out of the journal, for a screen that was away for long. */
export function alarmsFromRecord(
  store: StoreReader,
  bed: BedId,
  after: number,
  before: number,
): readonly AlarmMessage[] {
  const messages: AlarmMessage[] = [];
  for (const { at, body } of store.entries(bed, 1, undefined, ['alarm'])) {
    if (body.kind !== 'alarm' || body.number <= after || body.number >= before) continue;
    messages.push({ bed, number: body.number, at, change: body.change, audio: {} });
  }
  return messages;
}
