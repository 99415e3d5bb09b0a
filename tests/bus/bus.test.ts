/** The same behaviour at both distances: in one process, and over a socket between two. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { filter, firstValueFrom, Subject, take, toArray, type Observable } from 'rxjs';
import {
  bedId,
  fail,
  monotonicMs,
  ok,
  wallMs,
  type BedId,
  type CommandEnvelope,
  type Delivery,
  type Refusal,
  type Result,
} from '$lib/domain/index.ts';
import type { AnswerTo, Bus, BusHost, Listeners, StationEvent, StationRequest } from '$lib/bus/bus.ts';
import { connectBus, serveBus, type BusServer } from '$lib/bus/child-process.server.ts';
import { inProcessBus } from '$lib/bus/in-process.ts';
import { FrameCutter, frameOf } from '$lib/bus/socket-frames.ts';
import { NURSE } from '../support/bed.ts';

/** A core that answers from a script. */
class ScriptedHost implements BusHost {
  readonly #event$ = new Subject<StationEvent>();
  readonly events$: Observable<StationEvent> = this.#event$.asObservable();
  readonly reports: Readonly<Record<string, Listeners>>[] = [];
  readonly deliveries: (readonly [BedId, Delivery])[] = [];
  beats = 0;

  snapshot() {
    return { at: monotonicMs(this.beats), wallTime: wallMs(0), beds: [] };
  }
  command({ bed }: CommandEnvelope): Promise<Result<null, Refusal>> {
    return Promise.resolve(bed === 'bed-1' ? ok(null) : fail({ why: 'unknown-bed', message: 'There is no such bed.' }));
  }
  request<R extends StationRequest>(): Promise<AnswerTo<R>> {
    return Promise.resolve(ok([]) as unknown as AnswerTo<R>);
  }
  report(listeners: Readonly<Record<string, Listeners>>): void {
    this.reports.push(listeners);
  }
  deliver(bed: BedId, delivery: Delivery): void {
    this.deliveries.push([bed, delivery]);
  }
  beat(): void {
    this.beats += 1;
    this.#event$.next({ type: 'heartbeat', count: this.beats, at: monotonicMs(this.beats), wallTime: wallMs(0) });
  }
  wave(samples: number): void {
    this.#event$.next({ type: 'waves', frame: new Uint8Array(samples).fill(7) });
  }
}

const envelope = (bed: string): CommandEnvelope => ({
  id: 'c1',
  bed: bedId(bed),
  by: NURSE,
  command: { type: 'pause-audio' },
});

let directory: string;
let host: ScriptedHost;
const servers: BusServer[] = [];
const buses: Bus[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bus-'));
  host = new ScriptedHost();
});
afterEach(async () => {
  for (const bus of buses.splice(0)) bus.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
  rmSync(directory, { recursive: true });
});

const path = (): string => join(directory, 'bus.sock');

async function serve(): Promise<BusServer> {
  const server = await serveBus(host, path());
  servers.push(server);
  return server;
}

function connect(): Bus {
  const bus = connectBus(path());
  buses.push(bus);
  return bus;
}

describe.each(['in process', 'between processes'] as const)('the bus %s', (distance) => {
  async function join2(): Promise<Bus> {
    if (distance === 'in process') return inProcessBus(host);
    await serve();
    return connect();
  }

  test('begins with a snapshot and goes on with the events in order', async () => {
    const bus = await join2();
    const heard = firstValueFrom(bus.events$.pipe(take(4), toArray()));
    await firstValueFrom(bus.events$);
    host.beat();
    host.wave(100);
    host.beat();
    expect((await heard).map(({ type }) => type)).toEqual(['snapshot', 'heartbeat', 'waves', 'heartbeat']);
  });

  test('gives a snapshot to whoever begins to listen later, too', async () => {
    const bus = await join2();
    await firstValueFrom(bus.events$);
    expect((await firstValueFrom(bus.events$)).type).toBe('snapshot');
  });

  test('carries samples and answers unchanged', async () => {
    const bus = await join2();
    const wave = firstValueFrom(bus.events$.pipe(filter((event) => event.type === 'waves')));
    await firstValueFrom(bus.events$);
    host.wave(3);
    expect(await wave).toEqual({ type: 'waves', frame: new Uint8Array([7, 7, 7]) });
    expect(await bus.command(envelope('bed-1'))).toEqual({ ok: true, value: null });
    expect(await bus.command(envelope('bed-9'))).toMatchObject({ ok: false, error: { why: 'unknown-bed' } });
    expect(await bus.request({ type: 'drivers' })).toEqual({ ok: true, value: [] });
  });

  test('tells the core who listens, and that nobody does when it is closed', async () => {
    const bus = await join2();
    await firstValueFrom(bus.events$);
    bus.report({ 'bed-1': { screens: 2, audibleScreens: 1 } });
    await bus.command(envelope('bed-1'));
    expect(host.reports).toEqual([{ 'bed-1': { screens: 2, audibleScreens: 1 } }]);
    bus.close();
    await expect.poll(() => host.reports.at(-1)).toEqual({});
  });
});

describe('between processes', () => {
  test('a core that goes away is said to be lost, and a snapshot comes when it is back', async () => {
    const server = await serve();
    const bus = connect();
    const heard = firstValueFrom(bus.events$.pipe(take(3), toArray()));
    await firstValueFrom(bus.events$);
    await server.close();
    await serve();
    expect((await heard).map(({ type }) => type)).toEqual(['snapshot', 'lost', 'snapshot']);
  });

  test('a question under way when the core dies is answered for', async () => {
    host.request = () => new Promise(() => undefined);
    const server = await serve();
    const bus = connect();
    await firstValueFrom(bus.events$);
    const answer = bus.request({ type: 'ports' });
    await bus.command(envelope('bed-1'));
    await server.close();
    expect(await answer).toMatchObject({ ok: false, error: { why: 'unavailable' } });
  });

  test('a command without a core fails at once and says so', async () => {
    const bus = connect();
    expect(await bus.command(envelope('bed-1'))).toEqual({
      ok: false,
      error: {
        why: 'unavailable',
        message: 'The monitoring process is not running at the moment. Nothing was changed; try again.',
      },
    });
  });
});

describe('messages on a stream', () => {
  test('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (payloads, sizes) => {
          const stream = Buffer.concat(payloads.map(frameOf));
          const cutter = new FrameCutter();
          const out: Uint8Array[] = [];
          for (let at = 0, i = 0; at < stream.length; i += 1) {
            const size = sizes[i % sizes.length] ?? 1;
            out.push(...cutter.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(out.map((payload) => [...payload])).toEqual(payloads.map((payload) => [...payload]));
        },
      ),
    );
  });

  test('a stream that announces more than can be is refused', () => {
    expect(() => new FrameCutter().push(new Uint8Array([0xff, 0xff, 0xff, 0xff]))).toThrow(RangeError);
  });
});
