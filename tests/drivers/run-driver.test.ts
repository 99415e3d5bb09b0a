import { Observable, Subject, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { latin1, toHex } from '$drivers/bytes.ts';
import { sealDriver, type Driver } from '$drivers/driver.ts';
import { LinkFailure, type Connect, type Link } from '$drivers/link.ts';
import { ToyStation } from '../support/toy-station.ts';
import { toyDriver, toyLine, type ToyMessage, type ToyQuery, type ToyState } from '../support/toy-driver.ts';

type ToyParts = Partial<Driver<ToyMessage, ToyQuery, ToyState>>;
const toyWith = (parts: ToyParts) => sealDriver<ToyMessage, ToyQuery, ToyState>({ ...toyDriver, ...parts });
const settled = () => new Promise<void>((resolve) => queueMicrotask(resolve));

describe('a device that works', () => {
  test('opens, negotiates and is live, and each state is told once', () => {
    const station = new ToyStation().until(1000).say('HR 72', 'HR 73').until(2000);
    expect(station.states).toEqual(['0 opening', '0 negotiating', '1000 live']);
    expect(station.rates).toEqual(['1000 72', '1000 73']);
  });

  test('is described to the station by its status', () => {
    const first = new ToyStation().events[0];
    expect(first).toEqual({
      kind: 'status',
      status: {
        device: 'toy-1',
        role: 'monitor',
        at: 0,
        state: 'opening',
        label: 'Toy in bed 1',
        freshness: { staleAfterMs: 1000, expiredAfterMs: 3000 },
        isSimulated: true,
      },
    });
  });

  test('a new reason for the same state is news, the same reason is not', () => {
    const station = new ToyStation().until(1000).say('SILENT a', 'SILENT a', 'SILENT b');
    expect(station.states.slice(2)).toEqual(['1000 silent', '1000 silent']);
    expect(station.reasons.slice(2)).toEqual(['a', 'b']);
  });

  test('a frame in pieces is one message, with the time of its last piece', () => {
    const [head, tail] = [latin1(toyLine('HR 72')).slice(0, 5), latin1(toyLine('HR 72')).slice(5)];
    const station = new ToyStation().until(250).sayRaw(head).until(500);
    expect(station.rates).toEqual([]);
    expect(station.sayRaw(tail).rates).toEqual(['500 72']);
  });

  test('every byte is told in both directions with its time, in order', () => {
    const station = new ToyStation().until(500).say('ASK');
    const bytes = station.events.flatMap((event) =>
      event.kind === 'bytes' ? [`${event.at} ${event.direction} ${toHex(event.bytes)}`] : [],
    );
    expect(bytes).toEqual([
      `0 out ${toHex(toyLine('rate?'))}`,
      `500 in ${toHex(toyLine('ASK'))}`,
      `500 out ${toHex(toyLine('rate?'))}`,
    ]);
  });

  test('a wake comes when it was asked for, between the regular ticks', () => {
    const station = new ToyStation().until(500).say('WAKE 70').until(3000);
    expect(station.rates).toEqual(['570 1']);
  });

  test('ticks come every 250 ms while the link is open', () => {
    const ticks: number[] = [];
    const driver = toyWith({
      step: (state, input) => {
        if (input.type === 'tick') ticks.push(input.now);
        return toyDriver.step(state, input);
      },
    });
    new ToyStation(driver).until(1100);
    expect(ticks).toEqual([250, 500, 750, 1000]);
  });

  test('an answer that arrives within our own send waits until the message before it is done', () => {
    const station = new ToyStation().until(1000);
    station.onHeard = () => station.say('HR 50');
    station.say('ECHO');
    expect(station.rates).toEqual(['1000 44', '1000 50']);
  });
});

describe('the account of traffic', () => {
  test('counts frames, messages, noise by reason, what cannot be decoded by reason, repeats and resyncs', () => {
    const station = new ToyStation().until(500);
    station.say('HR 72', 'HR 72').sayRaw('zz').say('HR 73').sayRaw('$HR 74*00\n').say('WHAT', 'HR x').until(1000);
    expect(station.traffic).toMatchObject({
      bytesOut: toyLine('rate?').length,
      framesOut: 1,
      framesIn: 5,
      messages: 3,
      noiseBytes: { 'no-start': 11, 'bad-sum': 1, 'bad-length': 0, 'too-long': 0 },
      undecodable: { 'unknown-code': 1, malformed: 1, 'too-short': 0 },
      repeatedFrames: 1,
      resyncs: 2,
      cutOffBytes: 0,
      reopens: 0,
      sendsRefused: 0,
    });
  });

  test('comes once a second when something changed, and not when nothing did', () => {
    const station = new ToyStation().until(2500).say('HR 72', 'HR 73').until(9000);
    const times = station.events.flatMap((event) => (event.kind === 'traffic' ? [event.at] : []));
    expect(times).toEqual([1000, 3000]);
  });

  test('holds the last eight frames in words, with time and size', () => {
    const station = new ToyStation().until(500);
    for (let rate = 60; rate < 70; rate++) station.say(`HR ${rate}`);
    station.say('WHAT').until(1000);
    expect(station.traffic?.recent).toHaveLength(8);
    expect(station.traffic?.recent.at(-2)).toEqual({ at: 500, byteCount: 10, text: 'HR 69' });
    expect(station.traffic?.recent.at(-1)?.text).toBe('not understood (unknown-code): WHAT');
  });

  test('bytes of a frame that the end of the link cut off are counted, and do not spoil the next link', () => {
    const station = new ToyStation().until(500).sayRaw('$HR 7');
    station.device?.close();
    station.until(2000).say('HR 80').until(3000);
    expect(station.traffic?.cutOffBytes).toBe(5);
    expect(station.rates).toEqual(['2000 80']);
  });

  test('every received byte is in a frame, in noise or cut off', () => {
    const station = new ToyStation().until(500).say('HR 1').sayRaw('zz$HR').say('HR 2').sayRaw('$$$').say('REOPEN x');
    station.until(1000);
    const { bytesIn = 0, noiseBytes, cutOffBytes = 0 } = station.traffic ?? {};
    const framed = ['HR 1', 'HR 2', 'REOPEN x'].reduce((sum, body) => sum + toyLine(body).length, 0);
    const noise = Object.values(noiseBytes ?? {}).reduce((sum, count) => sum + count, 0);
    expect(noise).toBeGreaterThan(0);
    expect(framed + noise + cutOffBytes).toBe(bytesIn);
  });
});

describe('a link that fails', () => {
  const failing = (times: number) => {
    let failures = 0;
    return (wire: Connect): Connect =>
      () =>
        failures++ < times ? throwError(() => new LinkFailure('missing', `There is no port (${failures}).`)) : wire();
  };

  test('is lost with its reason, tried again by itself, and live again', () => {
    const station = new ToyStation().until(1000).say('HR 72');
    station.device?.close();
    station.until(2500).say('HR 74');
    expect(station.states.slice(2)).toEqual(['1000 live', '1000 lost', '2000 negotiating', '2500 live']);
    expect(station.reasons[3]).toBe('The device closed the connection.');
    expect(station.rates).toEqual(['1000 72', '2500 74']);
    expect(station.connections).toBe(2);
  });

  test('is tried again after 1, 2, 5, 10 and then every 10 seconds', () => {
    const station = new ToyStation(undefined, failing(6)).until(100_000);
    expect(station.states).toEqual([
      '0 opening',
      '0 lost',
      '1000 lost',
      '3000 lost',
      '8000 lost',
      '18000 lost',
      '28000 lost',
      '38000 negotiating',
    ]);
  });

  test('stays lost, without a word more, while the same reason comes back', () => {
    const station = new ToyStation(undefined, () => () => throwError(() => new LinkFailure('busy', 'Busy.')));
    expect(station.until(60_000).states).toEqual(['0 opening', '0 lost']);
  });

  test('begins with the first wait again only after it has been live', () => {
    const station = new ToyStation(undefined, failing(2)).until(3000);
    station.device?.close();
    expect(station.until(7999).connections).toBe(1);
    station.until(8000).say('HR 72').device?.close();
    expect(station.connections).toBe(2);
    expect(station.until(9000).connections).toBe(3);
  });

  test('spreads its waits by the jitter it is given, 20 % either way', () => {
    const firstRetry = (jitter: number) =>
      new ToyStation(undefined, failing(1), { jitter: () => jitter }).until(5000).states.at(-1);
    expect([firstRetry(0), firstRetry(0.5), firstRetry(1)]).toEqual([
      '800 negotiating',
      '1000 negotiating',
      '1200 negotiating',
    ]);
  });

  test('that completes is lost as well', () => {
    const links: Subject<Link>[] = [];
    const station = new ToyStation(undefined, () => () => {
      links.push(new Subject<Link>());
      return links.at(-1)?.asObservable() ?? throwError(() => new Error('no link'));
    });
    links[0]?.complete();
    expect(station.states).toEqual(['0 opening', '0 lost']);
    expect(station.until(1000) && links).toHaveLength(2);
  });

  test('an error that is no link failure is still only a lost link', () => {
    const station = new ToyStation(undefined, () => () => throwError(() => new TypeError('odd'))).until(1000);
    expect(station.reasons[1]).toBe('The link failed: TypeError: odd');
    expect(station.hasEnded).toBe(false);
  });

  test('a send that the link rejects loses the link', async () => {
    const refusing = (wire: Connect): Connect => {
      const dead = (link: Link): Link => ({
        bytes$: link.bytes$,
        send: () => Promise.reject(new LinkFailure('stalled', 'Takes no bytes.')),
      });
      return () => new Observable((out) => wire().subscribe({ next: (link) => out.next(dead(link)) }));
    };
    const station = new ToyStation(undefined, refusing);
    await settled();
    expect(station.states).toEqual(['0 opening', '0 negotiating', '0 lost']);
    expect(station.reasons[2]).toBe('Takes no bytes.');
    expect(station.closedLinks).toBe(1);
  });

  test('a session that asks for it is given a new link, keeps its memory, and nothing after that is done', () => {
    const openings: number[] = [];
    const driver = toyWith({
      step: (state, input) => {
        const stepped = toyDriver.step(state, input);
        if (input.type === 'opened') openings.push(stepped[0].openings);
        return stepped;
      },
    });
    const station = new ToyStation(driver).until(500).say('REOPEN no answer to 3 questions').until(2000);
    expect(station.reasons[2]).toBe('no answer to 3 questions');
    expect(station.closedLinks).toBe(1);
    expect(station.connections).toBe(2);
    expect(openings).toEqual([1, 2]);
    expect(station.rates).toEqual([]);
    expect(station.traffic).toMatchObject({ reopens: 1, framesOut: 2 });
    expect(station.heard).toHaveLength(2);
  });

  test('what came behind the message that asked for a new link is counted as cut off', () => {
    const station = new ToyStation().until(500);
    station.sayRaw(latin1(toyLine('REOPEN x')) + latin1(toyLine('HR 72')) + 'zz').until(1000);
    expect(station.traffic).toMatchObject({ framesIn: 1, cutOffBytes: toyLine('HR 72').length + 2 });
    expect(station.traffic?.noiseBytes['no-start']).toBe(0);
  });

  test('is not spoken to any more', () => {
    const inputs: string[] = [];
    const driver = toyWith({
      step: (state, input) => {
        inputs.push(input.type);
        return toyDriver.step(state, input);
      },
    });
    const station = new ToyStation(driver).until(500);
    station.device?.close();
    station.until(1000);
    expect(inputs).not.toContain('closing');
    expect(station.traffic?.framesOut).toBe(1);
  });

  test('a wake asked for on a link that is gone does not reach the next one', () => {
    const station = new ToyStation().until(500).say('WAKE 1570');
    station.device?.close();
    expect(station.until(2070).rates).toEqual([]);
  });
});

describe('the send guard', () => {
  test('a frame that no pattern allows is not sent: it is told, and the device stays closed', () => {
    const station = new ToyStation().until(500).say('BAD').until(120_000);
    expect(station.heard).toEqual([latin1(toyLine('rate?'))]);
    expect(station.events.filter((event) => event.kind === 'refused')).toEqual([
      { kind: 'refused', at: 500, frameHex: toHex(toyLine('SET RATE 99')) },
    ]);
    expect(station.states).toEqual(['0 opening', '0 negotiating', '500 fault']);
    expect(station.rates).toEqual(['500 41']);
    expect([station.closedLinks, station.connections]).toEqual([1, 1]);
    expect(station.traffic).toMatchObject({ sendsRefused: 1, framesOut: 1 });
    expect(station.hasEnded).toBe(false);
  });

  test('an allowed frame with one byte before or after it is refused', () => {
    for (const padded of [
      toyLine('rate?').slice(0, -1),
      Uint8Array.from([...toyLine('rate?'), 0]),
      new Uint8Array(0),
    ]) {
      const station = new ToyStation(toyWith({ encode: () => padded }));
      expect(station.states.at(-1)).toBe('0 fault');
      expect(station.heard).toEqual([]);
    }
  });

  test('closing is guarded too', () => {
    const driver = toyWith({ encode: (query) => toyLine(query === 'bye' ? 'SET RATE 99' : query) });
    const station = new ToyStation(driver).until(500);
    station.switchOff();
    expect(station.heard).toEqual([latin1(toyLine('rate?'))]);
    expect(station.closedLinks).toBe(1);
  });

  test('a frame changed by the driver after the check leaves as it was checked', () => {
    const frame = toyLine('rate?');
    const station = new ToyStation(toyWith({ encode: () => frame }));
    const told = station.events.find((event) => event.kind === 'bytes');
    frame.fill(0);
    expect(told?.kind === 'bytes' && told.bytes).toEqual(toyLine('rate?'));
  });
});

describe('a bug in a driver', () => {
  const broken = () => {
    throw new RangeError('index 9');
  };
  const bugs: Record<string, ToyParts> = {
    start: { start: broken },
    cut: { cut: broken },
    decode: { decode: broken },
    step: { step: (state, input) => (input.type === 'message' ? broken() : toyDriver.step(state, input)) },
    encode: { encode: broken },
    maySend: { maySend: [{ name: 'broken', matches: broken }] },
    describe: { describe: broken },
  };

  test.each(Object.keys(bugs))('in %s puts this device into fault and harms nobody else', (part) => {
    const station = new ToyStation(toyWith(bugs[part] ?? {})).until(500).say('HR 72').until(60_000);
    expect(station.states.at(-1)).toMatch(/ fault$/);
    expect(station.reasons.at(-1)).toContain('RangeError: index 9');
    expect([station.closedLinks, station.connections]).toEqual([1, 1]);
    expect(station.hasEnded).toBe(false);
  });

  test('in one device leaves its neighbour on the same driver live', () => {
    const [broken, sound] = [new ToyStation(), new ToyStation()];
    broken.until(500).say('THROW');
    sound.until(500).say('HR 72').until(1000).say('HR 73');
    expect(broken.states.at(-1)).toBe('500 fault');
    expect(sound.rates).toEqual(['500 72', '1000 73']);
  });

  test('while closing does not reach whoever closes', () => {
    const driver = toyWith({
      step: (state, input) => (input.type === 'closing' ? broken() : toyDriver.step(state, input)),
    });
    const station = new ToyStation(driver);
    expect(() => station.switchOff()).not.toThrow();
    expect(station.closedLinks).toBe(1);
  });
});

describe('switching off', () => {
  test('sends the last words, then closes the link, and nothing happens any more', () => {
    const station = new ToyStation().until(500).say('HR 72');
    const before = station.events.length;
    station.switchOff();
    expect(station.heard.map((line) => line.slice(1, 4))).toEqual(['rat', 'bye']);
    expect(station.closedLinks).toBe(1);
    station.until(60_000);
    expect(station.events).toHaveLength(before);
    expect(station.scheduler.actions).toEqual([]);
  });

  test('while the link is lost opens nothing any more', () => {
    const station = new ToyStation().until(500);
    station.device?.close();
    station.switchOff();
    expect(station.until(60_000).connections).toBe(1);
    expect(station.heard).toHaveLength(1);
  });

  test('within an event of the device itself still says the last words, and does not go on', () => {
    const station = new ToyStation().until(500);
    station.onEvent = (event) => {
      if (event.kind === 'observed') station.switchOff();
    };
    station.sayRaw(latin1(toyLine('HR 72')) + latin1(toyLine('HR 73')));
    expect(station.rates).toEqual(['500 72']);
    expect(station.heard.at(-1)).toBe(latin1(toyLine('bye')));
    expect(station.closedLinks).toBe(1);
  });

  test('and on again is a fresh device: even a fault is over', () => {
    const driver = toyWith({});
    const faulty = new ToyStation(driver).until(500).say('BAD');
    faulty.switchOff();
    const again = new ToyStation(driver).until(500).say('HR 72');
    expect(again.states.at(-1)).toBe('500 live');
  });
});
