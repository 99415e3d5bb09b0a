/** Real drivers against simulated devices at the other end of a wire in memory, in virtual time. */
import fc from 'fast-check';
import { Observable } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { toHex } from '$drivers/bytes.ts';
import { LinkFailure, type Connect } from '$drivers/link.ts';
import { probe, type ProbeEvent, type ProbeResult } from '$drivers/port-probe.ts';
import { planProbe, type Plan } from '$drivers/probe-plan.ts';
import { candidateTexts, resultText } from '$drivers/probe-words.ts';
import { DRIVERS, driverOf } from '$drivers/registry.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { memoryWire, type MemoryEnd } from '$drivers/transport/memory.ts';
import { monotonicMs } from '$lib/domain/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { SIMULATED_DEVICES } from '$simulators/registry.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';

/** What a person waits for, at the most. */
const LIMIT_MS = 90_000;

interface Sent {
  readonly plan: Plan | undefined;
  readonly frame: Uint8Array;
}

interface Course {
  readonly result: ProbeResult | undefined;
  readonly tookMs: number;
  readonly sent: readonly Sent[];
  readonly failure: unknown;
}

function runProbe(connectWith: (time: VirtualTime) => Connect, link: 'serial' | 'tcp' = 'serial'): Course {
  const time = new VirtualTime();
  const sent: Sent[] = [];
  let [result, tookMs, plan, failure]: [ProbeResult | undefined, number, Plan | undefined, unknown] = [
    undefined,
    Infinity,
    undefined,
    undefined,
  ];
  const hear = (event: ProbeEvent): void => {
    if (event.kind === 'trying') plan = event.plan;
    if (event.kind === 'bytes' && event.direction === 'out') sent.push({ plan, frame: event.bytes });
    if (event.kind === 'done') [result, tookMs] = [event.result, time.now()];
  };
  probe({
    drivers: DRIVERS,
    link,
    connect: connectWith(time),
    clock: () => monotonicMs(time.now()),
    scheduler: time,
  }).subscribe({ next: hear, error: (error: unknown) => (failure = error) });
  time.runTo(2 * LIMIT_MS);
  return { result, tookMs, sent, failure };
}

/** A far end that does this with every connection. */
const farEnd =
  (serve: (far: MemoryEnd) => void) =>
  (time: VirtualTime): Connect => {
    const wire = memoryWire(time);
    wire.connections$.subscribe(serve);
    return wire.connect;
  };

const SILENCE = farEnd((far) => void far.bytes$.subscribe());

function simulated(id: string, forbidden: string[] = []) {
  const kind = SIMULATED_DEVICES.find((one) => one.id === id);
  const story = scenario('calm');
  if (!kind || !story.ok) throw new Error(`no simulated ${id}`);
  const onForbidden = (what: string): void => void forbidden.push(what);
  return (time: VirtualTime): Connect =>
    simulatedLink({
      device: kind.make(createBedside(story.value, 3), { settings: { epochS: 1_700_000_000 }, onForbidden }),
      scheduler: time,
      beginsMs: -600_000,
    });
}

describe.each(SIMULATED_DEVICES.map(({ id }) => id))('a simulated %s', (id) => {
  const driver = driverOf(id);

  test.skipIf(driver?.serial === undefined || driver.isNotProbed)(
    'on a serial port is recognised, with its line, and takes nothing ill',
    () => {
      const forbidden: string[] = [];
      const { result, tookMs } = runProbe(simulated(id, forbidden));
      expect(result?.outcome).toBe('recognised');
      expect(result?.found?.evidence.driver.id).toBe(id);
      expect([driver?.serial, ...(driver?.otherLines ?? [])]).toContainEqual(result?.found?.plan.line);
      expect(tookMs).toBeLessThan(LIMIT_MS);
      expect(forbidden).toEqual([]);
    },
  );

  test.skipIf((driver?.serial ?? driver?.tcp) === undefined || driver?.isNotProbed)(
    'behind a network address is recognised',
    () => {
      const { result } = runProbe(simulated(id), 'tcp');
      expect(result?.found?.evidence.driver.id).toBe(id);
      expect(result?.found?.plan.line).toBeUndefined();
    },
  );
});

describe('what speaks by itself', () => {
  test('is recognised without one byte sent', () => {
    for (const id of ['nonin', 'masimo', 'nellcor', 'ivy-450c']) expect(runProbe(simulated(id)).sent).toEqual([]);
  });

  test('and is not understood is not spoken to: unrecognised, for a capture', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 200, maxLength: 2000 }), (noise) => {
        const { result, sent, tookMs } = runProbe(farEnd((far) => void far.send(noise)));
        expect(result?.outcome).toBe('unrecognised');
        expect(sent).toEqual([]);
        expect(tookMs).toBeLessThan(LIMIT_MS);
        expect(result && resultText(result)).toContain('no known protocol is in them. Save a capture');
      }),
      { numRuns: 30 },
    );
  });

  test('and hangs up is tried on', () => {
    const { result } = runProbe(
      farEnd((far) => {
        void far.send(new Uint8Array(40).fill(0x55));
        far.close();
      }),
      'tcp',
    );
    expect(result?.outcome).toBe('unrecognised');
    expect(result?.attempts[0]?.ended).toBe('The device closed the connection.');
  });
});

test('what a question would change is not asked: the alarm of a pump that ends when it is read', () => {
  const { sent } = runProbe(simulated('pump-newera-ne1000'));
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.some(({ plan }) => plan?.asked?.id === 'pump-newera-ne1000')).toBe(false);
});

describe('what says nothing', () => {
  const { result, sent, tookMs } = runProbe(SILENCE);

  test('is asked by every driver that asks, for a bounded time', () => {
    expect(result?.outcome).toBe('silent');
    expect(tookMs).toBeLessThan(LIMIT_MS);
    const asked = new Set(sent.map(({ plan }) => plan?.asked?.id));
    expect(asked).toEqual(new Set(planProbe(DRIVERS, 'serial').flatMap(({ asked: one }) => (one ? [one.id] : []))));
    expect(asked.size).toBeGreaterThan(5);
  });

  test('hears only frames that the guard of the asking driver lets pass without any leave', () => {
    expect(sent.length).toBeGreaterThan(0);
    for (const { plan, frame } of sent) expect(passGuard(plan?.asked?.maySend ?? [], frame)).toEqual(frame);
  });

  test('hears nothing that another device would take for an order: a cuff that starts, another data mode', () => {
    const orders = ['3a20a6', '3a873f', '3a289e', '3a79010', '4e4330', '204e4420'];
    const all = sent.map(({ frame }) => toHex(frame).replaceAll(' ', '')).join('|');
    for (const order of orders) expect(all).not.toContain(order);
  });

  test('is told about in a sentence for each driver', () => {
    const texts = result ? candidateTexts(result) : [];
    expect(texts).toHaveLength(DRIVERS.filter(({ serial }) => serial).length);
    expect(texts).toContain(`${driverOf('masimo')?.label ?? ''}: nothing came, not asked.`);
    expect(texts).toContain(`${driverOf('ge-s5-dri')?.label ?? ''}: nothing came, asked and unasked.`);
  });
});

test('our own questions that come back are nobody’s protocol', () => {
  const { result } = runProbe(farEnd((far) => void far.bytes$.subscribe((bytes) => void far.send(bytes))));
  expect(result?.outcome).toBe('silent');
  expect(result && resultText(result)).toContain('Only our own questions come back');
});

test('a port that cannot be opened ends the probe with its reason', () => {
  const missing = new LinkFailure('missing', 'There is no port /dev/ttyX: is the adapter plugged in?');
  const { result, failure } = runProbe(() => () => new Observable((out) => out.error(missing)));
  expect(result).toBeUndefined();
  expect(failure).toBe(missing);
});

test('a port that the attempt before is still closing is waited for', () => {
  let opened = 0;
  const { result } = runProbe((time) => {
    const connect = SILENCE(time);
    return (line) =>
      new Observable((out) => {
        opened += 1;
        if (opened % 2 === 0) out.error(new LinkFailure('busy', 'Another program is using it.'));
        else out.add(connect(line).subscribe(out));
      });
  });
  expect(result?.outcome).toBe('silent');
  expect(result?.attempts).toHaveLength(planProbe(DRIVERS, 'serial').length);
  expect(result?.attempts.filter(({ ended }) => ended?.includes('Another program'))).toEqual([]);
});

test('every line that a driver knows is listened to, those of other models as well', () => {
  const heard = planProbe(DRIVERS, 'serial').flatMap(({ asked, line, drivers }) => (asked ? [] : [{ line, drivers }]));
  for (const driver of DRIVERS) {
    for (const line of [...(driver.serial ? [driver.serial] : []), ...(driver.otherLines ?? [])])
      expect(heard.find((one) => JSON.stringify(one.line) === JSON.stringify(line))?.drivers).toContain(driver);
  }
  expect(DRIVERS.some(({ otherLines }) => otherLines)).toBe(true);
});

test('listening comes before all questions, and the shortest question comes first', () => {
  const plans = planProbe(DRIVERS, 'serial');
  const firstAsked = plans.findIndex(({ asked }) => asked);
  expect(plans.slice(firstAsked).every(({ asked }) => asked)).toBe(true);
  expect(plans[firstAsked]?.asked?.id).toBe('nellcor');
  expect(plans.at(-1)?.asked?.id).toBe('philips-intellivue');
});
