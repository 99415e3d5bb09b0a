/** The frames of the protocol note, §7, as text without their CR. */
import { fromLatin1 } from '$drivers/bytes.ts';
import type { Message } from '$drivers/pump-graseby-3400/messages.ts';

export const QUESTIONS = ['<CHCK>93', '<GETR>AC', '<TOTL>BD'] as const;

export const FORBIDDEN = ['<STRT>C7', '<STOP>C0', '<ZTOT>CB', '<CHGR525>3A', '<CHKR525>3E'] as const;

const ok = (command: string, status: string, data = ''): Message => ({ ack: 'OK', command, status, data });

export const REPLIES: readonly (readonly [text: string, message: Message])[] = [
  ['<OKCHCKINFS>5D', ok('CHCK', 'INFS')],
  ['<OKCHCKSTBY>6F', ok('CHCK', 'STBY')],
  ['<OKCHCKALRM>59', ok('CHCK', 'ALRM')],
  ['<OKGETRINFS525>12', ok('GETR', 'INFS', '525')],
  ['<OKTOTLINFS175>24', ok('TOTL', 'INFS', '175')],
  ['<CEGETRSTBY>76', { ack: 'CE', command: 'GETR', status: 'STBY', data: '' }],
];

export const onWire = (text: string): Uint8Array => fromLatin1(`${text}\r`);
/** What stands between the brackets. */
export const textOf = (frame: string): string => frame.slice(1, frame.indexOf('>'));
