/** A monitor made of replies, for tests that fold the driver by hand. */
import { encodeReply } from '$drivers/ge-dinamap/codec.ts';
import { geDinamap } from '$drivers/ge-dinamap/index.ts';
import type {
  NibpReply,
  OximeterReply,
  Query,
  RateReply,
  Reply,
  TemperatureReply,
} from '$drivers/ge-dinamap/messages.ts';
import { PollingBench } from '../../support/polling-bench.ts';

export const newBench = () => new PollingBench(geDinamap);
export type Bench = ReturnType<typeof newBench>;

export const cuff = (change: Partial<NibpReply> = {}): NibpReply => ({
  kind: 'nibp',
  letters: 'NA',
  status: 'done',
  patient: 'adult',
  isStat: false,
  ageS: undefined,
  systolic: 0,
  diastolic: 0,
  meanArterial: 0,
  ...change,
});

export const reading = (ageS: number, systolic = 168, diastolic = 98, meanArterial = 121): NibpReply =>
  cuff({ ageS, systolic, diastolic, meanArterial });

export const oximeter = (change: Partial<OximeterReply> = {}): OximeterReply => ({
  kind: 'oximeter',
  status: 'operating',
  spo2: 97,
  signal: 5,
  averaging: 10,
  ...change,
});

export const rate = (change: Partial<RateReply> = {}): RateReply => ({
  kind: 'rate',
  letters: 'RA',
  source: 'oximeter',
  rate: 118,
  ...change,
});

export const temperature = (change: Partial<TemperatureReply> = {}): TemperatureReply => ({
  kind: 'temperature',
  status: 'idle',
  mode: 'predictive',
  counter: 'A',
  ageS: undefined,
  tenthsFahrenheit: 986,
  shownIn: 'C',
  ...change,
});

const USUAL: Readonly<Record<Query, Reply>> = { NA: cuff(), RA: rate(), OA: oximeter(), TC: temperature() };

/** Lets the bench talk with a monitor that answers with these replies; `undefined` stays unanswered. */
export function talk(bench: Bench, until: number, replies: Partial<Record<Query, Reply | undefined>> = {}): Bench {
  const all = { ...USUAL, ...replies };
  return bench.converse(until, (query) => {
    const reply = all[query];
    return reply ? [encodeReply(reply)] : [];
  });
}

export const say = (bench: Bench, reply: Reply): Bench => bench.receive(encodeReply(reply));
