/** A pump made of replies, for tests that fold the driver by hand. */
import { encodeReply } from '$drivers/pump-alaris-asena/codec.ts';
import { pumpAlarisAsena } from '$drivers/pump-alaris-asena/index.ts';
import type { InfRecord, Query, Reply } from '$drivers/pump-alaris-asena/messages.ts';
import type { InfusionReading } from '$lib/domain/index.ts';
import { PollingBench } from '../../support/polling-bench.ts';

export const newBench = () => new PollingBench(pumpAlarisAsena);
export type Bench = ReturnType<typeof newBench>;

export const record = (change: Partial<InfRecord> = {}): InfRecord => ({
  kind: 'INF',
  serial: '8002-51740',
  flag: '-',
  mode: 'HLD',
  rate: { value: '0.00', unit: 'ml/h' },
  blank: '',
  volume: { value: '0.000', unit: 'ml' },
  pressure: { value: '17.91', unit: 'mmHg' },
  remaining: '00:40:00',
  logType: 'EVENT',
  eventId: '127904',
  ...change,
});

export const rate = (value: string) => ({ value, unit: 'ml/h' });
export const ml = (value: number) => ({ value: value.toFixed(3), unit: 'ml' });
export const alarm = (code: string): Reply => ({ kind: 'ALARM', code, texts: [' ', ' '] });
export const serial = (number: string): Reply => ({ kind: 'INST_SERIALNO', serial: number });

/** A record of a pump that has run at 36 ml/h since instant 0: 0.01 ml in a second. */
export const running = (at: number, change: Partial<InfRecord> = {}): InfRecord =>
  record({ mode: 'SET', rate: rate('36.00'), volume: ml(at / 100_000), ...change });

const USUAL: Readonly<Record<Query, Reply>> = {
  INST_SERIALNO: serial('8002-51740'),
  COMMS_PROTOCOL: { kind: 'COMMS_PROTOCOL', version: 'Asena Rev 2.1.5' },
  COMMS_RESPONSE_MAX: { kind: 'COMMS_RESPONSE_MAX', amount: { value: '4000', unit: 'ms' } },
  SYRINGE_STATUS: { kind: 'SYRINGE_STATUS', brand: 'BD PLASTIPAK', size: ' 50', state: 'CONF' },
  INF: record(),
  INF_VTBI: { kind: 'INF_VTBI', state: 'ACTIV', volume: { value: '35.000', unit: 'ml' }, endAction: 'STOP' },
  ALARM: alarm('AL_NOALM'),
};

/** What a pump answers at an instant; `undefined` stays unanswered. */
export type Replies = Partial<Record<Query, Reply | undefined | ((at: number) => Reply | undefined)>>;

/** Lets the bench talk with a pump that answers with these replies. */
export function talk(bench: Bench, until: number, replies: Replies = {}): Bench {
  const all: Replies = { ...USUAL, ...replies };
  return bench.converse(until, (query, at) => {
    const given = all[query];
    const reply = typeof given === 'function' ? given(at) : given;
    return reply ? [encodeReply(reply)] : [];
  });
}

export const say = (bench: Bench, reply: Reply): Bench => bench.receive(encodeReply(reply));

export const readingsOf = (bench: Bench): readonly InfusionReading[] =>
  bench.observations.filter((seen) => seen.kind === 'infusion');

export function lastOf(bench: Bench): InfusionReading {
  const last = readingsOf(bench).at(-1);
  if (!last) throw new Error('nothing was read');
  return last;
}
