/**
 * Who may see this station, and who acts. A screen carries a signed cookie with its number and the name of the person on
 * watch; nothing a page sends is believed about either. On the loopback address a screen is admitted by being there; on a
 * network it needs the station's key once. The key itself is kept nowhere, only its hash; the signing secret stays in a file
 * that only the station's user can read.
 */
import { createHash, createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Actor } from '$lib/domain/index.ts';

export const COOKIE = 'infuscope';

/** A screen signs on anew after this long: longer than a shift, shorter than two. */
export const SIGNED_ON_FOR_S = 14 * 60 * 60;

const UNNAMED = 'Unnamed';

const ticketSchema = z.strictObject({
  screen: z.string().min(1).max(20),
  name: z.string().max(40),
  issuedS: z.int(),
});
export type Ticket = z.infer<typeof ticketSchema>;

export interface AccessOptions {
  readonly dataDirectory: string;
  /** Host names and addresses under which the station may be addressed; foreign ones are refused (DNS rebinding). */
  readonly hosts: readonly string[];
  /** Asked for once per screen when the station can be reached from the network. */
  readonly key?: string;
  readonly nowS: () => number;
}

export class Access {
  readonly #secret: Buffer;
  readonly #hosts: ReadonlySet<string>;
  readonly #key: { readonly salt: Buffer; readonly hash: Buffer } | undefined;
  readonly #nowS: () => number;

  constructor({ dataDirectory, hosts, key, nowS }: AccessOptions) {
    this.#secret = secretOf(dataDirectory);
    this.#hosts = new Set(hosts);
    this.#key = key === undefined ? undefined : hashed(key);
    this.#nowS = nowS;
  }

  get needsKey(): boolean {
    return this.#key !== undefined;
  }

  /** Whether the request was addressed to this station and not to a name that somebody pointed at it. */
  isAddressed(host: string | undefined): boolean {
    if (host === undefined) return false;
    const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    return this.#hosts.has(name) || this.#hosts.has('*');
  }

  isKey(offered: string): boolean {
    if (this.#key === undefined) return true;
    return timingSafeEqual(scryptSync(offered, this.#key.salt, 32), this.#key.hash);
  }

  newTicket(name = ''): Ticket {
    return { screen: randomBytes(4).toString('hex'), name: name.trim().slice(0, 40), issuedS: this.#nowS() };
  }

  sign(ticket: Ticket): string {
    const body = Buffer.from(JSON.stringify(ticket)).toString('base64url');
    return `${body}.${this.#signature(body)}`;
  }

  /** The ticket in a cookie's value; undefined when it is not ours, damaged or too old. */
  read(value: string | undefined): Ticket | undefined {
    const [body, signature, ...more] = value?.split('.') ?? [];
    if (body === undefined || signature === undefined || more.length > 0) return undefined;
    if (!isSame(signature, this.#signature(body))) return undefined;
    const parsed = ticketSchema.safeParse(parseJson(Buffer.from(body, 'base64url').toString()));
    if (!parsed.success || this.#nowS() - parsed.data.issuedS > SIGNED_ON_FOR_S) return undefined;
    return parsed.data;
  }

  /** The person behind a socket's handshake. */
  actorOf(headers: Record<string, string | string[] | undefined>): Actor | undefined {
    const { host, cookie } = headers;
    if (typeof host !== 'string' || !this.isAddressed(host)) return undefined;
    const ticket = this.read(cookieValue(typeof cookie === 'string' ? cookie : ''));
    return ticket && actorOf(ticket);
  }

  #signature(body: string): string {
    return createHmac('sha256', this.#secret).update(body).digest('base64url');
  }
}

export const actorOf = ({ name, screen }: Ticket): Actor => ({
  name: name === '' ? UNNAMED : name,
  station: `screen ${screen}`,
});

function secretOf(directory: string): Buffer {
  const path = join(directory, 'cookie-secret');
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
}

function hashed(key: string): { salt: Buffer; hash: Buffer } {
  const salt = randomBytes(16);
  return { salt, hash: scryptSync(key, salt, 32) };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As it stands: a signed ticket has no character that a cookie would have to escape. */
function cookieValue(header: string): string | undefined {
  for (const pair of header.split(';')) {
    const [name, ...value] = pair.trim().split('=');
    if (name === COOKIE) return value.join('=');
  }
  return undefined;
}
