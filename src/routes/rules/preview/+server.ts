import { error, json } from '@sveltejs/kit';
import { fieldsOf } from '$lib/server/forms.ts';
import { previewOf } from '$lib/server/rule-preview.ts';
import type { RequestHandler } from './$types';

/** What the form would make, while it is filled in. Nothing is changed. */
export const POST: RequestHandler = async ({ locals, request }) => {
  const fields = await fieldsOf(request);
  const rules = await locals.station.bus.request({ type: 'rules' });
  if (!rules.ok) error(503, rules.error.message);
  const preset = rules.value.presets.find(({ factory }) => factory.id === fields['preset']);
  if (preset === undefined) error(404, 'There is no such preset.');
  return json(previewOf(fields, preset, rules.value.site.presets[preset.factory.id]));
};
