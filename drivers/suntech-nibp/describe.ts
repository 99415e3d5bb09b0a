/** Packets in one line, for people who look at the traffic or decode a capture. */
import { failureOf } from './failures.ts';
import type { Reply } from './messages.ts';

/** `115/74 (88), HR 85, 30 beats`. */
export function describe(reply: Reply): string {
  switch (reply.kind) {
    case 'signal':
      return reply.signal;
    case 'pressure':
      return `cuff ${reply.mmHg} mmHg`;
    case 'data': {
      const { error, systolic, diastolic, meanArterial, heartRate, beats, status } = reply;
      const outcome = error === 0 ? '' : `, ${failureOf(error)}`;
      return `${systolic}/${diastolic} (${meanArterial}), HR ${heartRate}, ${beats} beats, status ${status}${outcome}`;
    }
  }
}
