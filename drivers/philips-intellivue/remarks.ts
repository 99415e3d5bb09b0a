/** What a person should know about a conversation that works, in plain sentences. */
import { OPERATING_MODE } from './protocol-codes.ts';
import type { State } from './session-state.ts';

const MODES: readonly (readonly [bit: number, sentence: string])[] = [
  [OPERATING_MODE.demonstration, 'The monitor shows a demonstration, not a patient.'],
  [OPERATING_MODE.service, 'The monitor is in service mode.'],
  [OPERATING_MODE.standby, 'The monitor is in standby.'],
];
const MAX_NAMED = 8;

/** Undefined when there is nothing to say. It changes seldom: counts are told at 1, 10, 100, … */
export function remarkOn({ intake, settings, streams, foreignFrames }: State): string | undefined {
  const { manufacturer, model, bedLabel, operatingMode = 0 } = intake.system;
  const name = [manufacturer, model].filter(Boolean).join(' ');
  const sentences = [
    name && `${name}${bedLabel === undefined ? '' : `, bed ${bedLabel}`}.`,
    ...MODES.filter(([bit]) => (operatingMode & bit) !== 0).map(([, sentence]) => sentence),
    ...Object.values(streams).map(({ denied }) => denied),
    settings.remark,
    strangersOf([...intake.strangers.keys()]),
    counted(intake.incompleteAnswers, 'answers came with a part missing'),
    counted(intake.lateAnswers, 'answers came twice or too late and are not shown'),
    counted(intake.waves.lateBlocks, 'blocks of samples came twice or too late and are not shown'),
    counted(foreignFrames, 'messages came in frames that this kind of link cannot carry and are not believed'),
  ].filter(Boolean);
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

function strangersOf(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return `Sent by the monitor and not known here: ${names.slice(0, MAX_NAMED).join(', ')}${more}.`;
}

const counted = (count: number, what: string): string | undefined =>
  count === 0 ? undefined : `At least ${10 ** Math.floor(Math.log10(count))} ${what}.`;
