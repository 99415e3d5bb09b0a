/**
 * What a ComDevice tells once (a bolus, a changed disposable, who a pump is, that it was pulled out) is in the bed's journal
 * whatever happens next, and before the ACK with which the ComDevice forgets it. Simulated rack → the real runner → a bed's fold.
 */
import { mergeMap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { latin1 } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { ACK } from '$drivers/pump-bbraun-bcc/framing.ts';
import { pumpBbraunBcc } from '$drivers/pump-bbraun-bcc/index.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { BedFold, emptyBed } from '$lib/bedside/index.ts';
import { bedId, deviceId, isUrgent, monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import { createBbraunRack } from '$simulators/devices/pump-bbraun-bcc/index.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { StillBedside } from '../../support/still-bedside.ts';
import { FIRST_PUMP, SECOND_PUMP } from './virtual-link.ts';

/** What becomes of a chunk on its way to the station; undefined loses it. */
type Way = (bytes: Uint8Array, simMs: number) => Uint8Array | undefined;

class Tampered implements SimulatedDevice {
  readonly #device: SimulatedDevice;
  readonly #way: Way;

  constructor(device: SimulatedDevice, way: Way) {
    this.#device = device;
    this.#way = way;
  }
  step(input: DeviceInput): readonly Uint8Array[] {
    return this.#device.step(input).flatMap((bytes) => this.#way(bytes, input.simMs) ?? []);
  }
}

const HAPPENS_MS = 20_000;

/** A second pump whose block always follows, and everything that is told once. */
const RACK = {
  pumps: [{ place: '13' }],
  boluses: [{ atMs: HAPPENS_MS, volumeMl: 2 }],
  disposableChanges: [{ pump: 0, atMs: HAPPENS_MS }],
};

interface Lived {
  /** In the order of the journal. */
  readonly readings: readonly InfusionReading[];
  /** The journal and the bytes that left, in the order in which both happened. */
  readonly course: readonly (InfusionReading | 'ack')[];
}

interface Setup {
  readonly rack?: Readonly<Record<string, unknown>>;
  readonly way?: Way;
  /** When the device is taken away, and the link with it. */
  readonly endsMs?: number;
}

function live({ rack = RACK, way = (bytes) => bytes, endsMs }: Setup = {}): Lived {
  const time = new VirtualTime();
  const bedside = new StillBedside();
  bedside.orderNow = { ...bedside.orderNow, isStarted: true };
  const device = new Tampered(createBbraunRack(bedside, { settings: rack }), way);
  const course: (InfusionReading | 'ack')[] = [];
  const fold = new BedFold({ state: emptyBed(bedId('bed-1'), monotonicMs(0)), seq: 0 }, ({ body }) => {
    if (body.kind === 'observed' && body.observation.kind === 'infusion') course.push(body.observation);
  });
  const connect = simulatedLink({ device, scheduler: time, beginsMs: 0, ...(endsMs !== undefined && { endsMs }) });
  const running = runDriver(sealDriver(pumpBbraunBcc), connect, {
    context: { device: deviceId('rack'), settings: {} },
    label: 'rack',
    isSimulated: true,
    clock: () => monotonicMs(time.now()),
    scheduler: time,
  })
    .pipe(
      mergeMap((event) => {
        if (event.kind === 'bytes' && event.direction === 'out' && event.bytes[0] === ACK) course.push('ack');
        return event.kind === 'observed' ? event.observations : [];
      }),
    )
    .subscribe((observation) => {
      if (observation.kind === 'infusion') fold.input(observation.at, { kind: 'observed', observation });
    });
  time.runTo(60_000);
  running.unsubscribe();
  return { course, readings: course.filter((each) => each !== 'ack') };
}

const bolusesIn = (readings: readonly InfusionReading[]): number =>
  readings.reduce((sum, { bolus }) => sum + (bolus?.count ?? 0), 0);
const noticesIn = (readings: readonly InfusionReading[]) => readings.flatMap(({ notices = [] }) => notices);
const ofFirst = ({ readings }: Lived) => readings.filter(({ channel }) => channel === FIRST_PUMP);
const bolusIn = ({ readings }: Lived): InfusionReading => {
  const found = readings.find(({ bolus }) => bolus && bolus.count > 0);
  if (!found) throw new Error('the bolus is not in the journal');
  return found;
};

/** Blocks of the second pump are damaged from an instant on, for a while. */
const damaging =
  (fromMs: number, forMs: number): Way =>
  (bytes, at) =>
    at >= fromMs && at < fromMs + forMs && latin1(bytes).includes(',50113,')
      ? bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte))
      : bytes;

describe('a bolus and a changed syringe', () => {
  const undisturbed = live();
  const toldAt = bolusIn(undisturbed).at;

  function expectOnce(lived: Lived): void {
    expect(bolusesIn(ofFirst(lived))).toBe(1);
    expect(bolusIn(lived)).toMatchObject({ channel: FIRST_PUMP, bolus: { count: 1, volumeMl: 2 } });
    expect(noticesIn(lived.readings)).toEqual(['disposable-changed']);
  }

  test('are told once', () => {
    expectOnce(undisturbed);
    expect(ofFirst(undisturbed).every(({ doubt }) => doubt === undefined)).toBe(true);
  });

  test.each([300, 1200, 10_000])('are told once when the block behind them is damaged for %i ms', (forMs) => {
    expectOnce(live({ way: damaging(HAPPENS_MS - 1000, forMs + 8000) }));
  });

  test('are told once when their own block is damaged: it is asked for again', () => {
    let damaged = 0;
    const way: Way = (bytes) => {
      if (!latin1(bytes).includes('INBOCNT,1') || damaged > 1) return bytes;
      damaged += 1;
      return bytes.map((byte, i) => (i === 100 ? byte ^ 0x40 : byte));
    };
    expectOnce(live({ way }));
    expect(damaged).toBe(2);
  });

  test('are told once when the first byte of their block is lost', () => {
    let lost = 0;
    const way: Way = (bytes) => (latin1(bytes).includes('INBOCNT,1') && lost++ === 0 ? bytes.slice(1) : bytes);
    expectOnce(live({ way }));
    expect(lost).toBeGreaterThan(0);
  });

  test('are in the journal when not a byte comes after them', () => {
    const lived = live({ way: (bytes, at) => (at > toldAt ? undefined : bytes) });
    expectOnce(lived);
    expect(lived.readings.every(({ at }) => at <= toldAt)).toBe(true);
  });

  test('are in the journal when the link breaks right after them, before the ACK could leave', () => {
    const lived = live({ endsMs: toldAt + 1 });
    expectOnce(lived);
    expect(lived.course.at(-1)).not.toBe('ack');
  });

  test('wait for the pump when it is pulled out before anybody asked, and are told at its new place', () => {
    // After the bolus has ended, and before the answer that told it.
    const atMs = Math.floor((toldAt - 150) / 50) * 50;
    const moves = [{ pump: 0, atMs, to: '17' }];
    const lived = live({ rack: { ...RACK, disposableChanges: [{ pump: 0, atMs }], moves } });
    expect(bolusesIn(ofFirst(lived))).toBe(1);
    expect(bolusIn(lived).place).toBe('pillar 1 slot 7');
    expect(noticesIn(ofFirst(lived))).toEqual(['disposable-changed']);
    expect(ofFirst(lived).at(-1)).toMatchObject({ place: 'pillar 1 slot 7', state: 'infusing' });
  });

  test('an answer that is lost for good is told as a gap', () => {
    const way: Way = (bytes) => (latin1(bytes).includes('INBOCNT,1') ? undefined : bytes);
    const lived = live({ way });
    expect(bolusesIn(lived.readings)).toBe(0);
    expect(ofFirst(lived).some(({ doubt }) => doubt?.includes('an answer was lost'))).toBe(true);
  });

  test('must be on disk at once', () => {
    const isUrgentReading = (observation: InfusionReading) => isUrgent({ kind: 'observed', observation });
    const bolus = bolusIn(undisturbed);
    const plain = ofFirst(undisturbed).filter(({ at }) => at > bolus.at);
    expect(isUrgentReading(bolus)).toBe(true);
    expect(plain.length).toBeGreaterThan(10);
    expect(plain.some(isUrgentReading)).toBe(false);
    expect(isUrgentReading({ ...bolus, bolus: { count: 0, volumeMl: 0 }, notices: ['disposable-changed'] })).toBe(true);
  });
});

describe('a pump that is pulled out', () => {
  const rack = { pumps: [{ place: '13' }, { place: '15' }], moves: [{ pump: 0, atMs: HAPPENS_MS }] };
  const gone = ({ readings }: Lived) => readings.filter(({ state }) => state === 'disconnected');

  test('says goodbye once, when the notice comes and when it is lost', () => {
    expect(gone(live({ rack }))).toMatchObject([{ channel: FIRST_PUMP, model: 'Perfusor Space' }]);
    const way: Way = (bytes) => (/GNE?ERR,39/.test(latin1(bytes)) ? undefined : bytes);
    expect(gone(live({ rack, way }))).toMatchObject([{ channel: FIRST_PUMP }]);
  });

  test('says goodbye when the link breaks right after', () => {
    const [first] = gone(live({ rack }));
    if (!first) throw new Error('no goodbye');
    expect(gone(live({ rack, endsMs: first.at + 1 }))).toMatchObject([{ channel: FIRST_PUMP }]);
    expect(isUrgent({ kind: 'observed', observation: first })).toBe(true);
  });
});

describe('who a pump is', () => {
  test('is in every reading, though it is told in the first answer only', () => {
    const { readings } = live();
    expect(new Set(ofFirst({ readings, course: [] }).map(({ softwareVersion }) => softwareVersion))).toEqual(
      new Set(['688N030004']),
    );
    expect(readings.find(({ channel }) => channel === SECOND_PUMP)).toMatchObject({ model: 'Infusomat Space' });
  });

  test('stays when the block behind it is damaged', () => {
    const { readings } = live({ way: damaging(0, 5000) });
    expect(
      readings.filter(({ channel }) => channel === FIRST_PUMP).every(({ model }) => model === 'Perfusor Space'),
    ).toBe(true);
  });
});

test('every block is in the journal before its ACK leaves', () => {
  const { course } = live({ rack: {} });
  const firstReading = course.findIndex((each) => each !== 'ack');
  // Two ACKs belong to the greeting and the version; then block and ACK take turns.
  expect(course.slice(0, firstReading)).toEqual(['ack', 'ack']);
  const turns = course.slice(firstReading).map((each) => (each === 'ack' ? 'ack' : 'block'));
  expect(turns.length).toBeGreaterThan(80);
  expect(turns.every((turn, i) => turn === (i % 2 === 0 ? 'block' : 'ack'))).toBe(true);
});
