import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { readAlerts } from '$drivers/philips-intellivue/alert-values.ts';
import { readPollProfile } from '$drivers/philips-intellivue/association.ts';
import { attributeOf } from '$drivers/philips-intellivue/attributes.ts';
import { decode, encode } from '$drivers/philips-intellivue/codec.ts';
import { cut, frameSerial } from '$drivers/philips-intellivue/framing.ts';
import type { Content, Framing, Message, Polled, PollResult } from '$drivers/philips-intellivue/messages.ts';
import { ATTRIBUTE, CLASS, GROUP } from '$drivers/philips-intellivue/protocol-codes.ts';
import { ask, associate, type Ask } from '$drivers/philips-intellivue/queries.ts';
import { readSystem } from '$drivers/philips-intellivue/system-values.ts';
import { readNumericObject } from '$drivers/philips-intellivue/values.ts';
import { readWaveContext, readWaves } from '$drivers/philips-intellivue/wave-values.ts';
import { simulatePhilipsIntellivue } from '$simulators/devices/philips-intellivue/index.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import * as vectors from '../drivers/philips-intellivue/vectors.ts';
import { StillBedside } from '../support/still-bedside.ts';

const NOTHING = new Uint8Array(0);
const WAVES: readonly number[] = [0x0102, 0x4bb4, 0x4a14, 0x50ac, 0x5000];

/** A simulated monitor and everything that it has said, with the simulated time of each message. */
class Client {
  readonly bedside = new StillBedside();
  readonly device: SimulatedDevice;
  readonly said: { readonly at: number; readonly message: Message; readonly bytes: Uint8Array }[] = [];
  readonly noise: string[] = [];
  readonly forbidden: string[] = [];
  readonly framing: Framing;
  now = 0;
  #invokeId = 100;

  constructor(settings: Readonly<Record<string, unknown>> = {}, framing: Framing = 'serial') {
    this.framing = framing;
    const onForbidden = (what: string) => void this.forbidden.push(what);
    this.device = simulatePhilipsIntellivue(this.bedside, { settings, onForbidden });
    this.device.step({ type: 'connected', simMs: 0 });
  }

  say(...contents: readonly Content[]): this {
    for (const content of contents) this.receive(encode({ ...content, framing: this.framing }));
    return this;
  }

  receive(bytes: Uint8Array): this {
    this.#hear(this.device.step({ type: 'received', simMs: this.now, bytes }));
    return this;
  }

  associate(): this {
    return this.say(associate(this.framing, true));
  }

  /** Associates and answers the presentation. */
  meet(): this {
    this.associate();
    const [presentation] = this.of('created');
    if (!presentation) throw new Error('not presented');
    const { invokeId, object, time } = presentation;
    return this.say({ kind: 'creation-known', invokeId, object, time });
  }

  ask(what: Ask, { waves = WAVES, wantsContext = true } = {}): this {
    this.#invokeId += 1;
    return this.say(ask(what, { invokeId: this.#invokeId, waves, wantsContext }));
  }

  runTo(until: number, stepMs = 50): this {
    while (this.now < until) {
      this.now = Math.min(this.now + stepMs, until);
      this.#hear(this.device.step({ type: 'tick', simMs: this.now }));
    }
    return this;
  }

  run(ms: number): this {
    return this.runTo(this.now + ms);
  }

  /** Keeps the association alive. */
  stay(ms: number): this {
    for (const end = this.now + ms; this.now < end;) this.run(Math.min(4000, end - this.now)).ask('presence');
    return this;
  }

  get kinds(): readonly string[] {
    return this.said.map(({ message }) => message.kind);
  }

  of<K extends Message['kind']>(kind: K): readonly (Message & { readonly kind: K })[] {
    return this.said
      .map(({ message }) => message)
      .filter((message): message is Message & { readonly kind: K } => message.kind === kind);
  }

  results(code: number): readonly PollResult[] {
    return this.of('polled')
      .map(({ result }) => result)
      .filter(({ type }) => type.code === code);
  }

  timesOf(code: number): readonly number[] {
    return this.said.flatMap(({ at, message }) =>
      message.kind === 'polled' && message.result.type.code === code && (message.result.sequence ?? 0) > 0 ? [at] : [],
    );
  }

  #hear(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      for (const piece of cut(NOTHING, chunk).cuts) {
        if (piece.kind === 'noise') {
          this.noise.push(piece.why);
          continue;
        }
        const decoded = decode(piece.payload);
        if (!decoded.ok) throw new Error(`the simulator said something wrong: ${decoded.detail}`);
        this.said.push({ at: this.now, message: decoded.message, bytes: piece.wire });
      }
    }
  }
}

const objectsOf = (result: PollResult | undefined) => (result?.contexts ?? []).flatMap(({ objects }) => objects);
const numbersOf = (result: PollResult | undefined) => objectsOf(result).map(readNumericObject);
/** All values of the last answer, by physio id. */
function lastNumbers(client: Client) {
  const last = client.results(CLASS.numerics).at(-1);
  const together = client.results(CLASS.numerics).filter(({ relativeTime }) => relativeTime === last?.relativeTime);
  return new Map(
    together
      .flatMap(numbersOf)
      .flatMap(({ values }) => values)
      .map((each) => [each.physioId, each]),
  );
}

describe.each(['serial', 'lan'] as const)('an association, %s', (framing) => {
  test('is granted at once, and the monitor presents itself', () => {
    const client = new Client({}, framing).runTo(1000).associate();
    expect(client.kinds).toEqual(['accept', 'created']);
    const [accepted] = client.of('accept');
    expect(accepted?.information?.systemType).toBe(0x00800000);
    expect(accepted?.information && readPollProfile(accepted.information)).toEqual({
      revision: 0x80000000,
      minPollPeriod: 8000,
      maxMtuReceive: framing === 'serial' ? 996 : 1364,
      maxMtuSend: framing === 'serial' ? 996 : 1364,
      maxBandwidth: 0xffffffff,
      options: 0x60000000,
      extOptions: 0x88000000,
    });
    const [presentation] = client.of('created');
    expect(presentation && readSystem(presentation.attributes)).toEqual({
      manufacturer: 'Philips',
      model: 'M8000',
      operatingMode: 0x4000,
      clock: { wallMs: Date.UTC(2026, 0, 1) + 1000, ticks: 2_000_000 + 8000 },
    });
  });

  test('is presented four times in 10 s when nobody answers, then broken off', () => {
    const client = new Client({}, framing).associate().runTo(20_000);
    expect(client.kinds).toEqual(['accept', 'created', 'created', 'created', 'created', 'abort']);
    expect(client.said.map(({ at }) => Math.floor(at / 100) / 10)).toEqual([0, 0, 3.1, 6.3, 9.4, 10]);
    expect(new Set(client.of('created').map(({ invokeId }) => invokeId))).toEqual(new Set([1]));
  });

  test('ends 10 s after the last word of the client, whatever the monitor sends', () => {
    const client = new Client({}, framing).meet().ask('numerics');
    client.runTo(30_000);
    expect(client.said.at(-1)?.message.kind).toBe('abort');
    expect(client.said.at(-1)?.at).toBeGreaterThanOrEqual(10_000);
    expect(client.said.at(-1)?.at).toBeLessThan(10_100);
  });

  test('stays while the client speaks, if only by repeating itself', () => {
    const client = new Client({}, framing).meet();
    for (let i = 0; i < 10; i += 1) {
      client.run(6000).receive(framing === 'serial' ? frameSerial(creationResult) : creationResult);
    }
    expect(client.kinds).not.toContain('abort');
  });

  test('ends with a release, which is answered, or an abort, which is not', () => {
    expect(new Client({}, framing).meet().say({ kind: 'release' }).run(30_000).kinds.slice(2)).toEqual(['released']);
    expect(new Client({}, framing).meet().say({ kind: 'abort' }).run(30_000).kinds.slice(2)).toEqual([]);
  });
});

const creationResult = vectors.CLIENT_REQUESTS.find(([name]) => name === 'MDS create result')?.[1] ?? NOTHING;

describe('an association that is not usual', () => {
  test('is refused as often as it is set', () => {
    const client = new Client({ refusals: 2 }).associate().associate().associate();
    expect(client.kinds).toEqual(['refuse', 'refuse', 'accept', 'created']);
  });

  test('waits as long as was agreed', () => {
    const longest = (minPollPeriodMs: number): number => {
      const request = associate('serial', true);
      if (request.kind !== 'associate' || !request.information) throw new Error(request.kind);
      const [profile] = request.information.profiles;
      const value = new Uint8Array(profile?.value ?? NOTHING);
      new DataView(value.buffer).setUint32(4, minPollPeriodMs * 8);
      const information = { ...request.information, profiles: [{ id: 1, value }] };
      const client = new Client().say({ kind: 'associate', information }).receive(frameSerial(creationResult));
      return Math.floor((client.run(200_000).said.at(-1)?.at ?? NaN) / 1000);
    };
    expect([100, 3300, 5000, 20_000, 60_000].map(longest)).toEqual([10, 10, 15, 60, 130]);
  });

  test('begins anew with a second request', () => {
    const client = new Client().meet().ask('numerics').run(3000);
    const before = client.said.length;
    client.associate().run(3000);
    expect(client.kinds.slice(before)).toEqual(['accept', 'created']);
  });

  test('ignores a release before its presentation was answered, unless it is set to obey', () => {
    expect(new Client().associate().say({ kind: 'release' }).kinds).toEqual(['accept', 'created']);
    expect(new Client({ obeysEarlyRelease: true }).associate().say({ kind: 'release' }).kinds).toEqual([
      'accept',
      'created',
      'released',
    ]);
  });

  test('with a monitor that forgets to present itself, that aborts, that restarts', () => {
    expect(new Client({ presents: false }).associate().run(9000).kinds).toEqual(['accept']);
    expect(new Client({ abortsAtMs: [3000] }).meet().run(5000).kinds.slice(2)).toEqual(['abort']);
    const restarted = new Client({ restartsAtMs: [3000] }).meet().ask('numerics').run(6000);
    expect(restarted.kinds).not.toContain('abort');
    expect(Math.max(...restarted.timesOf(CLASS.numerics))).toBeLessThan(3000);
    restarted.associate();
    expect(restarted.of('created').at(-1)?.time).toBeLessThan(8 * 3100);
  });

  test('grants no waves when it is set so, and denies them when it is set so', () => {
    const [accepted] = new Client({ grantsWaves: false }).associate().of('accept');
    expect(accepted?.information && readPollProfile(accepted.information)?.extOptions).toBe(0x80000000);
    const denied = new Client({ deniesWaves: true }).meet().ask('priorities').ask('waves').ask('numerics');
    expect(denied.of('error').map(({ invokeId, error }) => [invokeId, error])).toEqual([
      [101, 2],
      [102, 2],
    ]);
    expect(denied.results(CLASS.numerics).length).toBeGreaterThan(0);
  });
});

describe('clients that public programs are', () => {
  const requests = new Map(vectors.CLIENT_REQUESTS);
  const send = (client: Client, name: string): Client => client.receive(frameSerial(requests.get(name) ?? NOTHING));

  test('one that polls before it answers the presentation, all with the same few invoke ids', () => {
    const client = new Client().receive(frameSerial(vectors.CLIENT_ASSOCIATION_REQUEST_VSC)).run(500);
    send(client, 'single poll NU, all');
    send(client, 'get RTSA list');
    send(client, 'set RTSA list, lead II');
    send(client, 'ext poll NU, no period');
    send(client, 'ext poll SA_RT 10 min');
    client.run(1000);
    send(client, 'MDS create result');
    client.run(2000);
    const ids = (code: number) =>
      new Set(
        client
          .of('polled')
          .filter(({ result }) => result.type.code === code)
          .map(({ invokeId }) => invokeId),
      );
    expect(ids(CLASS.numerics)).toEqual(new Set([0, 1]));
    expect(ids(CLASS.waves)).toEqual(new Set([4]));
    expect(client.of('got').map(({ invokeId }) => invokeId)).toEqual([0]);
    expect(client.of('was-set')).toHaveLength(1);
    expect(client.kinds).not.toContain('abort');
  });

  test('one with long length forms, over the network, that asks for more than is granted', () => {
    const client = new Client({}, 'lan').receive(vectors.CLIENT_ASSOCIATION_REQUEST_LONG);
    const [accepted] = client.of('accept');
    const profile = accepted?.information && readPollProfile(accepted.information);
    expect(profile).toMatchObject({ maxMtuSend: 1364, minPollPeriod: 4000, extOptions: 0x8e000000 });
    client.receive(requests.get('single poll PT_DEMOG') ?? NOTHING);
    const [patient] = client.results(CLASS.patient);
    expect(toHex(attributeOf(objectsOf(patient)[0]?.attributes ?? [], 0x0957) ?? NOTHING)).toBe('00 00');
  });

  test('one that renews its polls all the time: numbers begin anew, waves are absorbed', () => {
    const client = new Client().meet().ask('priorities').ask('waves');
    for (let i = 0; i < 10; i += 1) client.ask('numerics').ask('waves').run(1000);
    expect(client.results(CLASS.numerics).filter(({ sequence }) => sequence === 0).length).toBeGreaterThanOrEqual(10);
    const waves = client.results(CLASS.waves).map(({ sequence }) => sequence);
    expect(waves).toEqual(Array.from({ length: waves.length }, (_, i) => i));
  });

  test('one that cuts its release short: on the network a datagram is a PDU, and its first byte says which', () => {
    const client = new Client({}, 'lan').meet();
    client.receive(fromHex('09 18 c1 16 61 80 30 80 02 01 01 a0 80 62 80 80'));
    expect(client.kinds.slice(2)).toEqual(['released']);
    expect(client.associate().kinds.slice(3)).toEqual(['accept', 'created']);
  });

  test('one that forgets the scope is ignored, as by a real monitor', () => {
    const client = new Client().meet();
    client.receive(
      frameSerial(fromHex('e1000002 0001 0018 0007 0007 0012 0021 0000 0000 0c16 0008 0001 0001 0006 0000')),
    );
    expect(client.kinds.slice(2)).toEqual([]);
    expect(client.forbidden).toEqual([]);
  });

  test('two at once: the second is refused on the network as long as there is a first', () => {
    const request = encode(associate('lan', true));
    const client = new Client({}, 'lan');
    expect(client.device.turnAway?.(request)).toBeUndefined();
    client.meet();
    expect(client.device.turnAway?.(request)?.map(toHex)).toEqual(['0c 03 32 01 00']);
    expect(client.device.turnAway?.(creationResult)).toEqual([]);
    client.run(10_100);
    expect(client.device.turnAway?.(request)).toBeUndefined();
  });

  test('one that comes back to the line does not get what was said to nobody', () => {
    const client = new Client().meet().ask('numerics', { wantsContext: false }).run(3000);
    client.device.step({ type: 'disconnected', simMs: client.now });
    client.now = 8000;
    client.device.step({ type: 'connected', simMs: client.now });
    client.run(1100);
    expect(client.results(CLASS.numerics).map(({ sequence }) => sequence)).toEqual([0, 1, 2, 8]);
  });

  test('one that does not escape its header: the frame is dropped, the next one is found', () => {
    const bad = fromHex('c0 11 01 00 c1 e1 00 00 02');
    const client = new Client().meet();
    const before = client.said.length;
    client.receive(
      concatBytes(
        bad,
        encode({ ...ask('presence', { invokeId: 7, waves: [], wantsContext: false }), framing: 'serial' }),
      ),
    );
    expect(client.kinds.slice(before)).toEqual(['polled']);
  });
});

describe('its answers', () => {
  test('come in chains that fit, an empty end behind them, and an object is never split', () => {
    const client = new Client({ mtu: 300 }).meet().ask('numerics');
    const links = client.of('polled');
    expect(links.length).toBeGreaterThan(4);
    expect(links.map(({ part }) => (part.is === 'whole' ? 'whole' : part.count))).toEqual([
      ...Array.from({ length: links.length - 1 }, (_, i) => i + 1),
      'whole',
    ]);
    expect(links[0]?.part.is).toBe('first');
    expect(links.at(-2)?.part.is).toBe('last');
    expect(links.at(-1)?.result.contexts).toEqual([]);
    const sizes = client.said
      .filter(({ message }) => message.kind === 'polled')
      .map(({ bytes }) => cut(NOTHING, bytes).cuts[0]);
    for (const piece of sizes) expect(piece?.kind === 'frame' && piece.payload.length - 4).toBeLessThanOrEqual(300);
    const handles = links.flatMap(({ result }) => objectsOf(result).map(({ handle }) => handle));
    expect(new Set(handles).size).toBe(handles.length);
    expect(handles).toContain(0x82cf);
    expect(new Set(links.map(({ invokeId }) => invokeId))).toEqual(new Set([101]));
  });

  test('come whole when they fit', () => {
    const client = new Client().meet().ask('numerics', { wantsContext: false });
    expect(client.of('polled').map(({ part }) => part.is)).toEqual(['whole']);
  });

  test('have the attributes of their group, in the order of a real monitor', () => {
    const idsOf = (wantsContext: boolean, handle: number) => {
      const client = new Client().meet().ask('numerics', { wantsContext });
      const objects = client.results(CLASS.numerics).flatMap(objectsOf);
      return objects.find((object) => object.handle === handle)?.attributes.map(({ id }) => id.toString(16));
    };
    expect(idsOf(true, 0x8406)).toEqual(['921', '92f', '93f', '924', '927', '917', '911', '950']);
    expect(idsOf(false, 0x8406)).toEqual(['950']);
    expect(idsOf(false, 0x8272)).toEqual(['94b', '990']);
  });

  test('to what it does not have are errors that echo the request', () => {
    const poll = (code: number): Content => ({
      kind: 'poll',
      invokeId: 0x77,
      request: { isExtended: false, pollNumber: 1, type: { partition: 1, code }, group: 0, attributes: [] },
    });
    const client = new Client().meet().say(poll(0x0999));
    expect(client.of('error')).toMatchObject([{ invokeId: 0x77, error: 0 }]);
    expect(client.forbidden).toEqual([]);
  });

  test('to what would change something are errors, and the test is told', () => {
    const action = fromHex('e1000002 0001 0014 0055 0007 000e 0021 0000 0000 00000000 0c17 0000');
    const other: Content = {
      kind: 'set',
      invokeId: 0x56,
      isConfirmed: true,
      modifications: [{ operator: 0, attribute: { id: 0x0911, value: fromHex('0001') } }],
    };
    const client = new Client().meet().receive(frameSerial(action)).say(other);
    expect(client.of('error').map(({ invokeId, error }) => [invokeId, error])).toEqual([
      [0x55, 9],
      [0x56, 8],
    ]);
    expect(client.forbidden).toEqual(['an action that is no poll', 'setting something that is no list of priorities']);
  });

  test('keep lists of priorities: empty at first, replaced, set back; nothing is added', () => {
    const get: Content = { kind: 'get', invokeId: 5, attributes: [ATTRIBUTE.wavePriorities] };
    const change = (operator: number): Content => ({
      kind: 'set',
      invokeId: 6,
      isConfirmed: true,
      modifications: [
        {
          operator,
          attribute: { id: ATTRIBUTE.wavePriorities, value: operator === 3 ? NOTHING : fromHex('0001 0004 00024a44') },
        },
      ],
    });
    const client = new Client().meet().say(get, change(0), get, change(3), get, change(1), change(2));
    const lists = client.of('got').map(({ attributes }) => toHex(attributes[0]?.value ?? NOTHING));
    expect(lists).toEqual(['00 00 00 00', '00 01 00 04 00 02 4a 44', '00 00 00 00']);
    expect(toHex(client.of('was-set')[0]?.attributes[0]?.value ?? NOTHING)).toBe('00 01 00 04 00 02 4a 44');
    expect(client.of('error').map(({ error }) => error)).toEqual([8, 8]);
  });

  test('are errors for lists that are none, and a list of numbers is kept where waves are denied', () => {
    const client = new Client({ deniesWaves: true }).meet();
    const attribute = { id: ATTRIBUTE.numericPriorities, value: fromHex('0001 0004 00024bb8') };
    client.say(
      { kind: 'get', invokeId: 5, attributes: [0x0911] },
      { kind: 'set', invokeId: 6, isConfirmed: true, modifications: [{ operator: 0, attribute }] },
      { kind: 'get', invokeId: 7, attributes: [ATTRIBUTE.numericPriorities] },
    );
    expect(client.of('error').map(({ invokeId, error }) => [invokeId, error])).toEqual([[5, 7]]);
    expect(client.of('got').map(({ attributes }) => attributes)).toEqual([[attribute]]);
  });

  test('come when nobody is associated: not at all', () => {
    expect(new Client().ask('numerics').ask('presence').run(3000).said).toEqual([]);
  });
});

describe('its streams', () => {
  test('numbers come every 1.024 s, stamped then, and end with their period', () => {
    const client = new Client().meet().ask('numerics', { wantsContext: false }).stay(80_000);
    const times = client.timesOf(CLASS.numerics);
    expect(times.length).toBe(Math.floor(60_000 / 1024));
    const stamps = client
      .results(CLASS.numerics)
      .filter(({ sequence }) => sequence !== 0)
      .map(({ relativeTime }) => relativeTime);
    expect(new Set(stamps.slice(1).map((stamp, i) => stamp - (stamps[i] ?? 0)))).toEqual(new Set([8192]));
    expect(client.results(CLASS.numerics).map(({ sequence }) => sequence)).toEqual([...times.keys(), times.length]);
  });

  test('wave blocks come every 256 ms, 1.408 s after they began, context first and then in turn', () => {
    const client = new Client()
      .meet()
      .ask('priorities', { waves: [0x0102, 0x4bb4] })
      .ask('waves')
      .run(6000);
    const [first, ...blocks] = client.results(CLASS.waves);
    expect(
      objectsOf(first).map((object) => [
        object.handle,
        readWaves(object)?.length,
        readWaveContext(object).samplePeriod,
      ]),
    ).toEqual([
      [0x02ca, 0, 16],
      [0x0402, 0, 64],
    ]);
    const late = client.said.flatMap(({ at, message }) =>
      message.kind === 'polled' && message.result.type.code === CLASS.waves && message.result.sequence !== 0
        ? [at - (message.result.relativeTime - 2_000_000) / 8]
        : [],
    );
    for (const ms of late) expect(ms).toBeGreaterThanOrEqual(1408);
    for (const ms of late) expect(ms).toBeLessThan(1408 + 50);
    const withContext = blocks.map((block) =>
      objectsOf(block)
        .filter((object) => readWaveContext(object).scale)
        .map(({ handle }) => handle),
    );
    expect(withContext.slice(0, 8)).toEqual([[], [], [], [0x0402], [], [], [], [0x02ca]]);
  });

  test('samples are those of the bedside, at their times, on the scale that is told', () => {
    const client = new Client({ hasArterialLine: true }).meet().ask('priorities').ask('waves').run(5000);
    const [context, ...blocks] = client.results(CLASS.waves);
    const scales = new Map(objectsOf(context).map((object) => [object.handle, readWaveContext(object)]));
    const handles = [0x02ca, 0x0402, 0x0410, 0x0430, 0x0420];
    expect([...scales.keys()]).toEqual(handles);
    for (const block of blocks) {
      const fromMs = (block.relativeTime - 2_000_000) / 8;
      for (const object of objectsOf(block)) {
        const { scale, samplePeriod = NaN } = scales.get(object.handle) ?? {};
        const [wave] = readWaves(object) ?? [];
        const words = Array.from({ length: (wave?.samples.length ?? 0) / 2 }, (_, i) =>
          new DataView(wave?.samples.buffer ?? new ArrayBuffer(0), wave?.samples.byteOffset).getUint16(2 * i),
        );
        expect(words.length * samplePeriod).toBe(2048);
        if (typeof scale?.lower !== 'number' || typeof scale.upper !== 'number') continue;
        const step = (scale.upper - scale.lower) / (scale.upperScaled - scale.lowerScaled);
        const factor = object.handle === 0x0430 ? 7.6 : 1;
        const amplitude = object.handle === 0x02ca ? 1 : 2;
        words.forEach((word, i) => {
          const seconds = (fromMs + (i * samplePeriod) / 8) / 1000;
          const expected = factor * amplitude * Math.sin(2 * Math.PI * seconds);
          const clipped = Math.max(Number(scale.lower), Math.min(Number(scale.upper), expected));
          expect(Math.abs(Number(scale.lower) + (word - scale.lowerScaled) * step - clipped)).toBeLessThanOrEqual(step);
        });
      }
    }
  });

  test('of waves are those that were asked for and that it has', () => {
    const handlesOf = (waves: readonly number[], settings = {}) => {
      const client = new Client(settings).meet();
      if (waves.length > 0) client.ask('priorities', { waves });
      client.ask('waves').run(3000);
      return objectsOf(client.results(CLASS.waves).at(-1)).map(({ handle }) => handle.toString(16));
    };
    expect(handlesOf([0x4a44, 0x4bb4, 0x0101])).toEqual(['402']);
    expect(handlesOf([])).toEqual(['2ca', '402', '420', '430']);
    expect(handlesOf([0x4a14, 0x50ac], { hasCapnograph: false })).toEqual([]);
    expect(handlesOf([0x4a14], { hasArterialLine: true })).toEqual(['410']);
  });

  test('of the compound ECG have three leads, of which the patient gives one', () => {
    const client = new Client()
      .meet()
      .ask('priorities', { waves: [0x0100] })
      .ask('waves')
      .run(3000);
    const [ecg] = objectsOf(client.results(CLASS.waves).at(-1));
    const leads = ecg && readWaves(ecg);
    expect(leads?.map(({ physioId, state, samples }) => [physioId, state, samples.length])).toEqual([
      [0x0102, 0, 128],
      [0x0143, 0x8000, 128],
      [0x013e, 0x8000, 128],
    ]);
  });

  test('do the same whatever the steps of the host are', () => {
    const bytesWith = (stepMs: number) => {
      const client = new Client().meet().ask('priorities').ask('numerics').ask('waves').ask('alerts');
      client.runTo(9000, stepMs);
      return toHex(concatBytes(...client.said.map(({ bytes }) => bytes)));
    };
    expect(bytesWith(50)).toBe(bytesWith(7));
    expect(bytesWith(1000)).toBe(bytesWith(7));
  });

  test('take less than 70 % of the line with everything', () => {
    const client = new Client({ hasArterialLine: true })
      .meet()
      .ask('priorities')
      .ask('numerics')
      .ask('waves')
      .ask('alerts');
    client.run(8000);
    const bytes = client.said.reduce((sum, each) => sum + each.bytes.length, 0);
    expect(bytes / 8).toBeLessThan(0.7 * 11_520);
  });
});

describe('what it shows', () => {
  test('is what the patient has', () => {
    const client = new Client({ hasArterialLine: true }).meet().ask('numerics');
    const shown = [...lastNumbers(client)].map(([id, { value, state }]) => [id.toString(16), value, state]);
    expect(shown).toEqual(
      expect.arrayContaining([
        ['4182', 76, 0],
        ['500a', 14, 0],
        ['4bb8', 97, 0],
        ['4822', 76, 0],
        ['4bb0', 2.4, 0],
        ['50b0', 38, 0],
        ['50ba', 0, 0],
        ['5012', 14, 0],
        ['4a15', 128, 0],
        ['4a16', 78, 0],
        ['4a17', 95, 0],
        ['480a', 76, 0],
        ['4a05', 'nan', 0x2000],
      ]),
    );
  });

  test('has no numbers of sensors that are off; a pleth is flat then, in a state that says nothing', () => {
    const client = new Client().meet();
    client.bedside.sensorsNow = {
      ...client.bedside.sensorsNow,
      isEcgOn: false,
      isOximeterOn: false,
      isCapnographOn: false,
    };
    client.ask('priorities').ask('numerics').ask('waves').run(3000);
    for (const id of [0x4182, 0x500a, 0x4bb8, 0x4822, 0x4bb0, 0x50b0, 0x5012]) {
      expect(lastNumbers(client).get(id)).toMatchObject({ value: 'nan', state: 0x8000 });
    }
    const waves = objectsOf(client.results(CLASS.waves).at(-1)).flatMap((object) => readWaves(object) ?? []);
    expect(waves.map(({ physioId, state }) => [physioId, state])).toEqual([
      [0x0102, 0x8000],
      [0x4bb4, 0],
      [0x50ac, 0x8000],
      [0x5000, 0x8000],
    ]);
    expect(new Set(waves[1]?.samples)).toEqual(new Set([0x08, 0x00]));
  });

  test.each([
    { arterialLine: 'open', meanAloneWithoutPulse: false, shown: [0, 0, 0, 'nan'] },
    { arterialLine: 'damped', meanAloneWithoutPulse: false, shown: [96, 94, 95, 'nan'] },
    { arterialLine: 'open', meanAloneWithoutPulse: true, shown: ['nan', 'nan', 0, 'nan'] },
  ] as const)(
    'of an arterial line without a pulse are $shown: %o',
    ({ arterialLine, meanAloneWithoutPulse, shown }) => {
      const client = new Client({ hasArterialLine: true, meanAloneWithoutPulse }).meet();
      client.bedside.sensorsNow = { ...client.bedside.sensorsNow, arterialLine };
      client.ask('numerics').run(3000);
      const numbers = lastNumbers(client);
      expect([0x4a15, 0x4a16, 0x4a17, 0x480a].map((id) => numbers.get(id)?.value)).toEqual(shown);
    },
  );

  test('is marked as a demonstration when it is one', () => {
    const client = new Client({ isDemo: true }).meet().ask('numerics');
    expect(lastNumbers(client).get(0x4182)?.state).toBe(0x0400);
    const [presentation] = client.of('created');
    expect(presentation && readSystem(presentation.attributes).operatingMode).toBe(0x2000);
  });

  test('of the cuff: old numbers while it measures, new ones with their time, none after a failure', () => {
    const client = new Client({ clockOffsetS: 3600 }).meet();
    const cuffOf = (cuff: StillBedside['cuffNow']) => {
      client.bedside.cuffNow = cuff;
      client.ask('numerics', { wantsContext: false });
      const object = client
        .results(CLASS.numerics)
        .flatMap(numbersOf)
        .findLast(({ handle }) => handle === 0x8272);
      return [object?.values.map(({ value, state }) => [value, state]), object?.measuredAt];
    };
    const set = { mode: 'auto', intervalMs: 300_000 } as const;
    const last = { endedAtMs: 60_000, systolic: 142, diastolic: 91, meanArterial: 108, pulseRate: 82 };
    const stamp = Date.UTC(2026, 0, 1, 1, 1, 0);
    expect(cuffOf({ ...set, state: 'idle', last })).toEqual([
      [
        [142, 0],
        [91, 0],
        [108, 0],
      ],
      stamp,
    ]);
    expect(cuffOf({ ...set, state: 'measuring', last })).toEqual([
      [
        [142, 0x20],
        [91, 0x20],
        [108, 0x20],
      ],
      stamp,
    ]);
    expect(cuffOf({ ...set, state: 'failed', last })).toEqual([
      [
        ['nan', 0x8000],
        ['nan', 0x8000],
        ['nan', 0x8000],
      ],
      stamp,
    ]);
  });

  test('are alarms of its own, with a counter that moves with them', () => {
    const client = new Client().meet().ask('alerts').run(1100);
    client.bedside.physiologyNow = { ...client.bedside.physiologyNow, heartRate: 35, spo2: 85 };
    client.run(1100);
    client.bedside.sensorsNow = { ...client.bedside.sensorsNow, isOximeterOn: false };
    client.run(2200);
    const all = client.results(CLASS.alerts).map((result) => readAlerts(objectsOf(result)[0]?.attributes ?? []));
    expect(all.map(({ condition }) => condition?.changes)).toEqual([1, 1, 2, 3, 3]);
    expect(
      all.map(({ patient = [], technical = [] }) =>
        [...patient, ...technical].map(({ text, type }) => `${type} ${text}`),
      ),
    ).toEqual([
      [],
      [],
      ['1024 *** HR 35 <40', '512 ** SpO₂ 85 <90'],
      ['1024 *** HR 35 <40', '2 SpO₂ NO SENSOR'],
      ['1024 *** HR 35 <40', '2 SpO₂ NO SENSOR'],
    ]);
    expect(all[2]?.condition).toMatchObject({ highestPatient: 0x0400, highestTechnical: 0 });
  });
});

describe('trouble on the way', () => {
  test('a cable that is out: nothing arrives either way, and the monitor goes on', () => {
    const client = new Client().meet().ask('numerics', { wantsContext: false }).run(3000);
    client.bedside.sensorsNow = { ...client.bedside.sensorsNow, isLinked: false };
    client.ask('presence').run(3000);
    client.bedside.sensorsNow = { ...client.bedside.sensorsNow, isLinked: true };
    client.run(1100);
    expect(client.results(CLASS.numerics).map(({ sequence }) => sequence)).toEqual([0, 1, 2, 6]);
    expect(client.results(CLASS.alerts)).toEqual([]);
  });

  test('single frames are spoilt or aborted', () => {
    const client = new Client({ badSumEvery: 3, abortFrameEvery: 5 })
      .meet()
      .ask('numerics', { wantsContext: false })
      .run(9000);
    expect(client.noise).toContain('bad-sum');
    expect(client.noise).toContain('bad-length');
    expect(client.results(CLASS.numerics).length).toBeGreaterThan(3);
  });

  test('single datagrams are lost, come twice, change places', () => {
    const sequences = (settings: Readonly<Record<string, unknown>>) => {
      const client = new Client(settings, 'lan').meet().ask('numerics', { wantsContext: false }).run(6200);
      return client.results(CLASS.numerics).map(({ sequence }) => sequence);
    };
    expect(sequences({})).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(sequences({ loseEvery: 4 })).toEqual([0, 2, 3, 4, 6]);
    expect(sequences({ doubleEvery: 4 })).toEqual([0, 1, 1, 2, 3, 4, 5, 5, 6]);
    expect(sequences({ swapEvery: 4 })).toEqual([0, 2, 1, 3, 4, 6, 5]);
  });

  test('another scale of the ECG comes with its context', () => {
    const client = new Client({ coarseEcgFromMs: 4000 })
      .meet()
      .ask('priorities', { waves: [0x0102] })
      .ask('waves')
      .run(9000);
    const scales = client
      .results(CLASS.waves)
      .flatMap(objectsOf)
      .flatMap((object) => readWaveContext(object).scale?.upper ?? []);
    expect([...new Set(scales)]).toEqual([40.955, 81.91]);
  });

  test('its ticks wrap', () => {
    const client = new Client({ startTicks: 2 ** 32 - 8 * 3000 })
      .meet()
      .ask('numerics', { wantsContext: false })
      .run(5200);
    const stamps = client
      .results(CLASS.numerics)
      .filter(({ sequence }) => sequence !== 0)
      .map(({ relativeTime }) => relativeTime);
    expect(stamps.slice(1).map((stamp, i) => (stamp - (stamps[i] ?? 0)) >>> 0)).toEqual([8192, 8192, 8192, 8192]);
    expect(stamps.at(-1)).toBeLessThan(20_000);
  });
});

test('groups that nobody has give objects without attributes', () => {
  const request = {
    isExtended: false,
    pollNumber: 1,
    type: { partition: 1, code: CLASS.numerics },
    group: 0x0999,
    attributes: [],
  };
  const client = new Client().meet().say({ kind: 'poll', invokeId: 3, request });
  const answers: readonly Polled[] = client.of('polled');
  expect(answers.flatMap(({ result }) => objectsOf(result)).every(({ attributes }) => attributes.length === 0)).toBe(
    true,
  );
  expect(GROUP.all).toBe(0);
});
