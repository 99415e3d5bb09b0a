/** Messages in one line, for people who look at the traffic. Nothing of the patient but what the pump does. */
import { REFUSAL_WORDS } from '../refusals.ts';
import { nameOf } from './identity.ts';
import type { AlarmReport, Message, PumpReport, Report } from './messages.ts';
import { TERMS } from './terms.ts';

export function describe(message: Message): string {
  return oneLine(describeMessage(message));
}

const LONGEST = 400;

// eslint-disable-next-line no-control-regex -- they are what is taken out
const oneLine = (text: string): string => text.replaceAll(/[\x00-\x1f\x7f]+/g, ' ').slice(0, LONGEST);

function describeMessage(message: Message): string {
  switch (message.kind) {
    case 'came':
      return `${message.sender} connected (${message.connection})`;
    case 'gone':
      return `${message.sender} disconnected (${message.connection})`;
    case 'refused':
      return `refused ${message.count} × ${message.sender}: ${REFUSAL_WORDS[message.why]}`;
    case 'report':
      return describeReport(message);
  }
}

function describeReport({ profile, header, cover, pumps, alarms, rejection }: Report): string {
  const who = cover ? ` from ${cover.sender}` : '';
  const head = `${profile.toUpperCase()} ${header.controlId}${who}`;
  if (rejection) return `${head}: not taken, ${rejection.text}`;
  return `${head}: ${[...pumps.map(describePump), ...alarms.map(describeAlarm)].join(' · ')}`;
}

const SHOWN = [
  ['', TERMS.deliveryStatus],
  ['', TERMS.infusingStatus],
  ['', TERMS.event],
  ['rate', TERMS.flowCurrent],
  ['set', TERMS.flowSet],
  ['infused', TERMS.volumeTotal],
  ['', TERMS.drugLabel],
  ['', TERMS.powerStatus],
] as const;

function describePump({ who, rows }: PumpReport): string {
  const values = SHOWN.flatMap(([name, term]) => {
    const row = rows.get(term);
    if (!row) return [];
    const [first = '', second = ''] = row.value;
    return [[name, second || first, row.unit ?? ''].filter((text) => text !== '').join(' ')];
  });
  return [nameOf(who), ...values].join(', ');
}

const describeAlarm = ({ who, phase, text, name, code }: AlarmReport): string =>
  `${nameOf(who)}, alarm ${phase}: ${text || name || (code ?? 'no code')}`;
