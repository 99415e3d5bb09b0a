/** The vendor's error numbers in words, for the person at the cable. A number that is not here is told as it is. */

/** Behind NAK: what was wrong with a frame of ours. */
const LINK_ERRORS: Readonly<Record<string, string>> = {
  '1': 'a character was damaged',
  '2': 'the sum was wrong',
  '4': 'there is nobody at this address',
  '5': 'an acknowledgement came too late',
  '6': 'the receiver was not ready',
  '7': 'the frame had a wrong length',
  '8': 'there was a control code in the frame',
};

/** In a reply with status I: why a command was not obeyed. Those that only commands of a controller can meet are not here. */
const REFUSALS: Readonly<Record<string, string>> = {
  '01': 'unknown command',
  '02': 'not in this mode',
  '03': 'not in this status',
  '04': 'syntax',
  '0A': 'identifier not used',
  '0C': 'too long',
  '0D': 'the session with the base is not open',
  '0E': 'the module cannot be reached',
  '12': 'an alarm is present',
  '1E': 'the session with the module is not open',
  '20': 'not authorised on this port',
  '24': 'connection mode',
};

export const linkErrorText = (code: string): string => `NAK ${code}: ${LINK_ERRORS[code] ?? 'an unknown error'}`;

export const refusalText = (code: string): string => `error ${code}: ${REFUSALS[code] ?? 'of unknown meaning'}`;
