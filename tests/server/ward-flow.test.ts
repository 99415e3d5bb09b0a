/** Changes of the ward on their way to the screens in a storm: counted in what goes over the wire and in ticks, never by a clock. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { alarmId, bedId, monotonicMs, wallMs, type Alarm, type BedId, type Priority } from '$lib/domain/index.ts';
import { applyAlarm, applyPatch, type AlarmMessage, type AudioView, type BedView } from '$lib/realtime/index.ts';
import { ALARMS_PER_TICK, MAX_WAITING } from '$lib/server/alarm-flow.ts';
import { WardFlow } from '$lib/server/ward-flow.ts';
import { WardState } from '$lib/server/ward-state.ts';
import { VIEW } from '../support/bed-view.ts';

const STORM = bedId('bed-1');
const CALM = bedId('bed-2');

/** A gateway without sockets, one screen at its end, and what went over the wire. */
class Ward {
  readonly state = new WardState();
  readonly screen = new Map<BedId, BedView>();
  readonly wire: string[] = [];
  readonly flow: WardFlow;
  readonly #numbers = new Map<BedId, number>();
  missed = 0;

  constructor() {
    const beds = [VIEW, { ...VIEW, bed: CALM }];
    this.state.fold({ type: 'snapshot', snapshot: { at: monotonicMs(0), wallTime: wallMs(0), beds } });
    for (const view of beds) this.screen.set(view.bed, view);
    this.flow = new WardFlow(this.state, {
      alarm: (message) =>
        this.#show(message.bed, `alarm ${message.bed} ${message.number}`, (view) => this.#fold(view, message)),
      patch: (patch) => this.#show(patch.bed, `patch ${patch.bed}`, (view) => applyPatch(view, patch)),
      snapshot: (snapshot) => {
        this.wire.push('snapshot');
        for (const view of snapshot.beds) this.screen.set(view.bed, view);
      },
    });
  }

  alarm(bed: BedId, priority: Priority = 'medium', audio: AudioView = { sounding: priority }): void {
    const number = (this.#numbers.get(bed) ?? 0) + 1;
    this.#numbers.set(bed, number);
    const alarm = {
      id: alarmId(`${bed}:${number % 3}`),
      rule: 'S1',
      state: 'active',
      priority,
      value: number,
    } as Alarm;
    this.flow.alarm({ bed, number, at: monotonicMs(0), change: { cause: 'updated', alarm }, audio });
  }

  patch(bed: BedId, label: string, audio?: AudioView): void {
    this.flow.patch({ bed, changes: { label, ...(audio && { audio }) } });
  }

  /** Ticks until nothing more goes out. */
  settle(): number {
    for (let ticks = 0; ; ticks += 1) {
      const before = this.wire.length;
      this.flow.tick();
      if (this.wire.length === before) return ticks;
    }
  }

  #fold(view: BedView, message: AlarmMessage): BedView {
    if (message.number > view.alarmNumber + 1) this.missed += 1;
    return applyAlarm(view, message);
  }

  #show(bed: BedId, what: string, fold: (view: BedView) => BedView): void {
    this.wire.push(what);
    const view = this.screen.get(bed);
    if (view) this.screen.set(bed, fold(view));
  }
}

describe('a bed that storms', () => {
  test('does not delay the alarm of another bed, nor its numbers', () => {
    const ward = new Ward();
    for (let i = 0; i < 5000; i += 1) {
      ward.patch(STORM, `Bed ${i}`);
      if (i % 50 === 0) ward.alarm(STORM);
    }
    const before = ward.wire.length;
    ward.alarm(CALM, 'high');
    ward.patch(CALM, 'Bed 2b');
    expect(ward.wire.slice(before)).toEqual([`alarm ${CALM} 1`, `patch ${CALM}`]);
    expect(before).toBeLessThanOrEqual(60);
  });

  test('catches up within a bounded number of ticks, in its order, nothing missed', () => {
    const ward = new Ward();
    for (let i = 0; i < MAX_WAITING; i += 1) ward.alarm(STORM);
    expect(ward.settle()).toBeLessThanOrEqual(MAX_WAITING / ALARMS_PER_TICK);
    expect(ward.wire).toEqual(Array.from({ length: MAX_WAITING }, (_, i) => `alarm ${STORM} ${i + 1}`));
  });

  test('that leaves its screens too far behind gives them the whole, so that its newest alarm is there at once', () => {
    const ward = new Ward();
    for (let i = 0; i < 1000; i += 1) ward.alarm(STORM);
    expect(ward.wire.filter((what) => what === 'snapshot').length).toBeGreaterThan(0);
    expect(ward.state.view(STORM)?.alarmNumber).toBe(1000);
    expect(1000 - (ward.screen.get(STORM)?.alarmNumber ?? 0)).toBeLessThanOrEqual(MAX_WAITING);
    ward.settle();
    expect(ward.screen.get(STORM)).toEqual(ward.state.view(STORM));
    expect(ward.missed).toBe(0);
  });

  test('is one tick’s share of wire at most, however many beds storm: each gets its share', () => {
    const ward = new Ward();
    for (let i = 0; i < 100; i += 1) {
      ward.alarm(STORM);
      ward.alarm(CALM);
    }
    ward.wire.length = 0;
    ward.flow.tick();
    const share = (bed: BedId): number => ward.wire.filter((what) => what.startsWith(`alarm ${bed}`)).length;
    expect([share(STORM), share(CALM)]).toEqual([ALARMS_PER_TICK, ALARMS_PER_TICK]);
  });
});

describe('of any course of changes', () => {
  const audio = fc.constantFrom<AudioView>({}, { sounding: 'high' }, { pausedUntil: monotonicMs(5) });
  const bed = fc.constantFrom(STORM, CALM);
  const happening = fc.oneof(
    fc.record({ does: fc.constant('alarm' as const), bed, audio, times: fc.constantFrom(1, 3, 40, 200) }),
    fc.record({ does: fc.constant('patch' as const), bed, audio, times: fc.constantFrom(1, 12) }),
    fc.record({ does: fc.constant('tick' as const) }),
    fc.record({ does: fc.constant('hello' as const) }),
  );

  test('the screen shows in the end what the ward is, and never misses an alarm change', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (course) => {
        const ward = new Ward();
        for (const one of course) {
          if (one.does === 'tick') ward.flow.tick();
          else if (one.does === 'hello') ward.flow.settled();
          else
            for (let i = 0; i < one.times; i += 1) {
              if (one.does === 'alarm') ward.alarm(one.bed, 'medium', one.audio);
              else ward.patch(one.bed, `Bed ${i}`, i % 2 ? one.audio : undefined);
            }
        }
        ward.settle();
        for (const [id, view] of ward.screen) expect(view).toEqual(ward.state.view(id));
        expect(ward.missed).toBe(0);
      }),
    );
  });
});
