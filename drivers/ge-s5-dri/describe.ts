/** Records in one line, for people who look at the traffic or decode a capture. */
import { ALARM_COLOURS, WAVE_BITS, WAVE_TYPES } from './layout-table.ts';
import type { BasicGroups, FieldValue, Message, PhysiologicalRecord, Query, WaveBlock } from './messages.ts';
import { displayedClasses } from './observations.ts';

export type FrameKind = 'physiological' | 'waveform' | 'aux' | 'alarm' | 'request';

/** What a frame carries; an auxiliary record is a physiological record without classes. */
export function frameKind(message: Message): FrameKind {
  return message.kind === 'physiological' && message.classes.length === 0 ? 'aux' : message.kind;
}

/** `DISPL HR 77 SpO2 96 NIBP 93/48`. Unread parts are named at the end. */
export function describe(message: Message): string {
  const unread = message.unread.length > 0 ? ` [unread: ${message.unread.join('; ')}]` : '';
  return `${describeContent(message)}${unread}`;
}

function describeContent(message: Message): string {
  switch (message.kind) {
    case 'physiological':
      return describeNumbers(message);
    case 'waveform':
      return `WAVE ${message.blocks.map(describeBlock).join(', ')}`;
    case 'alarm': {
      const boxes = message.status.boxes.filter(({ text }) => text !== '');
      const texts = boxes.map(({ text, colour }) => `${COLOUR_NAMES[colour] ?? colour} ${JSON.stringify(text)}`);
      return `ALARM ${texts.join(', ') || 'none'}`;
    }
    case 'request':
      return `REQUEST ${describeQuery(message.query)}`;
  }
}

const COLOUR_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(ALARM_COLOURS).map(([name, code]) => [code, name]),
);

function describeNumbers(record: PhysiologicalRecord): string {
  const kinds = [...new Set(record.classes.map(({ kind }) => KIND_NAMES[kind]))];
  const { basic } = displayedClasses(record);
  const aux = record.auxiliary ? [`AUX ${describeTime(record.auxiliary.nibpTime)}`] : [];
  return [...kinds, ...(basic ? listNumbers(basic) : []), ...aux].join(' ');
}

const KIND_NAMES = { displayed: 'DISPL', trend10s: 'TREND10', trend60s: 'TREND60' } as const;

const describeTime = (seconds: number): string =>
  seconds === 0 ? 'NIBP time unknown' : `NIBP at ${new Date(seconds * 1000).toISOString()}`;

function listNumbers({ ecg, spo2, co2, nibp }: BasicGroups): readonly string[] {
  const { systolic, diastolic, mean } = nibp.values;
  const named: readonly (readonly [string, FieldValue])[] = [
    ['HR', ecg.values.rate],
    ['SpO2', spo2.values.saturation],
    ['RR', co2.values.rr],
  ];
  const single = named.flatMap(([name, value]) => (typeof value === 'number' ? [`${name} ${Math.round(value)}`] : []));
  if (typeof systolic !== 'number' || typeof diastolic !== 'number') return single;
  const meanText = typeof mean === 'number' ? ` (${Math.round(mean)})` : '';
  return [...single, `NIBP ${Math.round(systolic)}/${Math.round(diastolic)}${meanText}`];
}

function describeBlock({ type, status, samples }: WaveBlock): string {
  const marks = [
    ...((status & WAVE_BITS.gap) !== 0 ? ['gap'] : []),
    ...((status & WAVE_BITS.leadOff) !== 0 ? ['lead off'] : []),
  ];
  return [WAVE_TYPES[type]?.name ?? type, `×${samples.length}`, ...marks].join(' ');
}

function describeQuery(query: Query): string {
  switch (query.type) {
    case 'physiological': {
      const when = query.intervalS === -1 ? 'once' : query.intervalS === 0 ? 'stop' : `every ${query.intervalS} s`;
      return `${query.record} ${when}`;
    }
    case 'waveform':
      return `waveforms ${query.action} ${query.waveforms.map((type) => WAVE_TYPES[type]?.name ?? type).join(', ')}`.trim();
    case 'alarm':
      return `alarm command ${query.command}`;
  }
}
