/** The note's message, and messages made of lines. Times are by the station's clock, in step with `now` of a test. */
import { fromLatin1 } from '$drivers/bytes.ts';
import type { Arrival } from '$drivers/driver.ts';
import { decode } from '$drivers/pump-bbraun-hl7-pcd/codec.ts';
import { uncover, wrap } from '$drivers/pump-bbraun-hl7-pcd/cover.ts';
import type { Report } from '$drivers/pump-bbraun-hl7-pcd/messages.ts';
import { timeText } from '$drivers/pump-bbraun-hl7-pcd/times.ts';

/** Of the note, section 7. */
export const NOTE = [
  'MSH|^~\\&|PAT_DEVICE_BBRAUN^0012211839000001^EUI-64|BBRAUN|STATION|CLINIC|20260301101500+0000||ORU^R01^ORU_R01|63900000000000000001|P|2.6|||AL|NE||ASCII|en^English^ISO639||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.1^ISO',
  'PID|||Unknown Patient^Unknown Patient||^^^^^^U||||||||||||||||||||||||||Y',
  'OBR|1|0^PAT_DEVICE_BBRAUN^0012211839000001^EUI-64|0^PAT_DEVICE_BBRAUN^0012211839000001^EUI-64|KETA1^Ketamine|||20260301101500+0000',
  'OBX|1||70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC|1.0.0.0|||||||X|||||||P51559^^0012210000000000^EUI-64',
  'OBX|2||70054^MDC_DEV_PUMP_INFUS_SYRINGE_VMD^MDC|1.1.0.0|||||||X',
  'OBX|3|ST|67880^MDC_ATTR_ID_MODEL^MDC|1.1.0.8|B Braun SpacePlus Perfusor||||||F',
  'OBX|4|ST|67972^MDC_ATTR_SYS_ID^MDC|1.1.0.9|11111111-2222-3333-4444-555555555555||||||F',
  'OBX|5||70067^MDC_DEV_PUMP_DELIVERY_INFO^MDC|1.1.1.0|||||||X',
  'OBX|6|CWE|184519^MDC_PUMP_INFUSING_STATUS^MDC|1.1.1.1|^pump-status-infusing||||||R',
  'OBX|7|NM|158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC|1.1.1.2|52.5|265266^MDC_DIM_MILLI_L_PER_HR^MDC^mL/h^mL/h^UCUM|||||R',
  'OBX|8||70071^MDC_DEV_PUMP_INFUSATE_SOURCE_PRIMARY^MDC|1.1.2.0|||||||X',
  'OBX|9|ST|184514^MDC_DRUG_NAME_LABEL^MDC|1.1.2.2|Ketamine||||||R',
  'OBX|10|NM|157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.2.5|52.5|265266^MDC_DIM_MILLI_L_PER_HR^MDC^mL/h^mL/h^UCUM|||||R',
  'OBX|11|NM|157760^MDC_CONC_DRUG^MDC|1.1.2.7|1|264306^MDC_DIM_MILLI_G_PER_ML^MDC^mg/mL^mg/mL^UCUM|||||R',
  'OBX|12|NM|157884^MDC_VOL_FLUID_TBI^MDC|1.1.2.8|35|263762^MDC_DIM_MILLI_L^MDC^mL^mL^UCUM|||||R',
  'OBX|13|NM|157872^MDC_VOL_FLUID_TBI_REMAIN^MDC|1.1.2.9|17.5|263762^MDC_DIM_MILLI_L^MDC^mL^mL^UCUM|||||R',
  'OBX|14|NM|157993^MDC_VOL_FLUID_DELIV_TOTAL^MDC|1.1.2.11|17.5|263762^MDC_DIM_MILLI_L^MDC^mL^mL^UCUM|||||R',
  'OBX|15|NM|157916^MDC_TIME_PD_REMAIN^MDC|1.1.2.17|1200|264320^MDC_DIM_X_SEC^MDC^s^s^UCUM|||||R',
  'OBX|16|NM|68063^MDC_ATTR_PT_WEIGHT^MDC|1.1.2.18|70|263875^MDC_DIM_KILO_G^MDC^kg^kg^UCUM|||||R',
  'OBX|17|CWE|158005^MDC_DEV_PUMP_CURRENT_DELIVERY_STATUS^MDC|1.1.2.22|^pump-delivery-status-delivering||||||R',
] as const;

export const SYSTEM = '11111111-2222-3333-4444-555555555555';
export const STATION = '0012211839000001';

export const hl7 = (lines: readonly string[], end = '\r'): Uint8Array =>
  fromLatin1(lines.map((line) => line + end).join(''));

/** Calendar time of instant 0 of a test. */
export const EPOCH = Date.UTC(2026, 2, 1, 10, 15);

export interface Shape {
  /** When it was observed and sent, ms of the test's time; `sentAt` where that is another time. */
  readonly at: number;
  readonly sentAt?: number;
  readonly id?: string;
  readonly station?: string;
  readonly label?: string;
  readonly system?: string;
  readonly type?: string;
  readonly profile?: string;
  /** OBX without number, type and what stands behind the unit: `158014^NAME|path|value|unit`. */
  readonly rows?: readonly string[];
  readonly obr29?: string;
  readonly obr3?: string;
  readonly obr4?: string;
}

let count = 0;

/** `158005^X|1.1.2.22|^word|` as a row. */
export const row = (text: string, label = ''): string => `OBX|1|ST|${text}|||||R${label && `|||||||${label}`}`;

export const RUNNING = [
  '158005^MDC_DEV_PUMP_CURRENT_DELIVERY_STATUS^MDC|1.1.2.22|^pump-delivery-status-delivering|',
  '158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC|1.1.1.2|52.5|265266^^MDC^mL/h^mL/h^UCUM',
  '157993^MDC_VOL_FLUID_DELIV_TOTAL^MDC|1.1.2.11|17.5|263762^^MDC^mL^mL^UCUM',
] as const;

/** A message of one pump. */
export function report(shape: Shape): Uint8Array {
  const { at, sentAt = at, station = STATION, label = 'P51559', system = SYSTEM, rows = RUNNING } = shape;
  const { type = 'ORU^R01^ORU_R01', profile = 'IHE_PCD_001', obr29 = '', obr3 = '0', obr4 = 'KETA1^Ketamine' } = shape;
  count += 1;
  const id = shape.id ?? `T${count}`;
  const parent = obr29 && `${'|'.repeat(22)}${obr29}`;
  return hl7([
    `MSH|^~\\&|PAT_DEVICE_BBRAUN^${station}^EUI-64|BBRAUN|STATION|CLINIC|${timeText(EPOCH + sentAt)}||${type}|${id}|P|2.6|||AL|NE||ASCII|||${profile}`,
    'PID|||Unknown Patient^Unknown Patient',
    `OBR|1|0|${obr3}|${obr4}|||${timeText(EPOCH + at)}${parent}`,
    ...(label === '' ? [] : [`OBX|1||70053^X^MDC|1.0.0.0|||||||X|||||||${label}^^0012210000000000^EUI-64`]),
    ...(system === '' ? [] : [`OBX|2|ST|67972^MDC_ATTR_SYS_ID^MDC|1.1.0.9|${system}||||||F`]),
    ...rows.map((text) => row(text)),
  ]);
}

export interface AlarmShape {
  readonly at: number;
  readonly sentAt?: number;
  readonly phase: 'start' | 'update' | 'end';
  readonly text?: string;
  readonly code?: string;
  readonly priority?: string;
  readonly seq?: number;
  readonly of?: number;
  readonly id?: string;
  readonly label?: string;
  readonly station?: string;
}

/** A PCD-04 as it was captured: no system id, the label without its letter. */
export const alarm = ({
  at,
  phase,
  text = 'Occlusion Downstream',
  code = '196670',
  ...shape
}: AlarmShape): Uint8Array => {
  const { priority = 'PH', seq = 1, of, label = '51559' } = shape;
  const filler = (n: number): string => `${label}_aaaa_1_${n}`;
  return report({
    at,
    ...(shape.sentAt !== undefined && { sentAt: shape.sentAt }),
    ...(shape.id !== undefined && { id: shape.id }),
    ...(shape.station !== undefined && { station: shape.station }),
    ...{ label, system: '', type: 'ORU^R40^ORU_R40', profile: 'IHE_PCD_ACM_001' },
    ...{ obr3: filler(seq), obr4: '196616^MDC_EVT_ALARM^MDC' },
    ...(of !== undefined && { obr29: `^${filler(of)}&PAT_DEVICE_BBRAUN&${STATION}&EUI-64` }),
    rows: [
      `196616^MDC_EVT_ALARM^MDC|1.1.1.0|${code}^MDC_EVT_PUMP_GENERAL_ALARM^MDC|`,
      `68481^MDC_ATTR_EVENT_PHASE^MDC|1.1.1.1|${phase}|`,
      `68482^MDC_ATTR_ALARM_STATE^MDC|1.1.1.2|${phase === 'end' ? 'inactive' : 'active'}|`,
      `68484^MDC_ATTR_ALARM_PRIORITY^MDC|1.1.1.3|${priority}|`,
      `68546^MDC_ATTR_ALERT_TEXT^MDC|1.1.1.4|${text}|`,
    ],
  });
};

type Arrived = Extract<Arrival, { kind: 'message' }>;

/** As the listener gives it to the link. */
export const arrived = (bytes: Uint8Array, now: number, change: Partial<Arrived> = {}): Uint8Array =>
  wrap({
    ...{ kind: 'message', via: 'mllp', bytes, sender: '10.1.2.3', connection: 7, number: 1, wallTime: EPOCH + now },
    ...{ duty: 'answer' as const, ...change },
  });

/** A frame's report. */
export function reportIn(message: Uint8Array): Report {
  const decoded = decode(message);
  if (!decoded.ok || decoded.message.kind !== 'report') throw new Error(JSON.stringify(decoded));
  return decoded.message;
}

/** An acknowledgement in its lines, and the connection that it goes to. */
export function answerIn(frame: Uint8Array): { readonly connection: number; readonly lines: readonly string[] } {
  const uncovered = uncover(frame.slice(1, -2));
  if (uncovered.kind !== 'reply') throw new Error(uncovered.kind);
  const lines = new TextDecoder().decode(uncovered.message).split('\r').slice(0, -1);
  return { connection: uncovered.connection, lines };
}
