/** What is done with the answer to a question, with a refusal, and with no answer. */
import { later, type InfusionReading, type MonotonicMs } from '$lib/domain/index.ts';
import { refusalText } from './errors.ts';
import { BASE, type Address, type PumpAddress } from './messages.ts';
import { muteReading, readingOf } from './observations.ts';
import { newPump, takeDrug, takeVariables, type Pump } from './pump.ts';
import { followedBy, observe, tell, withPump, type Asking, type Result, type State } from './session-state.ts';
import {
  answered,
  answeredDrug,
  answeredMask,
  answeredValues,
  askAgain,
  closedStation,
  dueNow,
  givenUp,
  heard,
  lostSession,
  openedPump,
  outOfReach,
  RETRY_MS,
  toldValues,
  VALUES_MS,
  type Station,
} from './stations.ts';
import { readMask, readVariables, type ModuleMask, type Variables } from './variables.ts';

/** A pump told values: one reading. */
export function takeValues(state: State, address: PumpAddress, variables: Variables, now: MonotonicMs): Result {
  const pump = takeVariables(state.pumps.get(address) ?? newPump(address, now), variables, now);
  const station = state.stations.get(address);
  const taken = withPump(station ? withStation(state, toldValues(heard(station), now)) : state, pump);
  const reading: Result = [taken, observe([readingOf(pump, state.source, now)])];
  return state.phase.at === 'running' ? followedBy(reading, tellLive) : reading;
}

const withStation = (state: State, station: Station): State => ({
  ...state,
  stations: new Map(state.stations).set(station.address, station),
});

const tellLive = (state: State): Result => tell(state, 'live', remarkOf(state));

function remarkOf({ baseName, maskTrouble, stations }: State): string | undefined {
  const hasNone = stations.has(BASE) && stations.size === 1;
  const remarks = [
    ...(baseName === undefined ? [] : [`The base names itself "${baseName}".`]),
    ...(maskTrouble === undefined ? [] : [maskTrouble]),
    ...(hasNone && maskTrouble === undefined ? ['No pump is in the base.'] : []),
  ];
  return remarks.join(' ') || undefined;
}

export function onAnswer(state: State, asking: Asking, fields: readonly string[], now: MonotonicMs): Result {
  const known = state.stations.get(asking.address);
  if (!known) return [state, []];
  const station = heard(known);
  const { question } = asking;
  if (asking.address === BASE) return onBaseAnswer(state, station, asking, fields, now);
  const pump = state.pumps.get(asking.address) ?? newPump(asking.address, now);
  switch (question) {
    case 'open': {
      const { quietUntil } = answered(station, question, now);
      const opened: Station = { ...openedPump(asking.address, now), quietUntil };
      return [withPump(withStation(state, opened), { ...pump, lastEvent: undefined }), []];
    }
    case 'values':
      return onValues(state, station, pump, fields, now);
    case 'drug':
      // Values that come late are no name.
      if (readVariables(fields)) return onNoAnswer(state, asking, now);
      return [withPump(withStation(state, answeredDrug(station, now)), takeDrug(pump, nameOf(fields), now)), []];
    case 'device-type':
      return [withPump(withStation(state, answered(station, question, now)), { ...pump, model: nameOf(fields) }), []];
    default:
      return [withStation(state, answered(station, question, now)), []];
  }
}

const nameOf = (fields: readonly string[]): string | undefined => fields.join(';').trim() || undefined;

function onValues(state: State, station: Station, pump: Pump, fields: readonly string[], now: MonotonicMs): Result {
  const settled = withStation(state, answeredValues(station, now));
  const variables = readVariables(fields);
  if (!variables) return tellMute(settled, pump, 'unknown', `its values are not understood: ${fields.join(';')}`, now);
  const [taken, effects] = takeValues(settled, pump.address, variables, now);
  return [withStation(taken, answeredValues(station, now)), effects];
}

function onBaseAnswer(
  state: State,
  base: Station,
  { question }: Asking,
  fields: readonly string[],
  now: MonotonicMs,
): Result {
  if (question === 'device-type') {
    return [{ ...withStation(state, answered(base, question, now)), baseName: nameOf(fields) }, []];
  }
  if (question !== 'modules') return [withStation(state, answered(base, question, now)), []];
  const mask = readMask(fields);
  if (mask) return onMask(state, base, mask, now);
  const maskTrouble = `The base does not say in a known way which modules it has: ${fields.join(';')}.`;
  return tellLive({ ...withStation(state, answered(base, question, now, RETRY_MS)), maskTrouble });
}

/** Pumps that came are spoken to, pumps that went are told to be gone. */
function onMask(state: State, base: Station, { modules, hasOthers }: ModuleMask, now: MonotonicMs): Result {
  const isIn = (address: Address): boolean => modules.some((module) => module === address);
  const stations = new Map<Address, Station>([[BASE, answeredMask(base, now, modules.length > 0)]]);
  const pumps = new Map<PumpAddress, Pump>();
  for (const module of modules) {
    stations.set(module, state.stations.get(module) ?? closedStation(module, now));
    pumps.set(module, state.pumps.get(module) ?? newPump(module, now));
  }
  const gone = [...state.pumps.values()].filter(({ address }) => !isIn(address));
  const readings = gone.map((pump): InfusionReading => muteReading(pump, state.source, now, 'disconnected', GONE));
  const maskTrouble = hasOthers ? UNKNOWN_MODULES : undefined;
  return followedBy([{ ...state, stations, pumps, maskTrouble }, observe(readings)], tellLive);
}

const GONE = 'the base does not name this module any more';
const UNKNOWN_MODULES = 'The base names modules beyond the fifth, of which nothing is known: they are not shown.';

/** Why there are no values, once. */
function tellMute(state: State, pump: Pump, as: 'disconnected' | 'unknown', why: string, now: MonotonicMs): Result {
  if (pump.muteWord === why) return [state, []];
  const muted: Pump = { ...pump, muteWord: why };
  return [withPump(state, muted), observe([muteReading(pump, state.source, now, as, why)])];
}

/** Pumps that say nothing while others do, so that their last values do not stand there as if they were new. */
export function tellMutePumps(state: State, isMute: (pump: Pump) => boolean, why: string, now: MonotonicMs): Result {
  return [...state.pumps.values()]
    .filter((pump) => pump.muteWord === undefined && isMute(pump))
    .reduce<Result>((told, pump) => followedBy(told, (next) => tellMute(next, pump, 'unknown', why, now)), [state, []]);
}

export function onRefusal(state: State, asking: Asking, code: string, now: MonotonicMs): Result {
  const known = state.stations.get(asking.address);
  if (!known) return [state, []];
  const station = heard(known);
  const { address, question } = asking;
  const text = refusalText(code);
  if (address === BASE) {
    const rested = withStation(state, answered(station, question, now, question === 'modules' ? RETRY_MS : undefined));
    if (question !== 'modules') return [rested, []];
    return tellLive({ ...rested, maskTrouble: `The base does not say which modules it has (${text}).` });
  }
  const pump = state.pumps.get(address) ?? newPump(address, now);
  if (code === '1E') return [withStation(state, lostSession(station, now)), []];
  if (code === '0E') {
    const away = withStation(state, outOfReach(station, now));
    return tellMute(away, pump, 'disconnected', `the base cannot reach this pump (${text})`, now);
  }
  switch (question) {
    case 'open':
      return tellMute(
        withStation(state, outOfReach(station, now)),
        pump,
        'unknown',
        `it refuses a session (${text})`,
        now,
      );
    case 'values':
      return tellMute(
        withStation(state, answered(station, question, now, VALUES_MS)),
        pump,
        'unknown',
        `it refuses to tell its values (${text})`,
        now,
      );
    case 'drug':
      return [withPump(withStation(state, answeredDrug(station, now)), takeDrug(pump, undefined, now)), []];
    default:
      return [withStation(state, answered(station, question, now)), []];
  }
}

/**
 * Once more; the second time in a row it is given up. Between the two the base is asked for its modules, which shows whether
 * it is the pump or the line that is silent.
 */
export function onNoAnswer(state: State, { address, question }: Asking, now: MonotonicMs, pauseMs = 0): Result {
  const station = state.stations.get(address);
  if (!station) return [state, []];
  if (station.again === question || station.isMute) return [withStation(state, givenUp(station, question, now)), []];
  const again = withStation(state, askAgain(station, question, later(now, pauseMs)));
  const base = again.stations.get(BASE);
  return [base && address !== BASE ? withStation(again, dueNow(base, 'modules', now)) : again, []];
}
