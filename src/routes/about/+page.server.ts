import { WIRE_VERSION } from '$lib/realtime/index.ts';
import { words } from '$lib/messages/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const rules = await locals.station.bus.request({ type: 'rules' });
  return {
    title: words.about.title,
    wireVersion: WIRE_VERSION,
    rules: rules.ok
      ? rules.value.presets.map(({ ruleSet: { id, version } }) => `${id}@${version}`).join(', ')
      : undefined,
  };
};
