/** What a browser may send, as schemas: everything that comes over the wire passes here before anything looks at it. */
import { z } from 'zod';
import { isOnScale, keysOf, SCALES } from '$lib/domain/index.ts';
import type { BedCommand, DeliveryReport, Hello, SoundReport, View } from './contract.ts';

const id = z.string().min(1).max(80);
const words = z.string().max(500);
const number = z.number().finite();

const patient = z.strictObject({
  identifier: z.string().trim().min(1).max(60),
  secondIdentifier: z.string().trim().max(60).optional(),
  shortName: z.string().trim().max(20).optional(),
  birthYear: z.int().min(1900).max(2100).optional(),
  sex: z.enum(['female', 'male', 'other']).optional(),
  weightKg: number,
  heightCm: number.min(40).max(260).optional(),
  allergies: words.optional(),
});

const plan = z.strictObject({
  template: id,
  drug: z.string().trim().min(1).max(60),
  concentrationMgPerMl: number,
  doseMgPerKg: number,
  durationMin: number,
  weightKg: number,
  nibpIntervalMin: z.strictObject({ infusion: number, observation: number }),
});

const markKind = z.enum([
  'nausea',
  'dissociation',
  'anxiety',
  'headache',
  'pain',
  'line-check',
  'position',
  'medicine',
  'rate-changed',
  'pump-stopped',
  'prescriber-notified',
  'note',
]);

const phase = z.enum(['setup', 'baseline', 'infusion', 'observation', 'discharge-ready']);

const scale = z.enum(keysOf(SCALES));

export const commandSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('admit'),
    session: id,
    patient,
    rules: id.exactOptional(),
    isSimulated: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('accept-baseline'),
    systolic: number,
    diastolic: number,
    heartRate: number.optional(),
    spo2: number.optional(),
    respiratoryRate: number.optional(),
    reason: words.optional(),
  }),
  z.strictObject({ type: z.literal('set-plan'), plan }),
  z.strictObject({
    type: z.literal('set-channel'),
    channel: id,
    role: z.enum(['therapy', 'carrier', 'other']).optional(),
    drugName: z.string().trim().min(1).max(60).optional(),
    concentrationMgPerMl: number.optional(),
    since: z.enum(['admission', 'now']),
    reason: words.optional(),
  }),
  z.strictObject({ type: z.literal('reset-channel'), channel: id }),
  z.strictObject({
    type: z.literal('set-limit'),
    rule: id,
    limit: number,
    reason: words,
    forMin: number.exactOptional(),
  }),
  z.strictObject({ type: z.literal('reset-limit'), rule: id }),
  z.strictObject({ type: z.literal('override-gate'), rule: id, reason: words }),
  z.strictObject({ type: z.literal('set-phase'), phase, reason: words.optional() }),
  z.strictObject({ type: z.literal('mark'), id, kind: markKind, text: words, corrects: id.optional() }),
  z
    .strictObject({ type: z.literal('record-score'), id, scale, value: number, corrects: id.exactOptional() })
    .refine((score) => isOnScale(score.scale, score.value)),
  z.strictObject({ type: z.literal('acknowledge'), alarm: id }),
  z.strictObject({ type: z.literal('take-alarm'), alarm: id }),
  z.strictObject({ type: z.literal('pass-on'), alarm: id, to: z.string().trim().max(60).optional() }),
  z.strictObject({ type: z.literal('pause-audio') }),
  z.strictObject({ type: z.literal('resume-audio') }),
  z.strictObject({ type: z.literal('end-session'), reason: words.optional() }),
]);

const view = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ward') }),
  z.strictObject({ type: z.literal('bed'), bed: id }),
  z.strictObject({ type: z.literal('none') }),
]);

const sound = z.strictObject({ state: z.enum(['off', 'running', 'blocked']), isVisible: z.boolean() });

const hello = z.strictObject({
  wireVersion: z.int(),
  view,
  sound,
  alarmNumbers: z.record(id, z.int().nonnegative()),
});

const bedCommand = z.strictObject({ id, bed: id, command: commandSchema });

const delivery = z.strictObject({
  bed: id,
  alarm: id,
  signalledAt: number,
  isShown: z.boolean(),
  sound: z.enum(['sounded', 'paused', 'muted']).optional(),
});

const parser =
  <T>(schema: z.ZodType) =>
  (value: unknown): T | undefined => {
    const parsed = schema.safeParse(value);
    return parsed.success ? (parsed.data as T) : undefined;
  };

/** Each returns undefined for anything that is not exactly what it should be. */
export const parseHello = parser<Hello>(hello);
export const parseView = parser<View>(view);
export const parseSound = parser<SoundReport>(sound);
export const parseDelivery = parser<DeliveryReport>(delivery);
export const parseBedCommand = parser<BedCommand>(bedCommand);
