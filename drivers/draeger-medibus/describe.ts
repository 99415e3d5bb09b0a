/** Messages in one line, for people who look at the traffic or decode a capture. */
import { CODES, type Content, type Message, type Parameter } from './messages.ts';
import { alarmText, OTHER_PARAMETERS, PARAMETERS } from './tables.ts';

/** `measured: spo2 98, pulseRate 70`. */
export function describe(message: Message): string {
  switch (message.kind) {
    case 'command':
      return `asks for ${nameOf(message.code)} ${message.argument}`.trim();
    case 'response':
      return `${nameOf(message.code)}: ${describeContent(message.code, message.content)}`;
    case 'flow':
      return message.word;
    case 'record':
      return `real time, streams ${message.mask.toString(2).padStart(4, '0')}: ${message.bins.join(' ')}`;
  }
}

/** What a message is counted as. */
export function kindOf(message: Message): string {
  switch (message.kind) {
    case 'command':
      return `command-${nameOf(message.code)}`;
    case 'response':
      return nameOf(message.code);
    case 'flow':
      return message.word;
    case 'record':
      return 'real-time';
  }
}

const nameOf = (code: number): string =>
  Object.entries(CODES).find(([, known]) => known === code)?.[0] ?? `code ${code.toString(16).toUpperCase()}`;

function describeContent(response: number, content: Content): string {
  switch (content.type) {
    case 'values': {
      const unread = content.unread.length > 0 ? ` [unread: ${content.unread.join('; ')}]` : '';
      return `${content.values.map(describeParameter).join(', ') || 'none'}${unread}`;
    }
    case 'alarms':
      return (
        content.alarms
          .map(({ code, phrase, priority }) => `${alarmText(response, code) ?? phrase.trim()} (${priority})`)
          .join(', ') || 'none'
      );
    case 'texts':
      return content.texts.map(({ code, text }) => `${code} ${JSON.stringify(text)}`).join(', ') || 'none';
    case 'identity': {
      const { identity } = content;
      return identity
        ? `${identity.id} ${identity.name}, ${identity.software}, MEDIBUS ${identity.medibus}`
        : 'unnamed';
    }
    case 'time':
      return new Date(content.time).toISOString().slice(0, 19);
    case 'curves':
      return content.curves.map(({ code, intervalUs }) => `${code} every ${intervalUs} µs`).join(', ') || 'none';
    case 'echo':
      return content.text || 'answered';
  }
}

const describeParameter = ({ code, value }: Parameter): string =>
  `${PARAMETERS.find(([known]) => known === code)?.[1].vital ?? OTHER_PARAMETERS[code] ?? code} ${value}`;
