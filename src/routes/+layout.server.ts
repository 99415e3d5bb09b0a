import type { LayoutServerLoad } from './$types';

/** A screen that has not been admitted yet is shown nothing of the ward: it sees the page that asks for the key. */
export const load: LayoutServerLoad = ({ locals }) => {
  const { station } = locals;
  const isAdmitted = Object.hasOwn(locals, 'actor');
  return {
    isAdmitted,
    snapshot: isAdmitted ? station.ward.snapshot() : undefined,
    name: isAdmitted ? locals.name : '',
    version: station.version,
    isDemonstration: station.isDemonstration,
  };
};
