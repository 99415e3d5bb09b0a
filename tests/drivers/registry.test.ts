import { describe, expect, test } from 'vitest';
import { DRIVERS, driverOf } from '$drivers/registry.ts';

/** Every driver there is, in the order of the alphabet: none comes or goes unseen. */
const IDS = [
  'capnostream',
  'contec',
  'draeger-medibus',
  'file-replay',
  'ge-dinamap',
  'ge-s5-dri',
  'ivy-450c',
  'masimo',
  'mindray-hl7',
  'nellcor',
  'nonin',
  'philips-intellivue',
  'pump-alaris-asena',
  'pump-bbraun-bcc',
  'pump-bbraun-hl7-pcd',
  'pump-fresenius-orchestra',
  'pump-graseby-3000-500',
  'pump-graseby-3400',
  'pump-newera-ne1000',
  'pump-qcore-sapphire',
  'pump-terumo-ss3',
  'suntech-nibp',
  'vital-recorder',
];

test('every driver has an id of its own, by which it is found', () => {
  expect(DRIVERS.map(({ id }) => driverOf(id))).toEqual(DRIVERS);
  expect(DRIVERS.map(({ id }) => id).sort()).toEqual(IDS);
});

test('an id that nobody has finds nothing', () => {
  expect(driverOf('no-such-driver')).toBeUndefined();
});

describe.each(DRIVERS)('$id', (driver) => {
  test('says what it observes, and on which link', () => {
    const { serial, tcp, udp, accepts, file } = driver;
    expect(serial ?? tcp ?? udp ?? accepts ?? file).toBeDefined();
    expect(driver.observes.length).toBeGreaterThan(0);
  });

  test('has a send guard that lets no empty and no arbitrary frame pass; without a pattern nothing passes', () => {
    for (const pattern of driver.maySend) {
      expect(pattern.matches(new Uint8Array(0))).toBe(false);
      expect(pattern.matches(new Uint8Array(64).fill(0x41))).toBe(false);
    }
  });
});
