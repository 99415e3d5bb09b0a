import { describe, expect, test } from 'vitest';
import { readStatus, writeStatus } from '$drivers/pump-graseby-3000-500/codec.ts';
import { oldReadingOf, readingOf } from '$drivers/pump-graseby-3000-500/observations.ts';
import type { Status } from '$drivers/pump-graseby-3000-500/messages.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';

const VIEW = {
  source: deviceId('device-1'),
  now: monotonicMs(5000),
  identity: { model: '3000', softwareVersion: '1.00', serial: 'G30000042' },
};
const DATA = { is: 'infusion', volumeInfusedMl: 17.5, vtbiMl: 35, rateMlPerHour: 52.5 } as const;
/** Running, clip and cassette in, powered up, no alarm. */
const RUNNING = readStatus('40C208');
const readingWith = (change: Partial<Status>) => readingOf(VIEW, DATA, { ...RUNNING, ...change });

test('every field, of a pump that infuses', () => {
  expect(readingWith({})).toEqual({
    kind: 'infusion',
    source: 'device-1',
    at: 5000,
    channel: 'G30000042',
    model: '3000',
    softwareVersion: '1.00',
    pumpType: 'volumetric',
    state: 'infusing',
    rateMlPerHour: 52.5,
    volumeInfusedMl: 17.5,
    vtbiMl: 35,
    power: { isOnMains: true },
    isRemoteControlled: false,
    alarms: [],
  });
});

test('a pump that has not said who it is, is the only one', () => {
  const reading = readingOf({ ...VIEW, identity: {} }, DATA, RUNNING);
  expect(reading.channel).toBe('pump');
  expect(reading).not.toHaveProperty('model');
});

test('the note’s alarm bytes 49C208: an occlusion, whatever the run bit says, and no rate that nobody knows', () => {
  const reading = readingOf(VIEW, DATA, readStatus('49C208'));
  expect(reading).toMatchObject({
    state: 'alarm',
    alarms: [{ kind: 'occlusion.unspecified', stage: 'alarm', priority: 'high', code: '09' }],
    doubt: 'the pump calls "occlusion" and says that it runs',
  });
  expect(reading).not.toHaveProperty('rateMlPerHour');
});

describe('the state', () => {
  test.each<[string, Partial<Status>, object]>([
    ['not powered up', { isPoweredUp: false, isRunning: false }, { state: 'off', rateMlPerHour: 0 }],
    [
      'not powered up, and runs',
      { isPoweredUp: false },
      { state: 'off', doubt: 'switched off, and says that it runs' },
    ],
    ['on hold', { isRunning: false }, { state: 'paused', rateMlPerHour: 0, rateSetMlPerHour: 52.5 }],
    ['on hold, and calls for it', { isRunning: false, alarm: 7 }, { state: 'paused', alarms: [{ code: '07' }] }],
    ['KVO', { isKvo: true }, { state: 'kvo', alarms: [] }],
    ['KVO, and calls it', { isKvo: true, alarm: 6 }, { state: 'kvo', alarms: [{ kind: 'end.kvo' }] }],
    [
      'calls KVO without its bit',
      { alarm: 6 },
      { state: 'kvo', doubt: 'the pump calls KVO and does not say that it is at that rate' },
    ],
    [
      'on hold with the KVO bit',
      { isRunning: false, isKvo: true },
      { state: 'paused', doubt: 'on hold, and at its keep-open rate' },
    ],
    [
      'runs on with a warning',
      { alarm: 1 },
      { state: 'infusing', alarms: [{ kind: 'battery.low', stage: 'pre-alarm' }] },
    ],
    ['stopped by an alarm', { isRunning: false, alarm: 0x0a }, { state: 'alarm', rateMlPerHour: 0 }],
    [
      'an alarm without a name',
      { alarm: 0x1f },
      { state: 'unknown', alarms: [{ kind: 'unknown', code: '1F' }], doubt: 'alarm 1F, which nobody has explained' },
    ],
    [
      'runs with its door open',
      { isDoorOpen: true },
      { state: 'infusing', doubt: 'the door is open, and the pump says that it runs' },
    ],
    [
      'secondary infusion',
      { isSecondary: true },
      { state: 'infusing', doubt: 'the secondary infusion is on: whether rate and volumes are its own is not known' },
    ],
  ])('%s', (_what, change, expected) => {
    expect(readingWith(change)).toMatchObject(expected);
  });

  test('never claims to infuse without the run bit, and in KVO tells no rate', () => {
    for (let value = 0; value <= 0xffff; value += 1) {
      const status = readStatus(value.toString(16).padStart(4, '0').padEnd(6, '8'));
      const reading = readingOf(VIEW, DATA, { ...status, isPoweredUp: true });
      if (reading.state === 'infusing')
        expect([status.isRunning, status.isKvo], writeStatus(status)).toEqual([true, false]);
      if (reading.state === 'kvo') expect(reading.rateMlPerHour).toBeUndefined();
    }
  });
});

test('battery, and somebody who controls the pump', () => {
  expect(readingWith({ isOnBattery: true })).toMatchObject({ power: { isOnMains: false } });
  expect(readingWith({ isControlled: true })).toMatchObject({ isRemoteControlled: true });
  expect(readingWith({ isBatteryLow: true }).alarms).toMatchObject([{ kind: 'battery.low', code: '1.4' }]);
  expect(readingWith({ isBatteryLow: true, alarm: 9 }).alarms).toMatchObject([{ code: '09' }, { code: '1.4' }]);
  expect(readingWith({ isBatteryLow: true, alarm: 0x0f }).alarms).toMatchObject([
    { kind: 'battery.empty', code: '0F' },
  ]);
});

describe('alarm numbers', () => {
  test.each([
    [0x01, 'battery.low'],
    [0x02, 'attention'],
    [0x03, 'attention'],
    [0x04, 'attention'],
    [0x05, 'attention'],
    [0x06, 'end.kvo'],
    [0x07, 'attention'],
    [0x08, 'empty'],
    [0x09, 'occlusion.unspecified'],
    [0x0a, 'airInLine'],
    [0x0b, 'doorOpen'],
    [0x0c, 'device.fault'],
    [0x0d, 'setMisplaced'],
    [0x0e, 'unspecified'],
    [0x0f, 'battery.empty'],
    [0x10, 'device.fault'],
    [0x11, 'device.fault'],
    [0x12, 'service'],
    [0x13, 'unspecified'],
    [0x14, 'limit'],
    [0x15, 'unknown'],
  ])('%i is %s, with the manual’s number as its code', (alarm, kind) => {
    const code = alarm.toString(16).toUpperCase().padStart(2, '0');
    expect(readingWith({ alarm }).alarms).toMatchObject([{ kind, code }]);
  });
});

describe('the older software', () => {
  const reading = (flow: Parameters<typeof oldReadingOf>[3]) => oldReadingOf(VIEW, DATA, '0240', flow);

  test.each([
    ['flowing', 'infusing', { rateMlPerHour: 52.5 }],
    ['resting', 'stopped', { rateMlPerHour: 52.5 }],
    ['too-early', 'unknown', { rateSetMlPerHour: 52.5 }],
    ['not-rising', 'unknown', { rateSetMlPerHour: 52.5 }],
  ] as const)('%s is %s', (flow, state, rates) => {
    expect(reading(flow)).toMatchObject({ state, ...rates, volumeInfusedMl: 17.5, vtbiMl: 35 });
    expect(reading(flow).rateMlPerHour === undefined).toBe(state === 'unknown');
  });

  test('has a status word that is passed on, and no alarms are made of it', () => {
    expect(reading('flowing').alarms).toEqual([]);
    expect(reading('flowing').doubt).toMatch(/^status word 0240 .* not understood/);
    expect(reading('not-rising').doubt).toMatch(/^a rate is told and the volume does not rise; status word 0240/);
    expect(reading('flowing')).not.toHaveProperty('power');
    expect(reading('flowing')).not.toHaveProperty('isRemoteControlled');
  });
});
