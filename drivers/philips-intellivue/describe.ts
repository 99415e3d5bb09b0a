/** Messages in one line, for people who look at the traffic or decode a capture. Nothing that names a patient. */
import { readAlerts } from './alert-values.ts';
import type { Content, Part, Polled, PollResult } from './messages.ts';
import { NUMERICS } from './numerics-table.ts';
import { hex } from './observations.ts';
import { CLASS, ERRORS, STATE } from './protocol-codes.ts';
import { readAnnouncement, readSystem } from './system-values.ts';
import { readNumericObject, type NumericValue } from './values.ts';
import { readWaves } from './wave-values.ts';
import { WAVES } from './waves-table.ts';

const CLASS_NAMES: Readonly<Record<number, string>> = {
  [CLASS.system]: 'system',
  [CLASS.numerics]: 'numerics',
  [CLASS.waves]: 'waves',
  [CLASS.enumerations]: 'enumerations',
  [CLASS.alerts]: 'alerts',
  [CLASS.patient]: 'patient',
};

/** What was polled gives a result its kind. */
export function kindOf(message: Content): string {
  return message.kind === 'polled' ? className(message.result) : message.kind;
}

const className = ({ type }: Pick<PollResult, 'type'>): string => CLASS_NAMES[type.code] ?? `class ${hex(type.code)}`;

export function describe(message: Content): string {
  switch (message.kind) {
    case 'created': {
      const { manufacturer, model, bedLabel } = readSystem(message.attributes);
      return ['CREATED', manufacturer, model, bedLabel].filter(Boolean).join(' ');
    }
    case 'announced': {
      const { address, port, model } = readAnnouncement(message.attributes) ?? {};
      return ['ANNOUNCED', model, address !== undefined && `${address}:${port}`].filter(Boolean).join(' ');
    }
    case 'poll':
      return `POLL ${className(message.request)} group ${hex(message.request.group)}`;
    case 'polled':
      return describeResult(message);
    case 'error':
      return `ERROR ${ERRORS[message.error] ?? message.error}`;
    default:
      return message.kind.toUpperCase();
  }
}

function describeResult({ part, result }: Polled): string {
  const sequence = result.sequence === undefined ? [] : [`#${result.sequence}`];
  const objects = result.contexts.flatMap((context) => context.objects);
  const head = [className(result).toUpperCase(), ...sequence, ...describePart(part)];
  switch (result.type.code) {
    case CLASS.numerics: {
      const values = objects.flatMap((object) => readNumericObject(object).values);
      return [...head, ...values.map(describeValue)].join(' ');
    }
    case CLASS.waves: {
      const waves = objects.flatMap((object) => readWaves(object) ?? []);
      return [...head, ...waves.map((wave) => WAVES[wave.physioId]?.name ?? hex(wave.physioId))].join(' ');
    }
    case CLASS.alerts: {
      const { patient = [], technical = [] } = readAlerts(objects.flatMap(({ attributes }) => attributes));
      return [...head, `${patient.length} of the patient, ${technical.length} technical`].join(' ');
    }
    default:
      return [...head, `${objects.length} objects`].join(' ');
  }
}

const describePart = (part: Part): readonly string[] => (part.is === 'whole' ? [] : [`(${part.is} ${part.count})`]);

function describeValue({ physioId, state, value }: NumericValue): string {
  const name = NUMERICS[physioId]?.name ?? hex(physioId);
  const flags = state & ~(STATE.inAlarm | STATE.alarmInhibited);
  return `${name} ${value}${flags === 0 ? '' : ` [${hex(flags)}]`}`;
}
