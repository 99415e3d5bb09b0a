import { error, fail, type Actions } from '@sveltejs/kit';
import type { PresetInForce, Refusal, RuleEdit } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import type { Fields } from '$lib/realtime/forms.ts';
import { fieldsOf } from '$lib/server/forms.ts';
import { readEdit, readOwnRule, withoutPlace } from '$lib/server/forms-rules.ts';
import { ruleRows } from '$lib/server/rule-rows.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const answer = await locals.station.bus.request({ type: 'rules' });
  if (!answer.ok) error(503, words.rules.unreachable(answer.error.message));
  const { presets, site, fault = [], kept } = answer.value;
  const asked = url.searchParams.get('preset');
  const shown = presets.find(({ factory }) => factory.id === asked) ?? presets[0];
  if (shown === undefined) error(503, words.rules.unreachable(''));
  const { id, title, version } = shown.ruleSet;
  return {
    title: words.rules.title,
    presets: presets.map(({ factory }) => ({ id: factory.id, title: factory.title })),
    shown: { id, title, version },
    rows: ruleRows(shown, site.presets[id]),
    deviations: shown.deviations.map(({ sentence }) => sentence),
    fault,
    kept,
    isNamed: locals.name !== '',
  };
};

interface Asked {
  readonly fields: Fields;
  readonly preset: PresetInForce;
}

const refused = (...faults: readonly string[]) => fail(422, { faults: [words.rules.notDone, ...faults] });

/** What the core answered, a sentence a line; it says itself that nothing was changed. */
const sentencesOf = ({ message }: Refusal): readonly string[] =>
  message
    .split('\n')
    .map(withoutPlace)
    .filter((sentence) => sentence !== words.rules.notDone);

type Event = Parameters<NonNullable<Actions['default']>>[0];

/** What every change needs: who, why, and of what. */
async function asked({ request, locals }: Event): Promise<Asked | ReturnType<typeof refused>> {
  const fields = await fieldsOf(request);
  if (locals.name === '') return refused(words.rules.nobody);
  if ((fields['reason'] ?? '') === '') return refused(words.rules.noReason);
  const rules = await locals.station.bus.request({ type: 'rules' });
  if (!rules.ok) return refused(rules.error.message);
  const preset = rules.value.presets.find(({ factory }) => factory.id === fields['preset']);
  return preset === undefined ? refused(words.rules.unreachable('')) : { fields, preset };
}

async function save({ locals }: Event, { fields, preset }: Asked, edit: RuleEdit, done: string) {
  const answer = await locals.station.bus.request({
    type: 'save-rules',
    preset: preset.factory.id,
    basedOn: fields['basedOn'] ?? '',
    edit,
    by: locals.name,
    reason: fields['reason'] ?? '',
  });
  return answer.ok ? { done } : refused(...sentencesOf(answer.error));
}

export const actions: Actions = {
  change: async (event) => {
    const of = await asked(event);
    if (!('fields' in of)) return of;
    const edit = readEdit(of.fields, of.preset);
    return edit.ok ? save(event, of, edit.value, words.rules.done(of.fields['rule'] ?? '')) : refused(...edit.error);
  },
  restore: async (event) => {
    const of = await asked(event);
    if (!('fields' in of)) return of;
    const { rule = '' } = of.fields;
    const isOwn = !of.preset.factory.rules.some(({ id }) => id === rule);
    const done = isOwn ? words.rules.removed(rule) : words.rules.restored(rule);
    return save(event, of, { kind: 'restore', rule }, done);
  },
  own: async (event) => {
    const of = await asked(event);
    if (!('fields' in of)) return of;
    const rule = readOwnRule(of.fields, of.preset);
    if (!rule.ok) return refused(...rule.error);
    return save(event, of, { kind: 'own', rule: rule.value }, words.rules.added(rule.value.id));
  },
  import: async (event) => {
    const of = await asked(event);
    if (!('fields' in of)) return of;
    const { content = '', reason = '' } = of.fields;
    const { name: by, station } = event.locals;
    const answer = await station.bus.request({ type: 'import-rules', content, by, reason });
    return answer.ok ? { done: words.rules.imported } : refused(...sentencesOf(answer.error));
  },
};
