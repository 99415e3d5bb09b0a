/** The driver's one setting, `address`: which pump of a chain is asked. */
import type { SessionContext } from '$drivers/driver.ts';

const LAST_ADDRESS = 99;

/** 0 when nothing is set; undefined when what is set is no address. */
export function addressOf({ address = 0 }: SessionContext['settings']): number | undefined {
  const isAddress = typeof address === 'number' && Number.isInteger(address) && address >= 0 && address <= LAST_ADDRESS;
  return isAddress ? address : undefined;
}

/** @throws RangeError with a plain sentence when `address` is none. */
export function readAddress(settings: SessionContext['settings']): number {
  const address = addressOf(settings);
  if (address === undefined) throw new RangeError(`address must be a whole number from 0 to ${LAST_ADDRESS}`);
  return address;
}
