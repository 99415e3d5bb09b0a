/**
 * The conversation with the gateways of a bed's pumps: they connect to us and report, we acknowledge and never ask.
 *
 *   closed ── opened ──▶ waiting ── a report of now ──▶ live ── no pump heard of for 30 s or 3 intervals ──▶ silent ──▶ live
 *                                                        ╰── the connection that brought them is closed ──────▲
 *
 * The port stays open whoever comes and goes, so there is nothing to open anew. A message is first told, then acknowledged; the same
 * message again is acknowledged again and told no more. Whatever keeps a report from being news is said: nobody connected, pumps of
 * other beds, reports that come late, messages that cannot be read, senders that were refused.
 */
import { monotonicMs, type DeviceId, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { coarse, countRefused, listed, refusalSentences, type Refusals } from '../refusals.ts';
import { uncover } from './cover.ts';
import { everybodyIn, isOf, learn, meant, nameOf, type Places } from './identity.ts';
import type { AlarmReport, Cover, Identity, Message, PumpReport, Query, Rejection, Report } from './messages.ts';
import {
  hearAlarmOf,
  hearDevice,
  hearEvent,
  hearReport,
  missPumps,
  tellsStatus,
  type Hearing,
  type Pumps,
} from './pumps.ts';
import { readClock, skewText, type SenderClock } from './sender-clock.ts';
import { readSettings, type Settings } from './settings.ts';

/** From the opening on, before it is said how a gateway finds us: it may be trying again just now. */
export const HINT_AFTER_MS = 15_000;
/** A gateway that opens a connection for each message closes it as often: that alone is no news. */
const LASTING_MESSAGES = 2;
const MOST_REMEMBERED = 256;
const MOST_CONNECTIONS = 64;
const MOST_CLOCKS = 64;
const MOST_NAMES = 64;

const TROUBLES = {
  waiting: 'No gateway has connected yet: give it the address and port of this station.',
  quiet: 'A gateway is connected and has reported no pump of this bed yet.',
  gone: 'The gateway has disconnected',
  silent: 'No report of a pump has come any more.',
  late: 'Reports come more than 15 s late, or the clock of the gateway was set back: they are not shown as present.',
  unsettled: 'The clock of the gateway differs from the station’s: the next reports will show by how much.',
} as const;

export interface State {
  readonly source: DeviceId;
  readonly settings: Settings;
  readonly standing: { readonly at: 'closed' | 'negotiating' | 'live' | 'silent'; readonly reason: string | undefined };
  readonly openedAt: MonotonicMs;
  /** Why there is no news; undefined while there is, or nothing to say yet. */
  readonly trouble: string | undefined;
  readonly places: Places;
  readonly pumps: Pumps;
  readonly clocks: ReadonlyMap<string, SenderClock>;
  /** Messages that were told, by who sent them and what they are. */
  readonly told: readonly string[];
  /** How many messages about this bed's pumps each open connection has brought. */
  readonly connections: ReadonlyMap<number, number>;
  /** Pumps of no bed, and how often each was reported. */
  readonly strangers: ReadonlyMap<string, number>;
  readonly rejected: ReadonlyMap<string, number>;
  readonly unread: ReadonlySet<string>;
  readonly refused: Refusals;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

export const start = ({ device, settings }: SessionContext): State => ({
  source: device,
  settings: readSettings(settings),
  standing: { at: 'closed', reason: undefined },
  openedAt: monotonicMs(0),
  trouble: undefined,
  places: new Map(),
  pumps: new Map(),
  clocks: new Map(),
  told: [],
  connections: new Map(),
  strangers: new Map(),
  rejected: new Map(),
  unread: new Set(),
  refused: new Map(),
});

export function step(state: State, input: SessionInput<Message>): Result {
  switch (input.type) {
    case 'opened':
      return [
        { ...state, openedAt: input.now, connections: new Map(), standing: { at: 'negotiating', reason: undefined } },
        [],
      ];
    case 'message':
      return hear(state, input.message, input.now);
    case 'undecodable':
      return refuseUnreadable(state, input.payload);
    case 'noise':
      return [state, []];
    case 'tick':
      return passTime(state, input.now);
    case 'closing':
      return [{ ...state, standing: { at: 'closed', reason: undefined } }, []];
  }
}

function hear(state: State, message: Message, now: MonotonicMs): Result {
  switch (message.kind) {
    case 'came': {
      const connections = new Map([...state.connections, [message.connection, 0] as const].slice(-MOST_CONNECTIONS));
      const trouble = state.standing.at === 'live' ? state.trouble : TROUBLES.quiet;
      return tell({ ...state, connections, trouble }, state.standing.at);
    }
    case 'gone':
      return hearGone(state, message.connection, message.sender);
    case 'refused':
      return tell({ ...state, refused: countRefused(state.refused, message) }, state.standing.at);
    case 'report':
      return hearReported(state, message, now);
  }
}

const isConnected = ({ pumps }: State): boolean => [...pumps.values()].some((pump) => pump.isConnected);

/** The connection that brought the pumps is closed: said at once, unless others bring them too or each message has its own. */
function hearGone(state: State, connection: number, sender: string): Result {
  const brought = state.connections.get(connection) ?? 0;
  const connections = new Map([...state.connections].filter(([known]) => known !== connection));
  const isCarried = [...connections.values()].some((messages) => messages > 0);
  const left: State = { ...state, connections };
  if (brought < LASTING_MESSAGES || isCarried) return [left, []];
  const trouble = `${TROUBLES.gone} (${sender}).`;
  return tell({ ...left, trouble }, state.standing.at === 'live' ? 'silent' : state.standing.at);
}

/** Even what cannot be read is answered: the sender would send it for ever. */
function refuseUnreadable(state: State, payload: Uint8Array | undefined): Result {
  const uncovered = payload && uncover(payload);
  const cover = uncovered?.kind === 'message' ? uncovered.cover : undefined;
  const rejection: Rejection = { code: 'AR', condition: 100, text: 'no message header (MSH) could be read' };
  const [next, effects] = tell(countRejected(state, rejection), state.standing.at);
  return [next, [...effects, ...acknowledge(cover, { rejection })]];
}

function acknowledge(cover: Cover | undefined, content: Pick<Query, 'header' | 'rejection'>): readonly Effect[] {
  if (!cover || cover.duty === 'listen') return [];
  const { connection, number, wallTime } = cover;
  return [{ type: 'send', query: { kind: 'acknowledge', connection, number, wallTime, ...content } }];
}

function hearReported(state: State, report: Report, now: MonotonicMs): Result {
  const { cover, header, rejection } = report;
  if (rejection) {
    const [next, effects] = tell(countRejected(state, rejection), state.standing.at);
    return [next, [...effects, ...acknowledge(cover, { header, rejection })]];
  }
  const places = learn(state.places, report);
  const everybody = everybodyIn(places, report);
  const isOurs = everybody.some((who) => isOf(who, state.settings.pumps, isRouted(cover)));
  const key = keyOf(report);
  const isRepeat = state.told.includes(key);
  const read: State = { ...state, places, unread: withNames(state.unread, report.unread) };
  const [next, effects] = !isOurs
    ? hearStrangers(read, everybody, cover, isRepeat ? undefined : key)
    : isRepeat
      ? ([countCarried(read, cover), []] as const)
      : hearOurs(remember(countCarried(read, cover), key), report, now);
  return [next, [...effects, ...acknowledge(cover, { header })]];
}

const isRouted = (cover: Cover | undefined): boolean => cover !== undefined && cover.duty !== 'nobody';

/** The sender's own name for a message, and what is in it: a counter that began anew must not make new messages old ones. */
const keyOf = ({ header: { application, facility, controlId }, digest }: Report): string =>
  JSON.stringify([application, facility, controlId, digest]);

const remember = (state: State, key: string): State => ({
  ...state,
  told: [...state.told, key].slice(-MOST_REMEMBERED),
});

function countCarried(state: State, cover: Cover | undefined): State {
  const carried = cover && state.connections.get(cover.connection);
  if (!cover || carried === undefined) return state;
  return { ...state, connections: new Map([...state.connections, [cover.connection, carried + 1]]) };
}

/** Said by the one device of a port whose duty they are, so that they are said once. */
function hearStrangers(
  state: State,
  everybody: readonly Identity[],
  cover: Cover | undefined,
  key: string | undefined,
): Result {
  if (key === undefined || (cover && cover.duty !== 'nobody')) return [state, []];
  const strangers = everybody.reduce((counts, who) => counted(counts, nameOf(who)), state.strangers);
  return tell({ ...remember(state, key), strangers }, state.standing.at);
}

function counted(counts: ReadonlyMap<string, number>, name: string): ReadonlyMap<string, number> {
  const key = counts.has(name) || counts.size < MOST_NAMES ? name : 'others';
  return new Map([...counts, [key, (counts.get(key) ?? 0) + 1]]);
}

const countRejected = (state: State, { code, text }: Rejection): State => ({
  ...state,
  rejected: counted(state.rejected, `${text} (${code})`),
});

function withNames(known: ReadonlySet<string>, names: readonly string[]): ReadonlySet<string> {
  const fresh = names.filter((name) => !known.has(name));
  return fresh.length === 0 ? known : new Set([...known, ...fresh].slice(0, MOST_NAMES));
}

/** Something is told of a pump of this bed. */
interface Heard {
  readonly state: State;
  readonly observations: readonly Observation[];
  readonly isNews: boolean;
}

function hearOurs(state: State, report: Report, now: MonotonicMs): Result {
  const isOwn = (who: Identity): boolean => isOf(who, state.settings.pumps, isRouted(report.cover));
  let heard: Heard = { state, observations: [], isNews: false };
  for (const pump of report.pumps) {
    const [who] = meant(state.places, pump.who);
    if (who && isOwn(who)) heard = hearPump(heard, { ...pump, who }, report, now);
  }
  for (const alarm of report.alarms) {
    for (const who of meant(state.places, alarm.who).filter(isOwn)) heard = hearAlarm(heard, who, alarm, report, now);
  }
  const [next, effects] = tell(heard.state, heard.isNews ? 'live' : state.standing.at);
  const observed: readonly Effect[] =
    heard.observations.length > 0 ? [{ type: 'observed', observations: heard.observations }] : [];
  return [next, [...effects, ...observed]];
}

function hearPump(before: Heard, pump: PumpReport, report: Report, now: MonotonicMs): Heard {
  const [state, hearing] = time(before.state, pump, report, now);
  switch (report.profile) {
    case 'pcd-01':
      return hearStatus({ ...before, state }, pump, hearing, true);
    case 'pcd-10':
      return tellsStatus(pump)
        ? hearStatus({ ...before, state }, pump, hearing, false)
        : { ...before, state: { ...state, pumps: hearEvent(state.pumps, pump, hearing) } };
    case 'pcd-15':
    case 'pcd-04':
      return { ...before, state: { ...state, pumps: hearDevice(state.pumps, pump, hearing) } };
  }
}

function hearStatus(
  { state, observations, isNews }: Heard,
  pump: PumpReport,
  hearing: Hearing,
  isPeriodic: boolean,
): Heard {
  const [pumps, told] = hearReport(state.pumps, pump, hearing, isPeriodic);
  const isFresh = told.some(({ kind }) => kind === 'infusion');
  const trouble = isFresh ? undefined : state.trouble;
  return { state: { ...state, pumps, trouble }, observations: [...observations, ...told], isNews: isNews || isFresh };
}

function hearAlarm(before: Heard, who: Identity, alarm: AlarmReport, report: Report, now: MonotonicMs): Heard {
  const [state, hearing] = time(before.state, alarm, report, now);
  const [pumps, told] = hearAlarmOf(state.pumps, who, alarm, hearing);
  return { ...before, state: { ...state, pumps }, observations: [...before.observations, ...told] };
}

/** Of when it is, by the clock of its station. */
function time(
  state: State,
  { who, time: observedAt }: Pick<PumpReport, 'who' | 'time'>,
  { header, cover }: Report,
  now: MonotonicMs,
): readonly [State, Hearing] {
  const moment = { time: observedAt, sentTime: header.time, at: now, wallTime: cover?.wallTime };
  const [clock, timing] = readClock(state.clocks.get(who.station), moment);
  const clocks = new Map(state.clocks);
  clocks.delete(who.station);
  clocks.set(who.station, clock);
  if (clocks.size > MOST_CLOCKS) clocks.delete(clocks.keys().next().value ?? '');
  const isOnTime = timing === 'on-time';
  const trouble = isOnTime ? state.trouble : timing === 'late' ? TROUBLES.late : TROUBLES.unsettled;
  return [
    { ...state, clocks, trouble },
    { source: state.source, now, isOnTime, doubt: skewText(clock) },
  ];
}

function passTime(state: State, now: MonotonicMs): Result {
  const [pumps, told] = missPumps(state.pumps, state.source, now);
  const next: State = { ...state, pumps };
  const observed: readonly Effect[] = told.length > 0 ? [{ type: 'observed', observations: told }] : [];
  const [after, effects] = judge(next, now);
  return [after, [...effects, ...observed]];
}

function judge(state: State, now: MonotonicMs): Result {
  switch (state.standing.at) {
    case 'live':
      return isConnected(state)
        ? tell(state, 'live')
        : tell({ ...state, trouble: state.trouble ?? TROUBLES.silent }, 'silent');
    case 'negotiating': {
      const isHintDue = state.trouble === undefined && now - state.openedAt >= HINT_AFTER_MS;
      return isHintDue ? tell({ ...state, trouble: TROUBLES.waiting }, 'negotiating') : [state, []];
    }
    case 'silent':
      return tell(state, 'silent');
    case 'closed':
      return [state, []];
  }
}

function tell(state: State, at: State['standing']['at']): Result {
  if (at === 'closed') return [state, []];
  const reason = reasonOf(state, at);
  const { standing } = state;
  if (standing.at === at && standing.reason === reason) return [state, []];
  const status: Effect = reason === undefined ? { type: 'status', state: at } : { type: 'status', state: at, reason };
  return [{ ...state, standing: { at, reason } }, [status]];
}

function reasonOf(
  { trouble, pumps, strangers, rejected, unread, refused }: State,
  at: 'negotiating' | 'live' | 'silent',
): string | undefined {
  const missing = [...pumps.values()].filter(({ isConnected: isHeard, report }) => !isHeard && report !== undefined);
  const sentences = [
    ...(at === 'live' || trouble === undefined ? [] : [trouble]),
    ...(missing.length === 0 ? [] : [`Not heard of any more: ${listed(missing.map(({ who }) => nameOf(who)))}.`]),
    ...countsIn('Reported here and set up at no bed', strangers),
    ...countsIn('Messages that were not taken', rejected),
    ...(unread.size === 0 ? [] : [`No place here for ${unread.size} of the terms sent: ${listed([...unread])}.`]),
    ...refusalSentences(refused),
  ];
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

const countsIn = (what: string, counts: ReadonlyMap<string, number>): readonly string[] =>
  counts.size === 0 ? [] : [`${what}: ${listed([...counts].map(([name, count]) => `${coarse(count)} ${name}`))}.`];
