/** What is said to the person at the cable. */
import type { Heard } from '../probing.ts';
import type { Polled } from './schedule.ts';

/** Why a pump that has not been found may be silent, by the best that came over the link. */
export const SUSPICIONS: Readonly<Record<Heard, string>> = {
  nothing:
    'Not a byte has come from the pump. Check that it is on, the cable at its RS-232 port, and 38400 8N1; the port may have to ' +
    'be enabled in the configuration of the pump.',
  noise: 'Bytes come, but no frame is right. Check 38400 8N1, and that this is an Alaris or Asena syringe pump.',
  unknown:
    'Frames come, but no answers of a pump: an echo of our own questions, or words that this driver does not know.',
  answers: '',
};

/** Why a pump is silent: by what last came in place of its record, or because no record has come since it answered again. */
export const SILENCES = {
  nothing: 'The pump does not answer.',
  damage: 'What comes from the pump is damaged on its way.',
  riddles: 'The pump answers in another form than this driver knows.',
  'no record': 'The pump answers, but not the question for its record (INF).',
} as const;

export const HANDS_OFF =
  'Another program commands this pump over the same line. Nothing is asked, because our questions would stand in for that ' +
  'program when it fails. Give the pump one program only.';

const PROTOCOL = 'Asena Rev 2.';

/** What there is to say about a pump that answers; undefined when all is as it should be. */
export function remarkOf(protocol: string | undefined, unanswered: readonly Polled[]): string | undefined {
  const remarks = [
    ...(protocol === undefined || protocol.startsWith(PROTOCOL)
      ? []
      : [`The pump speaks "${protocol}"; this driver was written for ${PROTOCOL}x.`]),
    ...(unanswered.length > 0 ? [`The pump does not answer ${unanswered.join(', ')}.`] : []),
  ];
  return remarks.length > 0 ? remarks.join(' ') : undefined;
}
