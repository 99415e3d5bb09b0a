/** What somebody says that a pump channel carries. Whether it stands against the pump's word, and needs a reason, is the bed's to say. */
import { z } from 'zod';
import { CHANNEL_ROLES, fail, ok, type Command, type Result } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { PLAN_RANGES } from '$lib/pharmacology/index.ts';
import type { Fields, Mistakes } from '$lib/realtime/forms.ts';
import { checked, optionalNumber, optionalText, present } from './forms.ts';

const told = words.session.channel;
const field = words.session.plan.words;

const schema = z.object({
  channel: z.string().min(1).max(80),
  role: z
    .string()
    .optional()
    .transform((text = '', context) => {
      const role = CHANNEL_ROLES.find((one) => one === text);
      if (text !== '' && role === undefined) context.addIssue({ code: 'custom', message: told.roleUnknown });
      return role;
    }),
  drugName: optionalText(words.session.plan.drug, 60),
  concentrationMgPerMl: optionalNumber({
    what: field.concentration,
    asked: field.theConcentration,
    example: '1',
    unit: 'mg/mL',
    range: PLAN_RANGES.concentrationMgPerMl,
  }),
  since: z.enum(['admission', 'now'], { error: told.sinceMissing }),
  reason: optionalText(words.session.reason, 300),
});

export function readChannelEntry(fields: Fields): Result<Extract<Command, { type: 'set-channel' }>, Mistakes> {
  const parsed = checked(schema, fields);
  if (!parsed.ok) return parsed;
  const { channel, since, ...said } = parsed.value;
  const { role, drugName, concentrationMgPerMl } = said;
  if (role === undefined && drugName === undefined && concentrationMgPerMl === undefined)
    return fail({ role: told.nothingSaid });
  return ok({ type: 'set-channel', channel, since, ...present(said) });
}
