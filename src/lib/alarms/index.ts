export { escalates, ESCALATION_S } from './escalation.ts';
export * from './lifecycle.ts';
export { isNewDelivery } from './responsibility.ts';
export * from './signal.ts';
export type { AlarmPolicy, AlarmStep, TrackedAlarm } from './tracked.ts';
