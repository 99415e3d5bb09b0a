/** Messages in one line, for people who look at the traffic. Nothing of the patient but the numbers. */
import type { Content, Message, Parameter } from './messages.ts';
import { BED_NAME_ID, PARAMETERS } from './parameter-table.ts';

/** `NUMBERS HR 60, PVCs 0, ST-I –`. What is unread is named at the end. */
export function describe(message: Message): string {
  const { unread } = message;
  return `${describeBody(message)}${unread.length > 0 ? ` [unread: ${unread.join('; ')}]` : ''}`;
}

function describeBody(message: Message): string {
  switch (message.kind) {
    case 'echo':
      return 'ECHO';
    case 'patient': {
      const bed = message.attributes.find(({ id }) => id === BED_NAME_ID);
      return `PATIENT AND BED${bed ? `, bed ${bed.text}` : ''}`;
    }
    case 'numerics':
      return `NUMBERS ${message.parameters.map(describeParameter).join(', ')}`;
    case 'flags':
      return `FLAGS ${message.flags.map(({ id, text }) => `${id}=${text}`).join(' ')}`;
    case 'spot':
      return `SPOT ${message.parameters.map(describeParameter).join(', ')}${describeTime(message.parameters)}`;
    case 'alarms':
      return `ALARMS ${message.of}: ${message.alarms.map(({ text }) => text).join(', ') || 'none'}`;
    case 'configuration':
      return `CONFIGURATION ${message.controlId}`;
  }
}

const describeParameter = ({ id, label, content }: Parameter): string =>
  `${PARAMETERS[id]?.name ?? `${id} (${label})`} ${describeContent(content)}`;

function describeContent(content: Content): string {
  if (content === 'no-data') return '–';
  return content === 'unreadable' ? '?' : String(content);
}

function describeTime(parameters: readonly { readonly deviceTime?: number }[]): string {
  const [time] = parameters.flatMap(({ deviceTime }) => deviceTime ?? []);
  return time === undefined ? '' : ` at ${new Date(time).toISOString().slice(0, 19)}`;
}
