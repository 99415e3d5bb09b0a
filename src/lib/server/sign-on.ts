/** A screen's cookie, given or renewed: admitted by the key, or taken over by another person. */
import type { Cookies } from '@sveltejs/kit';
import { COOKIE, SIGNED_ON_FOR_S, type Access } from './access.ts';

/** Names the person at this screen from now on; the screen keeps its number. */
export function signOn(access: Access, cookies: Cookies, name: string): void {
  const known = access.read(cookies.get(COOKIE));
  const fresh = access.newTicket(name);
  const ticket = known === undefined ? fresh : { ...fresh, screen: known.screen };
  cookies.set(COOKIE, access.sign(ticket), {
    path: '/',
    sameSite: 'strict',
    secure: false,
    maxAge: SIGNED_ON_FOR_S,
  });
}

/** A path of this station to go back to; the ward for anything else. */
export const backTo = (from: string | null): string =>
  from !== null && /^\/(?![/\\])[\w/.-]*$/.test(from) ? from : '/';
