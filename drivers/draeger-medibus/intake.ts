/** What a device says about the patient and about itself, with what must be remembered from message to message. */
import type { DeviceAlarm, DeviceId, MonotonicMs, Observation, VitalKey } from '$lib/domain/index.ts';
import { onRecord, planStreams, takeBlocks, type Stream } from './curves.ts';
import { CODES, type Content, type DeviceAlarmEntry, type Identity, type Message } from './messages.ts';
import { deviceAlarmOf, numericsOf } from './observations.ts';
import { PARAMETERS, PERCENT_CO2 } from './tables.ts';

export interface Intake {
  readonly identity: Identity | undefined;
  /** Vitals that this device has sent; one that stays away is missing, others are not there. */
  readonly known: ReadonlySet<VitalKey>;
  readonly isCo2InPercent: boolean;
  /** The alarms that stand, by the code of the response that tells them. */
  readonly alarms: Readonly<Record<number, readonly DeviceAlarmEntry[]>>;
  /** What was last told of them. */
  readonly told: DeviceAlarm | undefined;
  /** Curves on offer that the station draws, and those that the device has agreed to send. */
  readonly offered: readonly Stream[];
  readonly streams: readonly Stream[];
}

export interface Moment {
  readonly source: DeviceId;
  readonly at: MonotonicMs;
}

type Taken = readonly [Intake, readonly Observation[]];

export const NOTHING_TAKEN: Intake = {
  identity: undefined,
  known: new Set(),
  isCo2InPercent: false,
  alarms: {},
  told: undefined,
  offered: [],
  streams: [],
};

/** The link was made anew: the device knows nothing of the curves that were chosen before. */
export const withoutStreams = (intake: Intake): Intake => ({ ...intake, offered: [], streams: [] });

export function take(intake: Intake, message: Message, moment: Moment): Taken {
  switch (message.kind) {
    case 'record':
      return [{ ...intake, streams: onRecord(intake.streams, message) }, []];
    case 'response':
      return takeContent(intake, message.code, message.content, moment);
    case 'command':
    case 'flow':
      return [intake, []];
  }
}

/** What has come together by now, though no message said so. */
export function takeTime(intake: Intake, { source, at }: Moment): Taken {
  const [streams, blocks] = takeBlocks(intake.streams, source, at);
  return [{ ...intake, streams }, blocks];
}

function takeContent(intake: Intake, code: number, content: Content, moment: Moment): Taken {
  switch (content.type) {
    case 'values':
      return code === CODES.measured ? takeMeasured(intake, content, moment) : [intake, []];
    case 'alarms':
      return tellAlarms({ ...intake, alarms: { ...intake.alarms, [code]: content.alarms } }, moment);
    case 'identity': {
      const isAnother = intake.identity !== undefined && intake.identity.id !== content.identity?.id;
      return [{ ...(isAnother ? NOTHING_TAKEN : intake), identity: content.identity }, []];
    }
    case 'curves':
      return [{ ...intake, offered: planStreams(content.curves), streams: [] }, []];
    case 'echo':
      return [code === CODES.configureCurves ? { ...intake, streams: intake.offered } : intake, []];
    case 'texts':
    case 'time':
      return [intake, []];
  }
}

/** A vital whose field cannot be read is missing as well. */
function takeMeasured(
  intake: Intake,
  { values, unread }: Extract<Content, { type: 'values' }>,
  { source, at }: Moment,
): Taken {
  const sent = values.map(({ code }) => code);
  const codes = [...sent, ...unread.map((piece) => piece.slice(0, 2))];
  const vitals = PARAMETERS.flatMap(([code, { vital }]) => (codes.includes(code) ? [vital] : []));
  const known = new Set([...intake.known, ...vitals]);
  const numerics = numericsOf(values, known, source, at);
  const isCo2InPercent = PERCENT_CO2.some((code) => sent.includes(code)) && !vitals.includes('etco2');
  return [{ ...intake, known, isCo2InPercent }, numerics ? [numerics] : []];
}

/** Alarms are told when they are others than before, and once at the beginning. */
function tellAlarms(intake: Intake, { source, at }: Moment): Taken {
  const told = deviceAlarmOf(intake.alarms, source, at);
  const isSame = intake.told !== undefined && JSON.stringify(told.alarms) === JSON.stringify(intake.told.alarms);
  return isSame ? [intake, []] : [{ ...intake, told }, [told]];
}
