import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals }) => ({
  snapshot: locals.station.ward.snapshot(),
  name: locals.name,
  version: locals.station.version,
  isDemonstration: locals.station.isDemonstration,
});
