/** A ComDevice tells boluses to whoever asks first: no two devices of a station may have the same one. */
import { RuleBook } from '$core/rule-book.ts';
import { NEVER } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { parseWard, type WardConfiguration } from '$core/configuration.ts';
import { Desk, NO_SURROUNDINGS } from '$core/desk.ts';
import { Devices, driverDescriptions } from '$core/devices.ts';
import { bedId, monotonicMs, wallMs } from '$lib/domain/index.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';

const PUMP = 'pump-bbraun-bcc';
const tcp = (address: string) => ({ tcp: address });
const serial = (path: string) => ({ serial: path });

/** Two beds with a device each. */
function parse(one: object, other: object, driver = PUMP) {
  const beds = [
    { id: 'bed-1', label: 'Bed 1', devices: [{ id: 'p1', driver: PUMP, link: one }] },
    { id: 'bed-2', label: 'Bed 2', devices: [{ id: 'p2', driver, link: other }] },
  ];
  return parseWard(JSON.stringify({ beds }));
}

describe('two devices at one ComDevice are refused when the configuration is read', () => {
  test.each([
    [tcp('10.0.0.9:4001'), tcp('10.0.0.9:4001')],
    [tcp('10.0.0.9:4001'), tcp('10.0.0.9:04001')],
    [tcp('Com-7.ward:4001'), tcp('com-7.WARD:4001')],
    [serial('/dev/ttyUSB0'), serial('/dev/ttyUSB0')],
  ])('%j and %j', (one, other) => {
    const parsed = parse(one, other);
    expect(parsed.ok ? [] : parsed.error).toEqual([
      expect.stringMatching(
        /^beds: "p1" and "p2" have the same address, .+ What one of them reads from B\. Braun .+ is gone for the other, boluses or alarms among it: only one device may read it$/,
      ),
    ]);
  });

  test('with slots of their own, too: the notices of the rack are the same', () => {
    const devices = ['11', '12'].map((slot) => ({
      id: `p${slot}`,
      driver: PUMP,
      link: tcp('a:4001'),
      settings: { slot },
    }));
    expect(parseWard(JSON.stringify({ beds: [{ id: 'bed-1', label: 'Bed 1', devices }] })).ok).toBe(false);
  });

  test('whatever the other one takes it for', () => {
    expect(parse(tcp('a:4001'), tcp('a:4001'), 'masimo').ok).toBe(false);
  });

  test.each([
    [tcp('10.0.0.9:4001'), tcp('10.0.0.9:4002')],
    [tcp('10.0.0.9:4001'), tcp('10.0.0.8:4001')],
    [serial('/dev/ttyUSB0'), serial('/dev/ttyUSB1')],
    [serial('/dev/ttyUSB0'), serial('/dev/ttyusb0')],
  ])('%j and %j are two', (one, other) => {
    expect(parse(one, other).ok).toBe(true);
  });
});

describe('a device that is added on the Devices page', () => {
  function desk(saved: WardConfiguration[]): Desk {
    const parsed = parse(tcp('10.0.0.9:4001'), serial('/dev/serial/by-id/usb-1'));
    if (!parsed.ok) throw new Error(parsed.error.join());
    const time = new VirtualTime();
    const clock = { now: () => monotonicMs(time.now()), wall: () => wallMs(0) };
    return new Desk({
      ward: parsed.value,
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
      save: (ward) => Promise.resolve(void saved.push(ward)),
      surroundings: {
        ...NO_SURROUNDINGS,
        placeOf: (port) => Promise.resolve(port.replace('/dev/serial/by-id/usb-1', '/dev/ttyUSB0')),
      },
    });
  }
  const add = (device: Desk, link: { tcp: string } | { serial: string }) =>
    device.answer({ type: 'add-device', bed: bedId('bed-2'), device: { id: 'p3', driver: PUMP, link } });

  test.each([tcp('10.0.0.9:4001'), serial('/dev/ttyUSB0')])('is refused at %j, where there is one', async (link) => {
    const saved: WardConfiguration[] = [];
    expect(await add(desk(saved), link)).toMatchObject({
      ok: false,
      error: {
        why: 'out-of-range',
        message: expect.stringMatching(/have the same address, .+ may read it\.$/) as unknown,
      },
    });
    expect(saved).toEqual([]);
  });

  test('is taken elsewhere', async () => {
    const saved: WardConfiguration[] = [];
    expect(await add(desk(saved), tcp('10.0.0.9:4002'))).toMatchObject({ ok: true });
    expect(saved).toHaveLength(1);
  });

  test('comes with a warning about other systems that read it', () => {
    const { setUp } = driverDescriptions().find(({ id }) => id === PUMP) ?? {};
    expect(setUp).toMatch(/hospital documentation system \(PDMS\) that polls it would lose boluses/);
    expect(driverDescriptions().find(({ id }) => id === 'masimo')).not.toHaveProperty('setUp');
  });
});
