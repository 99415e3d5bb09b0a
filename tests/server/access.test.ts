import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { Access, actorOf, COOKIE, SIGNED_ON_FOR_S } from '$lib/server/access.ts';

let directory: string;
let nowS: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'access-'));
  nowS = 1_800_000_000;
});
afterEach(() => rmSync(directory, { recursive: true }));

const access = (more: { key?: string; hosts?: readonly string[] } = {}): Access =>
  new Access({ dataDirectory: directory, hosts: ['127.0.0.1', 'localhost'], nowS: () => nowS, ...more });

describe('a screen’s ticket', () => {
  test('is read back as it was signed, also by a station that was started again', () => {
    const ticket = access().newTicket('  Nurse 07 ');
    expect(access().read(access().sign(ticket))).toEqual({ ...ticket, name: 'Nurse 07' });
  });

  test('that anybody changed is none', () => {
    const signed = access().sign(access().newTicket('Nurse 07'));
    fc.assert(
      fc.property(fc.nat(signed.length - 1), fc.constantFrom('A', 'b', '0', '.', '%'), (place, character) => {
        const forged = signed.slice(0, place) + character + signed.slice(place + 1);
        if (forged !== signed) expect(access().read(forged)).toBeUndefined();
      }),
    );
  });

  test('signed with another secret is none', () => {
    const signed = access().sign(access().newTicket('Nurse 07'));
    rmSync(join(directory, 'cookie-secret'));
    expect(access().read(signed)).toBeUndefined();
  });

  test('is no ticket any more after its time', () => {
    const signed = access().sign(access().newTicket());
    nowS += SIGNED_ON_FOR_S;
    expect(access().read(signed)).toBeDefined();
    nowS += 1;
    expect(access().read(signed)).toBeUndefined();
  });

  test('without a name acts as unnamed, with the number of its screen', () => {
    const ticket = access().newTicket();
    expect(actorOf(ticket)).toEqual({ name: 'Unnamed', station: `screen ${ticket.screen}` });
  });

  test('rests on a secret that nobody else can read', () => {
    access();
    expect(statSync(join(directory, 'cookie-secret')).mode & 0o077).toBe(0);
  });
});

describe('the way in', () => {
  test('is by the station’s own names only: a foreign name pointed at it is refused', () => {
    expect(access().isAddressed('localhost:4280')).toBe(true);
    expect(access().isAddressed('127.0.0.1')).toBe(true);
    expect(access().isAddressed('evil.example:4280')).toBe(false);
    expect(access().isAddressed(undefined)).toBe(false);
    expect(access({ hosts: ['::1'] }).isAddressed('[::1]:4280')).toBe(true);
  });

  test('needs the key where there is one, and only the right one', () => {
    expect(access().needsKey).toBe(false);
    const guarded = access({ key: 'right' });
    expect(guarded.needsKey).toBe(true);
    expect(guarded.isKey('right')).toBe(true);
    for (const wrong of ['', 'Right', 'right ', 'wrong']) expect(guarded.isKey(wrong)).toBe(false);
  });

  test('of a socket is by the same cookie', () => {
    const station = access();
    const signed = station.sign(station.newTicket('Nurse 07'));
    expect(encodeURIComponent(signed)).toBe(signed);
    const headers = { host: 'localhost:4280', cookie: `other=1; ${COOKIE}=${signed}` };
    expect(station.actorOf(headers)?.name).toBe('Nurse 07');
    expect(station.actorOf({ ...headers, host: 'evil.example' })).toBeUndefined();
    expect(station.actorOf({ host: 'localhost' })).toBeUndefined();
    expect(station.actorOf({ host: 'localhost', cookie: `${COOKIE}=%E0%A4%A` })).toBeUndefined();
  });
});
