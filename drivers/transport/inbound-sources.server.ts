/**
 * Who may send to a port of ours. A source is known by the address that it sends from and, where its messages can carry one,
 * by a secret; of the secret only a salted hash is kept, and it is compared in constant time.
 *
 *   tokenHash   sha256:SALT:HEX   HEX = SHA-256 of "SALT:secret"
 *   from        addresses and networks, "10.1.2.3" or "10.1.2.0/24"; without it this computer only
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';

export interface SourceKey {
  /** Absent for senders that can carry no secret. */
  readonly tokenHash?: string;
  readonly from?: readonly string[];
}

export const TOKEN_HASH = /^sha256:([\w.-]{8,64}):([0-9a-f]{64})$/;
const THIS_COMPUTER = ['127.0.0.0/8', '::1'];

export const hashToken = (salt: string, token: string): string =>
  `sha256:${salt}:${digest(salt, token).toString('hex')}`;

const digest = (salt: string, token: string): Buffer => createHash('sha256').update(`${salt}:${token}`).digest();

export class Source {
  readonly #secret: { readonly salt: string; readonly hash: Buffer } | undefined;
  readonly #from = new BlockList();

  /** @throws RangeError with a plain sentence for a key that is none. */
  constructor({ tokenHash, from = THIS_COMPUTER }: SourceKey) {
    this.#secret = tokenHash === undefined ? undefined : secretOf(tokenHash);
    for (const range of from) allow(this.#from, range);
  }

  allows(address: string): boolean {
    return this.#from.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }

  /** Takes the same time for every token of a length. No token is nobody's. */
  isNamedBy(token: string | undefined): boolean {
    if (!this.#secret) return false;
    const isEqual = timingSafeEqual(digest(this.#secret.salt, token ?? ''), this.#secret.hash);
    return isEqual && token !== undefined && token !== '';
  }
}

function secretOf(tokenHash: string): { readonly salt: string; readonly hash: Buffer } {
  const [, salt, hex] = TOKEN_HASH.exec(tokenHash) ?? [];
  if (salt === undefined || hex === undefined)
    throw new RangeError('tokenHash must be "sha256:SALT:" and 64 hexadecimal digits');
  return { salt, hash: Buffer.from(hex, 'hex') };
}

function allow(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  try {
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  } catch (error) {
    throw new RangeError(`"${range}" is neither an address nor a network`, { cause: error });
  }
}

/** An IPv4 sender at a port that listens for both is written as `::ffff:10.1.2.3`. */
export const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');

/** So many at once, and so many a second from then on. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts what one sender does; time is an input, ms. */
export class Bucket {
  readonly #allowance: Allowance;
  #left: number;
  #at: number;

  constructor(allowance: Allowance, now: number) {
    this.#allowance = allowance;
    this.#left = allowance.burst;
    this.#at = now;
  }

  /** @param count what is taken for more than one, if there is one at all: the next has to wait for the rest. */
  take(now: number, count = 1): boolean {
    if (this.waitMs(now) > 0) return false;
    this.#left -= count;
    return true;
  }

  /** How long until one more may be taken. */
  waitMs(now: number): number {
    const { burst, perSecond } = this.#allowance;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    return this.#left >= 1 ? 0 : Math.ceil(((1 - this.#left) / perSecond) * 1000);
  }
}

/** A bucket for each address, for a bounded number of addresses: the one that came first is forgotten first. */
export class Buckets {
  readonly #allowance: Allowance;
  readonly #most: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(allowance: Allowance, most: number) {
    this.#allowance = allowance;
    this.#most = most;
  }

  take(address: string, now: number): boolean {
    return this.of(address, now).take(now);
  }

  of(address: string, now: number): Bucket {
    let bucket = this.#buckets.get(address);
    if (!bucket) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined && this.#buckets.size >= this.#most) this.#buckets.delete(oldest);
      bucket = new Bucket(this.#allowance, now);
      this.#buckets.set(address, bucket);
    }
    return bucket;
  }
}
