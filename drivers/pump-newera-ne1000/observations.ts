/**
 * One round of questions → one {@link InfusionReading}. A field appears only when this round brought it in a unit that we know;
 * what got no answer, no number or no sense is said in `doubt`.
 */
import type { DeviceId, InfusionReading, InfusionState, MonotonicMs } from '$lib/domain/index.ts';
import { alarmOf, wordsOf, type LatchedAlarm } from './alarms.ts';
import type { Data, Mode, Status } from './messages.ts';
import type { Round } from './round.ts';
import { runOf } from './states.ts';
import { millilitres, mlPerHour } from './units.ts';

export interface View {
  readonly source: DeviceId;
  readonly now: MonotonicMs;
  readonly address: number;
  readonly version: Extract<Data, { kind: 'version' }> | undefined;
  readonly mode: Mode;
  readonly alarms: readonly LatchedAlarm[];
}

export function readingOf(round: Round, status: Status, view: View): InfusionReading {
  const { source, now, address, version, mode, alarms } = view;
  const { state, doubt } = stateOf(status, alarms);
  const rate = round.rate && mlPerHour(round.rate.value, round.rate.unit);
  const infused = round.dispensed && millilitres(round.dispensed.infused, round.dispensed.unit);
  const target = round.target && millilitres(round.target.value, round.target.unit);
  const doubts = [
    ...(doubt === undefined ? [] : [doubt]),
    ...alarms.map(
      ({ letter }) => `${wordsOf(letter)}; reading it has ended it on the pump, here it stays until it runs`,
    ),
    ...(state === 'infusing' && rate === 0 ? ['the pump says that it infuses, at rate 0'] : []),
    ...unknownUnit('rate', round.rate?.unit, rate),
    ...unknownUnit('volume', round.dispensed?.unit, infused),
    ...unknownUnit('target volume', round.target?.unit, target),
    ...problemsOf(round),
  ];
  return {
    kind: 'infusion',
    source,
    at: now,
    channel: `${source}/${address}`,
    place: `bench pump ${address}, not for human use`,
    ...(version && { model: version.model, softwareVersion: version.version }),
    pumpType: 'syringe',
    state,
    // RAT is what is set. It flows while the pump says that it infuses, and at no other time.
    ...(state === 'infusing' && rate !== undefined && { rateMlPerHour: rate }),
    ...(rate !== undefined && { rateSetMlPerHour: rate }),
    ...(infused !== undefined && { volumeInfusedMl: infused }),
    ...(target !== undefined && target > 0 && { vtbiMl: target }),
    ...(mode === 'safe' && { isRemoteControlled: true }),
    alarms: alarms.map(alarmOf),
    ...(doubts.length > 0 && { doubt: doubts.join('; ') }),
  };
}

/** A value that came late, while another question was open, is there all the same. */
function problemsOf({ rate, dispensed, target, problems }: Round): readonly string[] {
  const found = [
    rate ? undefined : problems.RAT,
    dispensed ? undefined : problems.DIS,
    target ? undefined : problems.VOL,
  ];
  return found.filter((problem) => problem !== undefined);
}

const unknownUnit = (what: string, unit: string | undefined, number: number | undefined): readonly string[] =>
  unit !== undefined && number === undefined ? [`the ${what} came in the unknown unit ${unit}`] : [];

/** A pump that stands after an alarm is in `alarm`, although its own word for it by then is "stopped". */
function stateOf(
  { kind, letter }: Status,
  alarms: readonly LatchedAlarm[],
): { readonly state: InfusionState; readonly doubt?: string } {
  if (kind === 'alarm') return { state: 'alarm' };
  const run = runOf(letter);
  if (!run) return { state: 'unknown', doubt: `the pump tells a status that its manuals do not have: ${letter}` };
  if (!run.isMoving && alarms.length > 0) return { state: 'alarm' };
  return run.state === 'unknown' ? { state: 'unknown', doubt: `the pump is ${run.words} (${letter})` } : run;
}
