/** Short sentences for a bed's page that are no alarms, most important first. Pure. */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { BedView } from '$lib/realtime/index.ts';
import { words } from '$lib/messages/index.ts';
import { trouble } from './device-trouble.ts';
import { cuffPair } from './readout.ts';

export interface Notice {
  readonly key: string;
  readonly kind: 'trouble' | 'note';
  readonly text: string;
  /** More, for whoever asks. */
  readonly detail?: string;
}

export function bedNotices(bed: BedView, now: MonotonicMs): readonly Notice[] {
  return [
    ...rulesFault(bed),
    ...deviceNotices(bed, now),
    ...announced(bed),
    ...undatedCuff(bed),
    ...notJudged(bed),
    ...gates(bed),
  ];
}

const rulesFault = ({ isRulesFault }: BedView): readonly Notice[] =>
  isRulesFault ? [{ key: 'rules', kind: 'trouble', text: words.bed.rulesFault }] : [];

/** Beside another reading, whose time is known; without one the numbers themselves are shown as undated. */
function undatedCuff({ nibp: { cuff, readings } }: BedView): readonly Notice[] {
  const last = readings.at(-1);
  if (cuff?.undated === undefined || last === undefined) return [];
  const pair = cuffPair(cuff.undated);
  return pair === cuffPair(last) ? [] : [notice('undated', words.bed.cuff.undatedBeside(pair))];
}

const deviceNotices = ({ devices }: BedView, now: MonotonicMs): readonly Notice[] =>
  devices.flatMap((device): Notice[] => {
    const text = trouble(device, now);
    if (text === undefined) return [];
    return [
      { key: device.device, kind: 'trouble', text, ...(device.reason !== undefined && { detail: device.reason }) },
    ];
  });

/** What the devices themselves call out, and whether they may be heard at the bedside. */
const announced = ({ deviceAlarms, devices }: BedView): readonly Notice[] =>
  deviceAlarms.flatMap(({ source, alarms, isSilenced }): Notice[] => {
    const label = devices.find(({ device }) => device === source)?.label ?? source;
    const texts = alarms.map(({ text }) => text).join(', ');
    return [
      ...(texts === '' ? [] : [notice(`${source} says`, words.bed.deviceAlarms(label, texts))]),
      ...(isSilenced ? [notice(`${source} silenced`, words.bed.silenced(label))] : []),
    ];
  });

/** Rules that compare with the baseline are told as one; the others by their number, with what each lacks. */
function notJudged({ unjudged }: BedView): readonly Notice[] {
  const isOfBaseline = ({ why }: { why: string }): boolean => why.startsWith('no baseline');
  const others = unjudged.filter((one) => !isOfBaseline(one));
  return [
    ...(unjudged.some(isOfBaseline) ? [notice('percent', words.bed.unjudged.percent)] : []),
    ...(others.length === 0
      ? []
      : [
          {
            ...notice('unjudged', words.bed.unjudged.pending(others.length, others[0]?.why ?? '')),
            detail: others.map(({ rule, why }) => words.bed.unjudged.line(rule, why)).join('\n'),
          },
        ]),
  ];
}

const gates = ({ closedGates }: BedView): readonly Notice[] =>
  closedGates.length === 0 ? [] : [notice('gates', words.bed.gates(closedGates.join(', ')))];

const notice = (key: string, text: string): Notice => ({ key, kind: 'note', text });
