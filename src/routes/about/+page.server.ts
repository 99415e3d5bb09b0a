import { WIRE_VERSION } from '$lib/realtime/index.ts';
import { words } from '$lib/messages/index.ts';
import { rulesInForce } from '$lib/server/rules-in-force.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => ({
  title: words.about.title,
  wireVersion: WIRE_VERSION,
  rules: rulesInForce(locals.station.store),
});
