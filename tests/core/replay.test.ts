/** A recorded patient on a bed: how the configuration names it, and how the bed and its session are marked. */
import { describe, expect, test } from 'vitest';
import { deviceId, monotonicMs, sessionId, type DeviceStatus } from '$lib/domain/index.ts';
import { isReplayed } from '$lib/client/replay.ts';
import { linkText, settingsText } from '$lib/client/device-rows.ts';
import { parseWard } from '$core/configuration.ts';
import { TestBed } from '../support/bed.ts';

const ward = (device: object) =>
  parseWard(JSON.stringify({ beds: [{ id: 'bed-1', label: 'Bed 1', devices: [device] }] }));
const replay = { id: 'monitor-6', driver: 'file-replay', link: { file: 'x.vital' }, settings: { loop: true } };

describe('the configuration', () => {
  test('names a file for the device that plays it', () => {
    const parsed = ward(replay);
    expect(parsed).toMatchObject({ ok: true, value: { beds: [{ devices: [replay] }] } });
    expect([linkText(replay), settingsText(replay)]).toEqual(['x.vital', 'file on the station']);
  });

  test('names no file for a device that is there, and no port for a recording', () => {
    expect(ward({ ...replay, driver: 'ge-s5-dri' })).toEqual({
      ok: false,
      error: ['beds[0].devices[0].link: cannot be a file: "ge-s5-dri" reads a device'],
    });
    expect(ward({ ...replay, link: { tcp: 'host:1' } })).toEqual({
      ok: false,
      error: ['beds[0].devices[0].link: must be {"file": "path"}: "file-replay" plays recordings'],
    });
  });
});

describe('a bed with a recording', () => {
  const status = (atS: number): DeviceStatus => ({
    device: deviceId('monitor-6'),
    role: 'monitor',
    at: monotonicMs(atS * 1000),
    state: 'live',
    label: 'Recording',
    freshness: { staleAfterMs: 5000, expiredAfterMs: 15_000 },
    isSimulated: false,
    isReplay: true,
  });
  const admit = {
    type: 'admit',
    session: sessionId('s1'),
    patient: { identifier: 'T-1', weightKg: 70 },
    isSimulated: false,
  } as const;
  const isMarked = ({ state: { session, devices } }: TestBed) => isReplayed({ ...(session && { session }), devices });

  test('is marked while the device is there', () => {
    const bed = new TestBed();
    expect(isMarked(bed)).toBe(false);
    expect(isMarked(bed.input(1, { kind: 'device', status: status(1) }))).toBe(true);
    expect(isMarked(bed.input(2, { kind: 'device-removed', device: 'monitor-6' }))).toBe(false);
  });

  test('marks the session that is begun on it, also after the device was removed', () => {
    const bed = new TestBed().input(1, { kind: 'device', status: status(1) }).command(2, admit);
    expect(bed.state.session?.isReplay).toBe(true);
    expect(isMarked(bed.input(3, { kind: 'device-removed', device: 'monitor-6' }))).toBe(true);
  });

  test('marks a session that runs already, once, and that is written down', () => {
    const bed = new TestBed().command(1, admit);
    expect(bed.state.session?.isReplay).toBeUndefined();
    bed.input(2, { kind: 'device', status: status(2) }).input(3, { kind: 'device', status: status(3) });
    const told = bed.outputs.flatMap(({ at, body }) =>
      body.kind === 'session' && body.cause === 'replay' ? [at] : [],
    );
    expect([bed.state.session?.isReplay, told]).toEqual([true, [2000]]);
  });
});
