/** What the simulated pump answers at an instant, in the formats of the logs. */
import type { Question, Reply } from '$drivers/pump-alaris-asena/messages.ts';
import type { Pump } from '../pump.ts';
import { covers } from '../settings.ts';
import type { AsenaSettings } from './settings.ts';

const DAY_S = 24 * 3600;

/** The line pressures of two logged records: at rest, and at the alarm for an occlusion. */
const PRESSURE = { restPercent: 12, restMmHg: 17.91, alarmPercent: 100, alarmMmHg: 530.15 } as const;

/** The pump at the cable, and how it is set up. */
export interface Surroundings {
  readonly pump: Pump;
  readonly settings: AsenaSettings;
  readonly now: number;
  /** The number of the last entry in the pump's log. */
  readonly eventId: number;
}

export function answer(question: Question, around: Surroundings): Reply {
  const { pump, settings } = around;
  switch (question) {
    case 'INST_SERIALNO':
      return { kind: question, serial: pump.make.number };
    case 'COMMS_PROTOCOL':
      return { kind: question, version: settings.protocol };
    case 'COMMS_RESPONSE_MAX':
      return { kind: question, amount: { value: '4000', unit: 'ms' } };
    case 'SYRINGE_STATUS':
      return { kind: question, brand: 'BD PLASTIPAK', size: ' 50', state: settings.syringeState };
    case 'INF_RATE_MAX_SYRINGE':
      return { kind: question, amount: { value: '1200.00', unit: 'ml/h' } };
    case 'INF_VI':
      return { kind: question, amount: volumeOf(pump) };
    case 'INF_RATE':
      return { kind: question, amount: rateOf(pump) };
    case 'INF_VTBI':
      return vtbiOf(pump);
    case 'ALARM':
      return { kind: question, code: alarmOf(pump), texts: [' ', ' '] };
    case 'INF':
      return record(around);
  }
}

function record({ pump, settings, now, eventId }: Surroundings): Reply {
  return {
    kind: 'INF',
    serial: pump.make.number,
    flag: alarmOf(pump) === NO_ALARM ? '-' : 'A',
    mode: settings.modes.find((mode) => covers([mode], now))?.word ?? (pump.rateMlPerHour > 0 ? 'SET' : 'HLD'),
    rate: rateOf(pump),
    blank: '',
    volume: volumeOf(pump),
    pressure: { value: pressureOf(pump).toFixed(2), unit: 'mmHg' },
    remaining: remainingOf(pump),
    logType: 'EVENT',
    eventId: String(eventId),
  };
}

const rateOf = (pump: Pump) => ({ value: pump.rateMlPerHour.toFixed(2), unit: 'ml/h' });

const volumeOf = (pump: Pump) => ({ value: pump.volumeMl.toFixed(3), unit: 'ml' });

function pressureOf({ pressurePercent }: Pump): number {
  const { restPercent, restMmHg, alarmPercent, alarmMmHg } = PRESSURE;
  const share = (pressurePercent - restPercent) / (alarmPercent - restPercent);
  return restMmHg + share * (alarmMmHg - restMmHg);
}

/** What the action is called that keeps the vein open is not known. */
function vtbiOf({ order, make }: Pump): Reply {
  if (order.vtbiMl <= 0) {
    return { kind: 'INF_VTBI', state: 'DEACT', volume: { value: '', unit: '' }, endAction: '' };
  }
  const volume = { value: order.vtbiMl.toFixed(3), unit: 'ml' };
  return { kind: 'INF_VTBI', state: 'ACTIV', volume, endAction: make.kvoMlPerHour > 0 ? '' : 'STOP' };
}

const NO_ALARM = 'AL_NOALM';

/** One at a time, the gravest first. */
function alarmOf(pump: Pump): string {
  if (pump.run === 'blocked') return 'AL_OCCLU';
  if (pump.run === 'empty') return 'AL_EOIST';
  if (pump.run === 'complete') return 'AL_VTBIS';
  if (pump.run === 'kvo') return 'AL_VTBIK';
  if (pump.isNearEnd || pump.isNearEmpty) return 'AL_NEOIN';
  return pump.isOnMains ? NO_ALARM : 'AL_ACDIS';
}

/** To the end of the volume or of the syringe at the ordered rate; a pump on hold goes on showing it. */
function remainingOf({ remainingMl, contentMl, make, order, rateMlPerHour }: Pump): string {
  const rate = rateMlPerHour > 0 ? rateMlPerHour : order.rateMlPerHour;
  const ml = Math.min(remainingMl, make.kind === 'syringe' ? contentMl : Infinity);
  const seconds = rate > 0 ? Math.round((ml / rate) * 3600) : Infinity;
  if (seconds >= DAY_S) return '24+';
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** What makes an entry in the pump's log when it changes. */
export const stateOf = (pump: Pump): string =>
  [pump.isOn, pump.run, pump.isBolus, alarmOf(pump), pump.order.rateMlPerHour, pump.order.vtbiMl].join(' ');
