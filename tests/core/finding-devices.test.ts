/** What the station finds out about ports and network when it is asked, and what it leaves alone. */
import { RuleBook } from '$core/rule-book.ts';
import { concat, NEVER, of, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { announcedDevices } from '$core/announced.ts';
import { ownerOf, parseWard } from '$core/configuration.ts';
import { hostAndPort } from '$core/links.ts';
import { driverDescriptions } from '$core/devices.ts';
import { Desk, NO_SURROUNDINGS, type Surroundings } from '$core/desk.ts';
import { Devices } from '$core/devices.ts';
import type { AnyDriver } from '$drivers/driver.ts';
import { LinkFailure } from '$drivers/link.ts';
import { DRIVERS, driverOf } from '$drivers/registry.ts';
import { ok, monotonicMs, wallMs } from '$lib/domain/index.ts';
import type { ProbeAnswer } from '$lib/bus/bus.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';

const WARD = {
  beds: [
    {
      id: 'bed-1',
      label: 'Bed 1',
      devices: [
        { id: 'm1', label: 'Monitor', driver: 'ge-s5-dri', link: { serial: '/dev/serial/by-id/usb-1' } },
        { id: 'p1', driver: 'pump-bbraun-bcc', link: { tcp: '10.0.0.9:4001' } },
        { id: 'm2', driver: 'philips-intellivue', link: { udp: '10.0.0.7:24105' } },
      ],
    },
  ],
};

function ward() {
  const parsed = parseWard(JSON.stringify(WARD));
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value;
}

/** `/dev/ttyUSB0` is where the stable name leads. */
const placeOf = (port: string): Promise<string> =>
  Promise.resolve(port.replace('/dev/serial/by-id/usb-1', '/dev/ttyUSB0'));

function deskWith(surroundings: Partial<Surroundings>): Desk {
  const time = new VirtualTime();
  const clock = { now: () => monotonicMs(time.now()), wall: () => wallMs(0) };
  return new Desk({
    ward: ward(),
    clock,
    devices: new Devices({ clock, scheduler: time, open: () => () => NEVER, hand: () => undefined }),
    captures: {
      set: () => undefined,
      bytes: () => undefined,
      note: () => undefined,
      directoryOf: () => '',
      status: () => ({ isOn: true, writtenBytes: 0, droppedBytes: 0 }),
    },
    bed: () => undefined,
    rules: new RuleBook({ save: () => Promise.resolve(), log: () => undefined }),
    save: () => Promise.resolve(),
    surroundings: { ...NO_SURROUNDINGS, placeOf, ...surroundings },
  });
}

const ANSWER: ProbeAnswer = { port: 'x', outcome: 'silent', sentence: 'Nothing came.', candidates: [] };

describe('a link over UDP', () => {
  test('is configured by an address, and is what it was', () => {
    expect(ward().beds[0]?.devices[2]?.link).toEqual({ udp: '10.0.0.7:24105' });
    expect(hostAndPort('10.0.0.7:24105')).toEqual({ host: '10.0.0.7', port: 24_105 });
    expect(hostAndPort('[fd00::1]:24105')).toEqual({ host: 'fd00::1', port: 24_105 });
  });

  test('is no link of a device that does not speak over it', () => {
    const parsed = parseWard(JSON.stringify(WARD).replace('"tcp":"10.0.0.9:4001"', '"udp":"10.0.0.9:4001"'));
    expect(parsed.ok ? '' : parsed.error.join('\n')).toContain('does not speak over UDP');
  });

  test('is offered for the drivers that have it, with their port and with the line of the others', () => {
    const described = (id: string) => driverDescriptions().find((driver) => driver.id === id);
    expect(described('philips-intellivue')).toMatchObject({ links: ['serial', 'udp'], udpPort: 24_105 });
    expect(described('ge-s5-dri')).toMatchObject({ links: ['serial'], line: driverOf('ge-s5-dri')?.serial });
    expect(described('mindray-hl7')).toMatchObject({ links: ['tcp'], tcpPort: 4601 });
  });
});

describe('a probe', () => {
  test.each([
    ['/dev/serial/by-id/usb-1', 'Monitor of Bed 1'],
    ['/dev/ttyUSB0', 'Monitor of Bed 1'],
    ['10.0.0.9:4001', 'p1 of Bed 1'],
  ])('never touches %s, which a device has, and says whose it is', async (port, owner) => {
    let touched = 0;
    const desk = deskWith({ probe: () => Promise.resolve(((touched += 1), ok(ANSWER))) });
    const answer = await desk.answer({ type: 'probe', port });
    expect(answer).toMatchObject({
      ok: false,
      error: { message: `${port} belongs to ${owner}, which has it open: it is not probed.` },
    });
    expect(touched).toBe(0);
    expect(await ownerOf(port, ward().beds, placeOf)).toBe(owner);
  });

  test('of a free port is made once at a time', async () => {
    let finish: (answer: ReturnType<typeof ok<ProbeAnswer>>) => void = () => undefined;
    const desk = deskWith({ probe: () => new Promise((resolve) => (finish = resolve)) });
    const first = desk.answer({ type: 'probe', port: '/dev/ttyUSB1' });
    const second = await desk.answer({ type: 'probe', port: '/dev/ttyUSB1' });
    expect(second).toMatchObject({ ok: false, error: { message: '/dev/ttyUSB1 is being probed already.' } });
    finish(ok(ANSWER));
    expect(await first).toEqual(ok(ANSWER));
    const again = desk.answer({ type: 'probe', port: '/dev/ttyUSB1' });
    await Promise.resolve();
    await new Promise(setImmediate);
    finish(ok(ANSWER));
    expect(await again).toEqual(ok(ANSWER));
  });

  test('of nothing is refused with what to name', async () => {
    expect(await deskWith({}).answer({ type: 'probe', port: '  ' })).toMatchObject({ ok: false });
  });
});

describe('devices that make themselves known', () => {
  const announcing = (id: string, udpPort: number, way: 'tcp' | 'udp'): AnyDriver => {
    const [driver] = DRIVERS;
    if (!driver) throw new Error('no driver');
    const { tcp: _tcp, udp: _udp, ...rest } = driver;
    const read = (datagram: Uint8Array, host: string) =>
      datagram[0] === 1 ? { host, port: 4601, place: `ICU ${String(datagram[1])}` } : undefined;
    return { ...rest, id, announces: { udpPort, read }, [way]: { port: 4601 } };
  };
  const drivers = [announcing('by-tcp', 4600, 'tcp'), announcing('by-udp', 24_005, 'udp')];
  const datagram = (sender: string, ...bytes: number[]) =>
    ({ kind: 'datagram', sender, bytes: Uint8Array.from(bytes) }) as const;

  test('are listed once each, with the address and the way to reach them', async () => {
    const hear = () =>
      concat(
        of(datagram('10.0.0.7', 1, 1), datagram('10.0.0.7', 1, 1), datagram('10.0.0.8', 0), datagram('::1', 1, 2)),
        NEVER,
      );
    expect(await announcedDevices({ drivers, hear, hearMs: 5 })).toEqual(
      ok([
        { driver: 'by-tcp', link: { tcp: '10.0.0.7:4601' }, place: 'ICU 1' },
        { driver: 'by-tcp', link: { tcp: '[::1]:4601' }, place: 'ICU 2' },
        { driver: 'by-udp', link: { udp: '10.0.0.7:4601' }, place: 'ICU 1' },
        { driver: 'by-udp', link: { udp: '[::1]:4601' }, place: 'ICU 2' },
      ]),
    );
  });

  test('are heard on the other ports when one is taken; with nothing found the reason is said', async () => {
    const busy = new LinkFailure('busy', 'Another program listens on UDP port 4600 and does not share it.');
    const hear = ({ port }: { port: number }) =>
      port === 4600 ? throwError(() => busy) : concat(of(datagram('10.0.0.7', 1, 1)), NEVER);
    expect(await announcedDevices({ drivers, hear, hearMs: 5 })).toMatchObject({
      ok: true,
      value: [{ driver: 'by-udp' }],
    });
    const none = await announcedDevices({ drivers, hear: () => throwError(() => busy), hearMs: 5 });
    expect(none).toMatchObject({ ok: false, error: { message: busy.message } });
  });

  test('are no more than a ward has, whoever shouts', async () => {
    const shouts = Array.from({ length: 400 }, (_, i) => datagram(`10.0.${i >> 8}.${i & 255}`, 1, 1));
    const answer = await announcedDevices({ drivers, hear: () => concat(of(...shouts), NEVER), hearMs: 5 });
    expect(answer.ok && answer.value.length).toBe(100);
  });
});
