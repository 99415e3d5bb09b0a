/** Messages in one line, for people who look at the traffic or decode a capture. */
import type { Amount, InfRecord, Message } from './messages.ts';

/** `INF 8002-51740 SET, 52.50 ml/h, 17.500 ml, 17.91 mmHg, 00:20:00 left, no alarm, event 127904`. */
export function describe(message: Message): string {
  switch (message.kind) {
    case 'question':
      return `question ${message.word}`;
    case 'control':
      return `COMMAND ${message.text}`;
    case 'INST_SERIALNO':
      return `serial number ${message.serial}`;
    case 'COMMS_PROTOCOL':
      return `protocol ${message.version}`;
    case 'COMMS_RESPONSE_MAX':
      return `answers within ${show(message.amount)}`;
    case 'INF_RATE_MAX_SYRINGE':
      return `highest rate of the syringe ${show(message.amount)}`;
    case 'INF_VI':
      return `volume infused ${show(message.amount)}`;
    case 'INF_RATE':
      return `rate ${show(message.amount)}`;
    case 'SYRINGE_STATUS':
      return `syringe ${message.brand.trim()} ${message.size.trim()} ml, ${message.state}`;
    case 'INF_VTBI':
      return `volume to be infused ${message.state} ${show(message.volume)} ${message.endAction}`.trim();
    case 'ALARM':
      return `alarm ${[message.code, ...message.texts].join(' ').trim()}`;
    case 'INF':
      return describeRecord(message);
  }
}

const show = ({ value, unit }: Amount): string => `${value} ${unit}`.trim();

function describeRecord({ serial, flag, mode, rate, volume, pressure, remaining, eventId }: InfRecord): string {
  const numbers = `${show(rate)}, ${show(volume)}, ${show(pressure)}, ${remaining} left`;
  const alarm = flag === '-' ? 'no alarm' : `alarm flag ${flag}`;
  return `INF ${serial} ${mode}, ${numbers}, ${alarm}, event ${eventId}`;
}
