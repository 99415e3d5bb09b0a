import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** What this site has changed, as the file that another station can import. */
export const GET: RequestHandler = async ({ locals }) => {
  const rules = await locals.station.bus.request({ type: 'rules' });
  if (!rules.ok) error(503, rules.error.message);
  return new Response(`${JSON.stringify(rules.value.site, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json',
      'content-disposition': 'attachment; filename="rules.json"',
      'cache-control': 'no-store',
    },
  });
};
