/** What an answer adds to what is known of a pump, and the reading that comes of it. */
import type { DeviceId, InfusionReading, MonotonicMs } from '$lib/domain/index.ts';
import { flagOf, NO_FLAG } from './alarms.ts';
import { watchFlow } from './delivery.ts';
import type { InfRecord, Reply } from './messages.ts';
import { flowOf, readingOf, type Told } from './observations.ts';
import type { PumpMemory } from './session-state.ts';

export interface Learnt {
  readonly pump: PumpMemory;
  readonly readings: readonly InfusionReading[];
  /** The records say something new of alarms: which it is must be asked now. */
  readonly isAlarmUrgent: boolean;
}

const only = (pump: PumpMemory): Learnt => ({ pump, readings: [], isAlarmUrgent: false });

export function learn(pump: PumpMemory, reply: Reply, source: DeviceId, now: MonotonicMs): Learnt {
  switch (reply.kind) {
    case 'COMMS_PROTOCOL':
      return only({ ...pump, protocol: reply.version.trim() });
    case 'COMMS_RESPONSE_MAX': {
      const { value, unit } = reply.amount;
      const isKnown = unit.trim() === 'ms' && /^\d+$/.test(value.trim());
      return only({ ...pump, responseMaxMs: isKnown ? Number(value) : Infinity });
    }
    case 'SYRINGE_STATUS':
      return only({ ...pump, syringe: { reply, at: now } });
    case 'INF_VTBI':
      return only({ ...pump, vtbi: { reply, at: now } });
    case 'ALARM':
      return release({ ...pump, alarm: { reply, at: now }, call: pump.call ?? flagOf(reply.code) }, source);
    case 'INF':
      return learnRecord(pump, { reply, at: now }, source);
    case 'INST_SERIALNO':
    case 'INF_RATE_MAX_SYRINGE':
    case 'INF_VI':
    case 'INF_RATE':
      return only(pump);
  }
}

/** While there is an alarm it may be another one as soon as anything happens at the pump; its log tells that something did. */
function callOf({ flag, mode, eventId }: InfRecord): string {
  return flag.trim() === NO_FLAG ? NO_FLAG : [flag, mode, eventId].join(' ');
}

function learnRecord(before: PumpMemory, record: Told<InfRecord>, source: DeviceId): Learnt {
  const call = callOf(record.reply);
  const isAlarmUrgent = call !== before.call;
  const pump = { ...before, flow: watchFlow(before.flow, flowOf(record)), call, held: record };
  return isAlarmUrgent ? { pump, readings: [], isAlarmUrgent } : release(pump, source);
}

/** Tells the record that was held, if there is one: its alarm is known now, or will not be. */
export function release(pump: PumpMemory, source: DeviceId): Learnt {
  const { held: record, flow, alarm, vtbi, syringe } = pump;
  if (!record || !flow) return only(pump);
  const reading = readingOf({ source, record, flow, alarm, vtbi, syringe });
  return { pump: { ...pump, held: undefined }, readings: [reading], isAlarmUrgent: false };
}
