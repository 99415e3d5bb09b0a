/**
 * Forms as a browser sends them: text by field name, checked by a schema, answered with one plain sentence beside each field
 * that is wrong and with everything that was typed. They work without script.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { fail as refuseForm, type ActionFailure } from '@sveltejs/kit';
import { fail, ok, type Actor, type BedId, type Command, type Result } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import type { Fields, Mistakes, RefusedForm } from '$lib/realtime/forms.ts';
import { typedNumber } from '$lib/realtime/numbers.ts';
import type { WebStation } from './station.ts';

/** Files and repeated fields are no part of our forms. */
export async function fieldsOf(request: Request): Promise<Fields> {
  const entries = [...(await request.formData())].flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.trim()] as const] : [],
  );
  return Object.fromEntries(entries);
}

export function checked<T>(schema: z.ZodType<T>, fields: Fields): Result<T, Mistakes> {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return ok(parsed.data);
  const mistakes: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) mistakes[String(path[0] ?? 'form')] ??= message;
  return fail(mistakes);
}

export function refused(form: string, fields: Fields, mistakes: Mistakes, refusal = ''): ActionFailure<RefusedForm> {
  return refuseForm(400, { form, fields, mistakes, refusal });
}

interface NumberRule {
  /** `The weight`. */
  readonly what: string;
  /** `the weight in kg`. */
  readonly asked: string;
  readonly example: string;
  readonly unit: string;
  readonly range: readonly [low: number, high: number];
}

const told = words.session.number;

const inRange = (
  { what, unit, range: [low, high], example }: NumberRule,
  text: string,
  context: z.RefinementCtx,
): number => {
  const value = typedNumber(text);
  if (value === undefined) context.addIssue({ code: 'custom', message: told.notANumber(what, example) });
  else if (value < low || value > high)
    context.addIssue({ code: 'custom', message: told.outOfRange(what, String(low), String(high), unit) });
  return value ?? Number.NaN;
};

export const numberField = (rule: NumberRule): z.ZodType<number> =>
  z
    .string({ error: told.missing(rule.asked) })
    .min(1, told.missing(rule.asked))
    .transform((text, context) => inRange(rule, text, context));

export const optionalNumber = (rule: NumberRule): z.ZodType<number | undefined> =>
  z
    .string()
    .optional()
    .transform((text = '', context) => (text === '' ? undefined : inRange(rule, text, context)));

export const textField = (missing: string, what: string, longest: number): z.ZodType<string> =>
  z.string({ error: missing }).min(1, missing).max(longest, words.session.admit.tooLong(what, longest));

export const optionalText = (what: string, longest: number): z.ZodType<string | undefined> =>
  z
    .string()
    .max(longest, words.session.admit.tooLong(what, longest))
    .optional()
    .transform((text) => (text === '' ? undefined : text));

export const isTicked = (value: string | undefined): boolean => value !== undefined && value !== '';

/** An object without its undefined values: what was not entered is absent. */
export function present<T extends Readonly<Record<string, unknown>>>(
  values: T,
): { [K in keyof T]?: Exclude<T[K], undefined> };
export function present(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Asks the bed for one thing after the other; stops at the first refusal and says what had been done before it. */
export async function ask(
  { bus }: Pick<WebStation, 'bus'>,
  bed: BedId,
  by: Actor,
  commands: readonly { readonly command: Command; readonly done: string }[],
): Promise<Result<null, string>> {
  const done: string[] = [];
  for (const { command, done: what } of commands) {
    const answer = await bus.command({ id: randomUUID(), bed, by, command });
    if (!answer.ok) return fail([...done.map(words.session.partly), answer.error.message].join(' '));
    done.push(what);
  }
  return ok(null);
}
