/** How the phase of a session follows its pumps, and what is only proposed. */
import { describe, expect, test } from 'vitest';
import {
  bedId,
  monotonicMs,
  type DeviceStanding,
  type InfusionHappening,
  type Phase,
  type Session,
} from '$lib/domain/index.ts';
import { emptyBed, proposePhase, type BedState, type ChannelState } from '$lib/bedside/index.ts';
import { followPump, followRoles, moved } from '$lib/bedside/phases.ts';
import { PUMP } from '../support/bed.ts';
import { byKey, channel, nameless, session } from '../support/channel.ts';

const LIVE = { device: PUMP, state: 'live', role: 'pump' } as DeviceStanding;
const NOW = monotonicMs(900_000);

function bed(of: Session | undefined, ...channels: readonly ChannelState[]): BedState {
  const state: BedState = { ...emptyBed(bedId('bed-1'), NOW), channels: byKey(...channels), devices: [LIVE] };
  return of === undefined ? state : { ...state, session: of };
}
const stopped = (sinceS: number, more: Partial<ChannelState> = {}, state: 'stopped' | 'complete' = 'stopped') =>
  channel({ stateSince: monotonicMs(sinceS * 1000), ...more }, { state });
const { infusionStartedAt: _, ...BEFORE } = session({ phase: 'baseline' });

describe('a phase that is set', () => {
  const to = (phase: Phase, of: Session, ...channels: readonly ChannelState[]) =>
    moved(bed(of, ...channels), of, phase, 'person');

  test('stands since now, and is told with where it came from', () => {
    const { state, outputs } = to('discharge-ready', session());
    expect(state.session).toEqual({ ...session(), phase: 'discharge-ready', phaseSince: NOW });
    expect(outputs).toEqual([
      { kind: 'phase', from: 'infusion', to: 'discharge-ready', cause: 'person' },
      { kind: 'session', session: state.session, cause: 'phase' },
    ]);
  });

  test('to what it is already changes and tells nothing', () => {
    const of = session();
    const state = bed(of);
    expect(moved(state, of, 'infusion', 'person')).toEqual({ state, outputs: [] });
  });

  test('to anything else than the infusion leaves its beginning and its end alone', () => {
    const ended = session({ phase: 'observation', infusionEndedAt: monotonicMs(7) });
    expect(to('discharge-ready', ended).state.session?.infusionEndedAt).toBe(7);
    expect(to('setup', BEFORE).state.session).not.toHaveProperty('infusionStartedAt');
  });

  test('the infusion begins once, and an infusion that goes on has no end', () => {
    expect(to('infusion', BEFORE).state.session?.infusionStartedAt).toBe(NOW);
    const again = to('infusion', session({ phase: 'observation', infusionEndedAt: monotonicMs(5) })).state.session;
    expect(again?.infusionStartedAt).toBe(0);
    expect(again).not.toHaveProperty('infusionEndedAt');
  });

  test('the observation keeps the end that it had, else counts from the last drop, else from now', () => {
    const end = (of: Session, ...channels: readonly ChannelState[]) =>
      to('observation', of, ...channels).state.session?.infusionEndedAt;
    expect(end(session({ infusionEndedAt: monotonicMs(7) }), stopped(500))).toBe(7);
    expect(end(session(), stopped(500))).toBe(500_000);
    expect(end(session(), channel())).toBe(NOW);
    expect(end(session({ infusionStartedAt: monotonicMs(500_000) }), stopped(500))).toBe(500_000);
    expect(end(session({ infusionStartedAt: monotonicMs(500_001) }), stopped(500))).toBe(NOW);
    expect(end(BEFORE, stopped(0))).toBe(0);
  });
});

describe('a pump that tells', () => {
  const follow = (
    of: Session,
    told: readonly InfusionHappening[],
    one: ChannelState,
    ...others: readonly ChannelState[]
  ) => followPump(bed(of, one, ...others), of, { channel: one, told }).state.session?.phase;
  const STARTED: readonly InfusionHappening[] = [{ type: 'started' }];
  const COMPLETED: readonly InfusionHappening[] = [{ type: 'kvo' }, { type: 'completed' }];

  test.each<InfusionHappening['type']>(['started', 'resumed'])('%s begins the infusion, also after its end', (type) => {
    expect(follow(BEFORE, [{ type } as InfusionHappening], channel())).toBe('infusion');
    expect(follow(session({ phase: 'observation' }), [{ type: 'kvo' }, { type } as InfusionHappening], channel())).toBe(
      'infusion',
    );
  });

  test.each<InfusionHappening['type']>(['paused', 'stopped', 'kvo', 'disconnected'])('%s moves nothing', (type) => {
    expect(follow(session(), [{ type } as InfusionHappening], stopped(1))).toBe('infusion');
    expect(follow(BEFORE, [{ type } as InfusionHappening], stopped(1))).toBe('baseline');
  });

  test('that it is complete begins the observation, but not before the infusion, nor while another syringe runs', () => {
    const done = stopped(1, {}, 'complete');
    expect(follow(session(), COMPLETED, done)).toBe('observation');
    expect(follow(BEFORE, COMPLETED, done)).toBe('baseline');
    expect(follow(session(), COMPLETED, done, channel({ key: 'p2' }))).toBe('infusion');
    expect(follow(session(), COMPLETED, done, stopped(1, { key: 'p2' }))).toBe('observation');
    expect(follow(session(), COMPLETED, done, channel({ key: 'c' }, { drugName: 'NaCl' }))).toBe('observation');
  });

  test('what begins and is complete in one look is complete, and the change is the pump’s', () => {
    const of = session();
    const one = stopped(1, {}, 'complete');
    const told = [{ type: 'resumed' }, { type: 'completed' }] as const;
    expect(followPump(bed(of, one), of, { channel: one, told }).outputs[0]).toMatchObject({
      to: 'observation',
      cause: 'pump',
    });
  });

  test('a pump that has just resumed is not its own other syringe', () => {
    expect(follow(session(), COMPLETED, channel())).toBe('observation');
  });

  test('and is a carrier moves nothing; one that nobody named does, while no other is named', () => {
    const running = (key: string) => nameless(key, { hasRun: true });
    expect(follow(BEFORE, STARTED, channel({ key: 'c' }, { drugName: 'NaCl' }))).toBe('baseline');
    expect(follow(BEFORE, STARTED, running('a'), running('b'))).toBe('infusion');
    expect(follow(BEFORE, STARTED, running('a'), channel())).toBe('baseline');
    const other = session({
      ...BEFORE,
      channels: [{ channel: 'a', role: 'other', from: NOW, by: BEFORE.admittedBy, at: NOW }],
    });
    expect(follow(other, STARTED, running('a'), running('b'))).toBe('baseline');
  });

  test('says so by itself: the change is the pump’s', () => {
    const of = BEFORE;
    const one = channel();
    expect(followPump(bed(of, one), of, { channel: one, told: STARTED }).outputs[0]).toMatchObject({ cause: 'pump' });
  });
});

describe('a plan or a word that makes a running pump the therapy', () => {
  const follow = (phase: Phase, one = channel(), devices: readonly DeviceStanding[] = [LIVE]) => {
    const of: Session = { ...BEFORE, phase };
    return followRoles({ ...bed(of, one), devices }, of);
  };

  test.each<[Phase, Phase]>([
    ['setup', 'infusion'],
    ['baseline', 'infusion'],
    ['observation', 'observation'],
    ['discharge-ready', 'discharge-ready'],
  ])('in %s gives %s', (phase, expected) => {
    expect(follow(phase).state.session?.phase).toBe(expected);
  });

  test('begins nothing while it stands, or where its pump is silent or gone', () => {
    expect(follow('setup', stopped(1)).state.session?.phase).toBe('setup');
    expect(follow('setup', channel(), [{ ...LIVE, state: 'silent' }]).state.session?.phase).toBe('setup');
    expect(follow('setup', channel(), []).state.session?.phase).toBe('setup');
    expect(follow('setup', channel(), [{ ...LIVE, device: 'other' } as DeviceStanding]).state.session?.phase).toBe(
      'setup',
    );
  });

  test('is told as the pump’s change', () => {
    expect(follow('setup').outputs[0]).toMatchObject({ kind: 'phase', to: 'infusion', cause: 'pump' });
  });
});

describe('what is proposed', () => {
  test('without a session, or after its end, nothing', () => {
    expect(proposePhase(bed(undefined, channel()))).toBeUndefined();
    expect(proposePhase(bed(session({ phase: 'closed' }), channel()))).toBeUndefined();
  });

  test('outside the infusion: the infusion, since drug flows', () => {
    const flowing = channel({ stateSince: monotonicMs(800_000) });
    expect(proposePhase(bed(session({ phase: 'observation' }), flowing))).toEqual({
      to: 'infusion',
      because: 'drug-flows',
      since: 800_000,
    });
    expect(proposePhase(bed(BEFORE, stopped(1)))).toBeUndefined();
  });

  test('in the infusion: the observation, since the drug ended', () => {
    const of = session();
    expect(proposePhase(bed(of, channel()))).toBeUndefined();
    expect(proposePhase(bed(of, stopped(500)))).toEqual({ to: 'observation', because: 'stopped', since: 500_000 });
    const done = stopped(600, { key: 'p2' }, 'complete');
    expect(proposePhase(bed(of, done))).toEqual({ to: 'observation', because: 'complete', since: 600_000 });
    expect(proposePhase(bed(of, done, stopped(500)))?.because).toBe('stopped');
    expect(proposePhase(bed(of, done, stopped(500, { hasRun: false })))?.because).toBe('complete');
  });
});
