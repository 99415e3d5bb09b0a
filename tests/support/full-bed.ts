/** A patient in the infusion, with a cuff, and of everything something is known: for what the rules may see of a bed. */
import { alarmId, wallMs, type Alarm, type AlarmState, type Priority, type Session } from '$lib/domain/index.ts';
import { lookAt } from '$lib/bedside/context.ts';
import type { BedState } from '$lib/bedside/index.ts';
import type { RuleContext } from '$lib/rules/index.ts';
import { MONITOR, NURSE, PUMP } from './bed.ts';
import { byKey, channel, session } from './channel.ts';
import { NOW, ago, bedWith, cuffReading, device, vitals } from './told-bed.ts';

export const SESSION: Session = session({
  infusionStartedAt: ago(1_200_000),
  limits: [
    { rule: 'S1', limit: 200, reason: 'known', by: NURSE, at: ago(900_000) },
    { rule: 'H1', limit: 130, reason: 'known', by: NURSE, at: ago(900_000) },
  ],
  baseline: {
    ...{ systolic: 128, diastolic: 78, meanArterial: 95, heartRate: 70, spo2: 97, readings: [] },
    ...{ acceptedAt: ago(1_300_000), acceptedBy: NURSE },
  },
  scores: (['moaas', 'rass', 'cadss', 'distressed', 'aldrete', 'icp'] as const).map((scale, value) => ({
    ...{ id: scale, scale, value, at: ago(60_000), by: NURSE },
  })),
});

export const HEART = vitals({ heartRate: 72, pulseRate: 70, spo2: 98, respiratoryRate: 14 }, 1000);
export const LINE = vitals({ abpSystolic: 120, abpDiastolic: 60, abpMeanArterial: 82 }, 1000);
export const points = (value: number) => ({ [MONITOR]: [[ago(1000), value] as const] });
export const COURSE = {
  ...{ heartRate: points(72), pulseRate: points(70), spo2: points(98), respiratoryRate: points(14) },
  abpSystolic: points(120),
};
export const READINGS = [1_500_000, 900_000, 600_000, 120_000].map((agoMs, i) => cuffReading(agoMs, 140 + i, 80 + i));

export const fullBed = (more: Partial<BedState> = {}): BedState =>
  bedWith({
    session: SESSION,
    clock: { at: ago(30_000), wallTime: wallMs(Date.UTC(2026, 5, 1)) },
    station: { screens: 2, audibleScreens: 1, recorder: 'ok' },
    devices: [device(), device(PUMP)],
    vitals: HEART,
    recent: COURSE,
    nibp: READINGS,
    atCuff: { measuredAt: ago(120_000), heartRate: 75, line: { systolic: 130, diastolic: 70 } },
    channels: byKey(channel()),
    ...more,
  });

/** What its rules see, without an earlier look. */
export const contextOf = (state: BedState): RuleContext => lookAt(state, state.session ?? SESSION).context;

/** An alarm of a rule, as far as a look at the bed goes. */
export const alarmOf = (rule: string, state: AlarmState, priority: Priority = 'high'): Alarm => ({
  ...{ id: alarmId(`bed-1:${rule}`), rule, ruleVersion: '1', kind: 'physiological', priority, state },
  ...{ headline: rule, explanation: rule, onsetAt: NOW, signalledAt: NOW, evidence: [], isOutranked: false },
});
export const alarmsOf = (...alarms: readonly Alarm[]): BedState['alarms'] =>
  Object.fromEntries(alarms.map((alarm) => [alarm.rule, { alarm }]));
