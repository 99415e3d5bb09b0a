/** What a simulated SpacePlus pump reports of itself, in the layout of the protocol note's message. */
import type { SentOrder, SentRow } from '$drivers/pump-bbraun-hl7-pcd/codec-gateway.ts';
import { EVENTS, TERMS } from '$drivers/pump-bbraun-hl7-pcd/terms.ts';
import type { Pump } from '../pump.ts';

export interface Seat {
  readonly pump: Pump;
  readonly label: string;
  readonly systemId: string;
}

const word = { isWord: true, isMeasured: true } as const;

const round = (value: number): number => Math.round(value * 100) / 100;

const isSyringe = ({ make }: Pump): boolean => make.kind === 'syringe';

function identityRows({ pump, label, systemId }: Seat): readonly SentRow[] {
  const [mds, vmd] = isSyringe(pump)
    ? ([
        [70053, 'MDC_DEV_PUMP_INFUS_SYRINGE_MDS'],
        [70054, 'MDC_DEV_PUMP_INFUS_SYRINGE_VMD'],
      ] as const)
    : ([
        [70049, 'MDC_DEV_PUMP_INFUS_LVP_MDS'],
        [70050, 'MDC_DEV_PUMP_INFUS_LVP_VMD'],
      ] as const);
  const model = isSyringe(pump) ? 'B Braun SpacePlus Perfusor' : 'B Braun SpacePlus Infusomat';
  return [
    { term: mds, path: '1.0.0.0', label },
    { term: vmd, path: '1.1.0.0' },
    { term: [TERMS.model, 'MDC_ATTR_ID_MODEL'], path: '1.1.0.8', value: model },
    { term: [TERMS.systemId, 'MDC_ATTR_SYS_ID'], path: '1.1.0.9', value: systemId },
  ];
}

const isDelivering = ({ run }: Pump): boolean => run === 'running' || run === 'kvo';

function reasonOf({ run }: Pump): string | undefined {
  if (run === 'stopped') return 'pump-stopped-user';
  return run === 'complete' || run === 'blocked' || run === 'air' || run === 'empty'
    ? 'pump-stopped-alarming'
    : undefined;
}

type Term = SentRow['term'];

const amount = (term: Term, path: string, value: number, unit: string): SentRow => ({
  ...{ term, path, unit, isMeasured: true },
  value: round(value),
});
const stated = (term: Term, path: string, value: string): SentRow => ({ term, path, value, ...word });

function statusRows({ pump }: Seat): readonly SentRow[] {
  const flows = isDelivering(pump);
  const reason = reasonOf(pump);
  // Perfusor and Infusomat name one number differently.
  const family = isSyringe(pump) ? 'MDC_DEV_PUMP' : 'MDC_PUMP';
  const [status, delivery] = flows
    ? ['pump-status-infusing', 'pump-delivery-status-delivering']
    : ['pump-status-not-infusing', 'pump-delivery-status-not-delivering'];
  return [
    { term: [70067, 'MDC_DEV_PUMP_DELIVERY_INFO'], path: '1.1.1.0' },
    stated([TERMS.infusingStatus, 'MDC_PUMP_INFUSING_STATUS'], '1.1.1.1', status),
    amount([TERMS.flowCurrent, 'MDC_FLOW_FLUID_PUMP_CURRENT'], '1.1.1.2', pump.rateMlPerHour, 'mL/h'),
    ...programRows(pump, flows),
    stated([TERMS.deliveryStatus, `${family}_CURRENT_DELIVERY_STATUS`], '1.1.2.22', delivery),
    ...(reason === undefined
      ? []
      : [stated([TERMS.notDeliveringReason, `${family}_NOT_DELIVERING_REASON`], '1.1.2.23', reason)]),
  ];
}

function programRows(pump: Pump, flows: boolean): readonly SentRow[] {
  const { order, remainingMl, rateMlPerHour } = pump;
  const hasEnd = Number.isFinite(remainingMl);
  const remainingS = flows && hasEnd ? Math.round((remainingMl / rateMlPerHour) * 3600) : undefined;
  return [
    { term: [70071, 'MDC_DEV_PUMP_INFUSATE_SOURCE_PRIMARY'], path: '1.1.2.0' },
    { term: [TERMS.drugLabel, 'MDC_DRUG_NAME_LABEL'], path: '1.1.2.2', value: order.drugName, isMeasured: true },
    amount([TERMS.flowSet, 'MDC_FLOW_FLUID_PUMP'], '1.1.2.5', order.rateMlPerHour, 'mL/h'),
    ...(order.concentrationMgPerMl > 0
      ? [amount([TERMS.concentration, 'MDC_CONC_DRUG'], '1.1.2.7', order.concentrationMgPerMl, 'mg/mL')]
      : []),
    amount([TERMS.vtbi, 'MDC_VOL_FLUID_TBI'], '1.1.2.8', order.vtbiMl, 'mL'),
    ...(hasEnd ? [amount([TERMS.volumeRemaining, 'MDC_VOL_FLUID_TBI_REMAIN'], '1.1.2.9', remainingMl, 'mL')] : []),
    amount([TERMS.volumeTotal, 'MDC_VOL_FLUID_DELIV_TOTAL'], '1.1.2.11', pump.shownVolumeMl, 'mL'),
    ...(remainingS === undefined
      ? []
      : [amount([TERMS.timeRemaining, 'MDC_TIME_PD_REMAIN'], '1.1.2.17', remainingS, 's')]),
    ...(order.weightKg > 0 ? [amount([TERMS.weight, 'MDC_ATTR_PT_WEIGHT'], '1.1.2.18', order.weightKg, 'kg')] : []),
  ];
}

/** PCD-01. */
export const statusReport = (seat: Seat): readonly SentRow[] => [...identityRows(seat), ...statusRows(seat)];

export const orderOf = ({ pump: { order } }: Seat): SentOrder => ({
  filler: '0',
  what:
    order.concentrationMgPerMl > 0
      ? [order.drugName.slice(0, 5).toUpperCase(), order.drugName]
      : ['999999', 'Unknown medication'],
});

export type PumpEventKind = 'start' | 'complete';

const EVENT_TERMS = {
  start: [EVENTS.deliveryStart, 'MDC_EVT_PUMP_DELIV_START'],
  complete: [EVENTS.deliveryComplete, 'MDC_EVT_PUMP_DELIV_COMP'],
} as const;

/** PCD-10. */
export const eventReport = (seat: Seat, kind: PumpEventKind): readonly SentRow[] => [
  ...identityRows(seat),
  { term: [TERMS.event, 'MDC_ATTR_EVT_COND'], path: '1.1.1.3', code: EVENT_TERMS[kind] },
  ...statusRows(seat),
];

/** PCD-15. */
export const deviceReport = (seat: Seat): readonly SentRow[] => [
  ...identityRows(seat),
  { term: [TERMS.firmware, 'MDC_ID_PROD_SPEC_FW'], path: '1.1.0.10', value: '012U000100' },
  {
    term: [TERMS.powerStatus, 'MDC_ATTR_POWER_STAT'],
    path: '1.2.0.1',
    value: seat.pump.isOnMains ? 'onMains(0)' : 'onBattery(1)',
  },
  { term: [TERMS.batteryTime, 'MDC_TIME_BATT_REMAIN'], path: '1.2.0.2', value: 240, unit: 'min', isMeasured: true },
];

/** Texts and events of what a pump may call, the general alarm where the real code was never seen. */
export const ALARMS = {
  occlusion: {
    text: 'Occlusion Downstream',
    event: [EVENTS.generalAlarm, 'MDC_EVT_PUMP_GENERAL_ALARM'],
    priority: 'PH',
  },
  air: { text: 'Air In Line', event: [EVENTS.generalAlarm, 'MDC_EVT_PUMP_GENERAL_ALARM'], priority: 'PH' },
  empty: { text: 'Syringe Empty', event: [EVENTS.generalAlarm, 'MDC_EVT_PUMP_GENERAL_ALARM'], priority: 'PH' },
  nearEnd: { text: 'VTBI Near End', event: [EVENTS.nearComplete, 'MDC_EVT_VOL_INFUS_NEAR_COMP'], priority: 'PL' },
  complete: { text: 'Infusion Complete', event: [EVENTS.deliveryComplete, 'MDC_EVT_PUMP_DELIV_COMP'], priority: 'PM' },
} as const;
export type AlarmName = keyof typeof ALARMS;

export const alarmsOf = (pump: Pump): readonly AlarmName[] => [
  ...(pump.run === 'blocked' ? (['occlusion'] as const) : []),
  ...(pump.isCallingAir ? (['air'] as const) : []),
  ...(pump.run === 'empty' ? (['empty'] as const) : []),
  ...(pump.run === 'complete' ? (['complete'] as const) : []),
  ...(pump.isNearEnd ? (['nearEnd'] as const) : []),
];

/** PCD-04: without a system id, and the label without its letter, as was captured. */
export const alarmReport = (
  { label }: Seat,
  name: AlarmName,
  phase: 'start' | 'update' | 'end',
): readonly SentRow[] => {
  const { text, event, priority } = ALARMS[name];
  return [
    { term: [TERMS.alarm, 'MDC_EVT_ALARM'], path: '1.1.1.0', code: event, label: label.slice(1) },
    { term: [TERMS.alarmPhase, 'MDC_ATTR_EVENT_PHASE'], path: '1.1.1.1', value: phase },
    {
      term: [TERMS.alarmState, 'MDC_ATTR_ALARM_STATE'],
      path: '1.1.1.2',
      value: phase === 'end' ? 'inactive' : 'active',
    },
    { term: [TERMS.alarmPriority, 'MDC_ATTR_ALARM_PRIORITY'], path: '1.1.1.3', value: priority },
    { term: [TERMS.alarmText, 'MDC_ATTR_ALERT_TEXT'], path: '1.1.1.4', value: text },
  ];
};
