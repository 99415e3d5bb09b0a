import { describe, expect, test } from 'vitest';
import { DRIVERS, driverOf } from '$drivers/registry.ts';

test('every driver has an id of its own, by which it is found', () => {
  expect(DRIVERS.map(({ id }) => driverOf(id))).toEqual(DRIVERS);
  expect(DRIVERS.map(({ id }) => id)).toEqual(['ge-s5-dri', 'pump-bbraun-bcc']);
});

test('an id that nobody has finds nothing', () => {
  expect(driverOf('no-such-driver')).toBeUndefined();
});

describe.each(DRIVERS)('$id', (driver) => {
  test('says what it observes, on which link, how fresh, and how certain it is', () => {
    expect(driver.serial ?? driver.tcp).toBeDefined();
    expect(driver.observes.length).toBeGreaterThan(0);
    expect(driver.freshness.expiredAfterMs).toBeGreaterThan(driver.freshness.staleAfterMs);
    expect(driver.verified).toMatch(/\.$/);
  });

  test('has a send guard that lets no empty and no arbitrary frame pass', () => {
    expect(driver.maySend.length).toBeGreaterThan(0);
    for (const pattern of driver.maySend) {
      expect(pattern.matches(new Uint8Array(0))).toBe(false);
      expect(pattern.matches(new Uint8Array(64).fill(0x41))).toBe(false);
    }
  });
});
