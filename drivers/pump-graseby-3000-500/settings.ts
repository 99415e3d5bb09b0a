/** What the documents do not tell and a site may know, as the configuration gave it. */
import type { SessionContext } from '../driver.ts';
import type { Check } from './messages.ts';

export interface Settings {
  /** `new`: software after 0.67 · `old`: up to 0.67, whose check field is our inference. */
  readonly generation: 'new' | 'old';
  /** Ways of checking that come into question, in the order in which they are tried. */
  readonly checks: readonly [Check, ...Check[]];
  /** The return code of an accepted command; without it, that of the first reply that brings what was asked for. */
  readonly acceptedCode: string | undefined;
}

/** @throws RangeError with a plain sentence when a setting is not what it can be. */
export function readSettings(settings: SessionContext['settings']): Settings {
  const { generation = 'new', crcStart, acceptedCode } = settings;
  if (generation !== 'new' && generation !== 'old') throw new RangeError('generation must be "new" or "old"');
  if (acceptedCode !== undefined && !(typeof acceptedCode === 'string' && /^[!-~]$/.test(acceptedCode))) {
    throw new RangeError('acceptedCode must be one character');
  }
  return { generation, acceptedCode, checks: generation === 'old' ? ['sum'] : checksFrom(crcStart) };
}

function checksFrom(crcStart: unknown): Settings['checks'] {
  switch (crcStart) {
    case undefined:
      return ['crc-0000', 'crc-ffff'];
    case '0000':
      return ['crc-0000'];
    case 'FFFF':
      return ['crc-ffff'];
    default:
      throw new RangeError('crcStart must be "0000" or "FFFF"');
  }
}
