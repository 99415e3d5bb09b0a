/** The driver folded by hand over what a test lets a device say: a device that answers, as far as the test gives answers. */
import { toHex } from '$drivers/bytes.ts';
import { draegerMedibus } from '$drivers/draeger-medibus/index.ts';
import type { Message, Query } from '$drivers/draeger-medibus/messages.ts';
import type { State } from '$drivers/draeger-medibus/session-state.ts';
import { PollingBench } from '../../support/polling-bench.ts';
import { AIRWAY, CO2, framed, identified, measured, offering, PLETH, wireOf } from './vectors.ts';

export type Answers = Readonly<Partial<Record<string, Uint8Array | readonly Uint8Array[]>>>;

const NONE: readonly Uint8Array[] = [];

export const EVITA: Answers = {
  icc: wireOf('icc answered'),
  identify: identified('8240', 'Evita 4'),
  curves: offering([AIRWAY, PLETH, CO2]),
  configure: wireOf('curves chosen'),
  measured: measured('EB 98 E1 70 '),
  alarms: framed('response', "'"),
  alarms2: framed('response', '.'),
  nop: wireOf('nop answered'),
};

export const nameOf = (query: Query): string => {
  switch (query.kind) {
    case 'ask':
      return query.what;
    case 'echo':
      return `answer ${query.of}`;
    case 'configure-curves':
      return 'configure';
    case 'enable-streams':
      return 'enable';
  }
};

export class Bench extends PollingBench<Message, Query, State> {
  constructor() {
    super(draegerMedibus);
  }

  /** Lets time pass while the device gives these answers; without one it keeps silent. */
  talk(until: number, answers: Answers = EVITA): this {
    return this.converse(until, (query) => {
      const answer = answers[nameOf(query)] ?? NONE;
      return answer instanceof Uint8Array ? [answer] : answer;
    });
  }

  /** What was asked and answered, with its time. */
  said(fromMs = 0): readonly string[] {
    return this.sent.filter(({ at }) => at >= fromMs).map(({ at, query }) => `${at} ${nameOf(query)}`);
  }

  names(fromMs = 0): readonly string[] {
    return this.queries(fromMs).map(nameOf);
  }

  /** Frames that left, in hexadecimal. */
  frames(fromMs = 0): readonly string[] {
    return this.queries(fromMs).map((query) => toHex(draegerMedibus.encode(query)));
  }
}
