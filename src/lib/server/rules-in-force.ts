import type { StoreReader } from '$lib/store/store.ts';

/** The rule set that the core judged by when it last started, `id@version`; undefined while the recording does not say. */
export function rulesInForce(store: StoreReader): string | undefined {
  let newest: { readonly wallTime: number; readonly ruleSet: string } | undefined;
  for (const bed of store.beds()) {
    for (const { body } of store.entries(bed, 1, undefined, ['started'])) {
      if (body.kind === 'started' && body.wallTime >= (newest?.wallTime ?? 0)) newest = body;
    }
  }
  return newest?.ruleSet.replace(/\/.*$/, '');
}
