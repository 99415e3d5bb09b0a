/** What we say to a monitor. It is everything that `guard.ts` lets pass, and nothing else. */
import { writePollProfile } from './association.ts';
import type { Content, Framing, PollRequest, Query } from './messages.ts';
import { TICKS_PER_MS } from './messages.ts';
import {
  ATTRIBUTE,
  CLASS,
  EXT_OPTIONS,
  GROUP,
  OBJECTS_PARTITION,
  OPERATOR,
  STARTUP,
  SYSTEM_TYPE,
} from './protocol-codes.ts';
import { list, longs } from './wire.ts';
import { WAVE_LABELS } from './waves-table.ts';

/**
 * What is asked for with an invoke id. `presence` is the shortest request that there is: a monitor ends an association in
 * which the client says nothing for ten seconds.
 */
export type Ask = 'priorities' | 'numerics' | 'waves' | 'alerts' | 'clock' | 'presence';

/** How long the monitor is to go on by itself. */
export const ACTIVE_MS = 60_000;

/** Decides how long the monitor waits for a word of ours: ten seconds for everything up to 3.3 s. */
const POLL_PERIOD_MS = 1000;
const MTU: Readonly<Record<Framing, number>> = { serial: 1000, lan: 1364 };

const FIRST_VERSION = 0x80000000;
const NOMENCLATURE = 0x40000000;
/** Objects may appear and disappear while we are associated. */
const DYNAMIC_OBJECTS = 0x60000000;
const ANY_BANDWIDTH = 0xffffffff;

export function associate(framing: Framing, wantsWaves: boolean): Query {
  const profile = writePollProfile({
    revision: FIRST_VERSION,
    minPollPeriod: POLL_PERIOD_MS * TICKS_PER_MS,
    maxMtuReceive: MTU[framing],
    maxMtuSend: MTU[framing],
    maxBandwidth: ANY_BANDWIDTH,
    options: DYNAMIC_OBJECTS,
    extOptions: (EXT_OPTIONS.numericsEverySecond | (wantsWaves ? EXT_OPTIONS.waves : 0)) >>> 0,
  });
  return {
    kind: 'associate',
    framing,
    information: {
      protocolVersion: FIRST_VERSION,
      nomenclatureVersion: NOMENCLATURE,
      functionalUnits: 0,
      systemType: SYSTEM_TYPE.client,
      startupMode: STARTUP.cold,
      options: [],
      profiles: [{ id: ATTRIBUTE.pollProfile, value: profile }],
    },
  };
}

export interface AskOptions {
  readonly invokeId: number;
  /** Physio ids for the priority list. */
  readonly waves: readonly number[];
  /** The first poll of numerics asks for everything, so that labels are known; the next ones for values alone. */
  readonly wantsContext: boolean;
}

export function ask(what: Ask, { invokeId, waves, wantsContext }: AskOptions): Content {
  switch (what) {
    case 'priorities': {
      const labels = list(waves.map((id) => longs(WAVE_LABELS | id)));
      const attribute = { id: ATTRIBUTE.wavePriorities, value: labels };
      return { kind: 'set', invokeId, isConfirmed: true, modifications: [{ operator: OPERATOR.replace, attribute }] };
    }
    case 'numerics':
      return streaming(invokeId, CLASS.numerics, wantsContext ? GROUP.all : GROUP.observed);
    case 'waves':
      return streaming(invokeId, CLASS.waves, GROUP.all);
    case 'alerts':
      return streaming(invokeId, CLASS.alerts, GROUP.alertMonitor);
    case 'clock':
      return once(invokeId, CLASS.system, GROUP.all);
    case 'presence':
      return once(invokeId, CLASS.alerts, GROUP.staticContext);
  }
}

/** An extended poll that goes on by itself. The poll number is the class: there is one stream of each. */
function streaming(invokeId: number, code: number, group: number): Content {
  const period = { id: ATTRIBUTE.pollPeriod, value: longs(ACTIVE_MS * TICKS_PER_MS) };
  return poll(invokeId, { ...requestFor(code, group), isExtended: true, attributes: [period] });
}

const once = (invokeId: number, code: number, group: number): Content =>
  poll(invokeId, { ...requestFor(code, group), isExtended: false, attributes: [] });

const requestFor = (code: number, group: number): Pick<PollRequest, 'pollNumber' | 'type' | 'group'> => ({
  pollNumber: code,
  type: { partition: OBJECTS_PARTITION, code },
  group,
});

const poll = (invokeId: number, request: PollRequest): Content => ({ kind: 'poll', invokeId, request });
