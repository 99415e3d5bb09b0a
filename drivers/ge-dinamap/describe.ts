/** Replies in one line, for people who look at the traffic or decode a capture. */
import type { Message, NibpReply } from './messages.ts';

/** `NA done 127/73 (78), 1762 s ago, adult`. */
export function describe(message: Message): string {
  switch (message.kind) {
    case 'command':
      return `our own ${message.command}`;
    case 'nibp':
      return describeNibp(message);
    case 'oximeter':
      return `OA ${message.status} SpO2 ${message.spo2}, signal ${message.signal}`;
    case 'rate':
      return `${message.letters} ${message.rate ?? 'none'} from ${message.source}`;
    case 'temperature': {
      const { status, mode, tenthsFahrenheit, ageS } = message;
      return `TC ${status} ${mode} ${(tenthsFahrenheit / 10).toFixed(1)} °F, ${age(ageS)}`;
    }
    case 'acknowledgement':
      return `${message.letters} ${JSON.stringify(message.text)}`;
  }
}

function describeNibp({
  letters,
  status,
  systolic,
  diastolic,
  meanArterial,
  ageS,
  patient,
  isStat,
}: NibpReply): string {
  const numbers = `${systolic}/${diastolic} (${meanArterial})`;
  return `${letters} ${status} ${numbers}, ${age(ageS)}, ${patient}${isStat ? ', stat' : ''}`;
}

const age = (seconds: number | undefined): string => (seconds === undefined ? 'none' : `${seconds} s ago`);
