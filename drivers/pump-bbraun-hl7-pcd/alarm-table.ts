/**
 * What the pump's alarms are, by event code and else by text. Texts are single-source, read in any case; what is in neither table
 * stays `unknown` with its words. Priorities are the pump's own; where it sends none, these.
 */
import type { InfusionAlarm, InfusionAlarmKind } from '$lib/domain/index.ts';
import { EVENTS } from './terms.ts';

const BY_CODE: ReadonlyMap<number, InfusionAlarmKind> = new Map<number, InfusionAlarmKind>([
  [EVENTS.nearComplete, 'nearEnd'],
  [EVENTS.deliveryComplete, 'infusionComplete'],
  [EVENTS.barrelCaptureFault, 'syringe.fault'],
]);

const BY_TEXT: ReadonlyMap<string, InfusionAlarmKind> = new Map<string, InfusionAlarmKind>([
  ['occlusion downstream', 'occlusion.downstream'],
  ['occlusion upstream', 'occlusion.upstream'],
  ['air in line', 'airInLine'],
  ['syringe holder open', 'syringe.fault'],
  ['door open', 'doorOpen'],
  ['free flow protection', 'freeFlow'],
  ['drop sensor error', 'dropSensor'],
  ['vtbi near end', 'nearEnd'],
  ['infusion complete', 'infusionComplete'],
  ['battery low', 'battery.low'],
  ['battery empty', 'battery.empty'],
  ['standby timeout', 'attention'],
]);

/** The general alarm is said where the real code was not known: then the text counts. */
export function kindOf(code: number | undefined, text: string): InfusionAlarmKind {
  const byCode = code === undefined ? undefined : BY_CODE.get(code);
  const byText = BY_TEXT.get(text.trim().toLowerCase().replaceAll(/\s+/g, ' '));
  if (byCode ?? byText) return byCode ?? byText ?? 'unknown';
  return code === EVENTS.generalAlarm && text === '' ? 'unspecified' : 'unknown';
}

const WARNINGS: ReadonlySet<InfusionAlarmKind> = new Set(['nearEnd', 'battery.low']);

/** A pump that warns still runs. */
export const stageOf = (kind: InfusionAlarmKind): InfusionAlarm['stage'] =>
  WARNINGS.has(kind) ? 'pre-alarm' : 'alarm';

const SENT: Readonly<Record<string, InfusionAlarm['priority']>> = { PH: 'high', PM: 'medium', PL: 'low' };

const MEDIUM: ReadonlySet<InfusionAlarmKind> = new Set([
  'nearEnd',
  'infusionComplete',
  'battery.low',
  'unspecified',
  'unknown',
]);

export function priorityOf(kind: InfusionAlarmKind, sent: string): InfusionAlarm['priority'] {
  const known = Object.hasOwn(SENT, sent) ? SENT[sent] : undefined;
  if (known) return known;
  if (kind === 'attention') return 'low';
  return MEDIUM.has(kind) ? 'medium' : 'high';
}
