/** What a session says to the person at the cable, in plain sentences. */
import type { Heard } from '../probing.ts';
import type { Status } from './messages.ts';
import type { State } from './session-state.ts';

/** What silence usually means. */
const SUSPICIONS: Readonly<Record<Heard, string>> = {
  nothing:
    'Not a byte has come. The line of this pump is not known to us (speed, parity, plug): look it up in its service manual, ' +
    'chapter 12, and set it in the configuration of the link; 9600 8N1 is only where one begins.',
  noise:
    'Bytes come, and no record is right. Either the line is set otherwise (its settings stand in the service manual, chapter 12), ' +
    'or the pump checks its records in a way that we do not know.',
  unknown: 'Records come that this driver does not understand, or its own questions come back.',
  answers: 'It answers the greeting and tells no infusion data.',
};

/** Why there is nothing from a pump that was looked for. */
export function suspicionOf({ heard, contrary, settings }: State): string {
  if (contrary === undefined || heard === 'answers') return SUSPICIONS[heard];
  if (contrary === 'sum') {
    return 'Records come in the form of the older software: for 0.67 and below set "generation" to "old".';
  }
  if (settings.generation === 'old') {
    return 'Records come in the form of software after 0.67: "generation" is set to "old".';
  }
  return `The pump's records are right with the other CRC start: "crcStart" is set to something else.`;
}

/** Why a pump that was being asked tells nothing. */
export function troubleOf({ refusal, isDamaged, acceptedCode, settings }: State): string {
  if (refusal !== undefined) {
    const accepted = settings.acceptedCode ?? acceptedCode;
    const known = accepted === undefined || settings.generation === 'old' ? '' : `; accepted is "${accepted}"`;
    return `The pump answers and tells no infusion data (its code is "${refusal}"${known}).`;
  }
  return isDamaged ? 'Answers of the pump arrive damaged.' : 'The pump does not answer.';
}

/** Who it is, and what the person at the bed should know besides. */
export function liveWords({ identity, settings }: State, status: Status | undefined): string {
  const { model, softwareVersion } = identity;
  const who =
    model === undefined ? 'It does not say which model it is.' : `Model ${model}, software ${softwareVersion}.`;
  const old = settings.generation === 'old' ? ` ${OLD_WORDS}` : '';
  return `${who}${old}${status?.isControlled ? ` ${CONTROLLED}` : ''}`;
}

const CONTROLLED = 'Another program controls this pump (CI mode): its silence may stop it.';
const OLD_WORDS = 'Alarms, hold and KVO of software up to 0.67 are not understood: only rate and volumes are read.';
