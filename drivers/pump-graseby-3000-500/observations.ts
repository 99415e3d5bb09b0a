/**
 * An answer with infusion data → one {@link InfusionReading}. Software after 0.67 tells its state in three alarm bytes. The older
 * software has a status word whose bits nobody has explained to us: it is passed on raw, and the state is what the volume shows.
 */
import type { DeviceId, InfusionAlarm, InfusionReading, InfusionState, MonotonicMs } from '$lib/domain/index.ts';
import type { Flow } from '../rising-volume.ts';
import { ALARM_KVO, ALARMS, alarmCode } from './alarm-table.ts';
import type { ReplyData, Status } from './messages.ts';

export type InfusionData = Extract<ReplyData, { is: 'infusion' }>;

/** Who the pump said it is. */
export interface Identity {
  readonly model?: string;
  readonly softwareVersion?: string;
  readonly serial?: string;
}

interface View {
  readonly source: DeviceId;
  readonly now: MonotonicMs;
  readonly identity: Identity;
}

/** A pump that has not told its serial number. */
const ONLY_CHANNEL = 'pump';

const commonOf = ({ source, now, identity }: View) => {
  const { model, softwareVersion, serial = ONLY_CHANNEL } = identity;
  return {
    kind: 'infusion',
    source,
    at: now,
    channel: serial,
    ...(model !== undefined && { model }),
    ...(softwareVersion !== undefined && { softwareVersion }),
    pumpType: 'volumetric',
  } as const;
};

const volumesOf = ({ volumeInfusedMl, vtbiMl }: InfusionData) => ({ volumeInfusedMl, vtbiMl });

/** Software after 0.67. */
export function readingOf(view: View, data: InfusionData, status: Status): InfusionReading {
  const { state, doubts } = deliveryOf(status);
  const whose = status.isSecondary ? [SECONDARY] : [];
  return withDoubts(
    {
      ...commonOf(view),
      state,
      ...ratesOf(data.rateMlPerHour, state, status),
      ...volumesOf(data),
      power: { isOnMains: !status.isOnBattery },
      isRemoteControlled: status.isControlled,
      alarms: alarmsOf(status),
    },
    [...doubts, ...whose],
  );
}

const SECONDARY = 'the secondary infusion is on: whether rate and volumes are its own is not known';

const withDoubts = (reading: InfusionReading, doubts: readonly string[]): InfusionReading =>
  doubts.length > 0 ? { ...reading, doubt: doubts.join('; ') } : reading;

interface Delivery {
  readonly state: InfusionState;
  readonly doubts: readonly string[];
}

/** What the bits say; where they say two things, the one that claims less. */
function deliveryOf(status: Status): Delivery {
  const { alarm, isRunning, isKvo, isPoweredUp, isDoorOpen } = status;
  if (!isPoweredUp) return { state: 'off', doubts: isRunning ? ['switched off, and says that it runs'] : [] };
  const row = ALARMS[alarm];
  if (alarm !== 0 && !row)
    return { state: 'unknown', doubts: [`alarm ${alarmCode(alarm)}, which nobody has explained`] };
  const open = isDoorOpen && isRunning ? ['the door is open, and the pump says that it runs'] : [];
  if (row && row[2] === 'alarm') {
    const both = isRunning ? [`the pump calls "${row[0]}" and says that it runs`] : [];
    return { state: 'alarm', doubts: [...both, ...open] };
  }
  if (!isRunning) return { state: 'paused', doubts: isKvo ? ['on hold, and at its keep-open rate'] : [] };
  if (isKvo) return { state: 'kvo', doubts: open };
  if (alarm === ALARM_KVO)
    return { state: 'kvo', doubts: ['the pump calls KVO and does not say that it is at that rate', ...open] };
  return { state: 'infusing', doubts: open };
}

/** In KVO the rate may still be the programmed one, and of a pump that contradicts itself nobody knows what flows. */
function ratesOf(rate: number, state: InfusionState, { isRunning }: Status): Partial<InfusionReading> {
  if (state === 'infusing') return { rateMlPerHour: rate };
  if (state === 'unknown' || isRunning) return {};
  return { rateMlPerHour: 0, rateSetMlPerHour: rate };
}

/** The one alarm that the pump names, and a battery that is low or dead besides. */
function alarmsOf({ alarm, isBatteryLow }: Status): readonly InfusionAlarm[] {
  const [, kind, stage, priority] = ALARMS[alarm] ?? ['', 'unknown', 'alarm', 'medium'];
  const named: readonly InfusionAlarm[] = alarm === 0 ? [] : [{ kind, stage, priority, code: alarmCode(alarm) }];
  const isNamed = named.some((one) => one.kind.startsWith('battery.'));
  return isBatteryLow && !isNamed ? [...named, BATTERY] : named;
}

/** Byte 1, bit 4: low or dead, which of the two is not said. */
const BATTERY: InfusionAlarm = { kind: 'battery.low', stage: 'pre-alarm', priority: 'medium', code: '1.4' };

/** Software up to 0.67. `flow`: what the volume shows. */
export function oldReadingOf(view: View, data: InfusionData, statusHex: string, flow: Flow): InfusionReading {
  const { rateMlPerHour } = data;
  const rates = flow === 'flowing' || flow === 'resting' ? { rateMlPerHour } : { rateSetMlPerHour: rateMlPerHour };
  const doubt = FLOW_DOUBTS[flow];
  return withDoubts({ ...commonOf(view), state: FLOW_STATES[flow], ...rates, ...volumesOf(data), alarms: [] }, [
    ...(doubt === undefined ? [] : [doubt]),
    `status word ${statusHex} of the older software, not understood: it may hold an alarm`,
  ]);
}

const FLOW_STATES: Readonly<Record<Flow, InfusionState>> = {
  resting: 'stopped',
  flowing: 'infusing',
  'too-early': 'unknown',
  'not-rising': 'unknown',
};

const FLOW_DOUBTS: Readonly<Partial<Record<Flow, string>>> = {
  'too-early': 'a rate is told, and it is too early to see whether the volume rises',
  'not-rising': 'a rate is told and the volume does not rise',
};
