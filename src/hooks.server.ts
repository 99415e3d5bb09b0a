import { error, type Handle } from '@sveltejs/kit';
import { actorOf, COOKIE, SIGNED_ON_FOR_S } from '$lib/server/access.ts';
import { theStation } from '$lib/server/station.ts';

const KEY_PAGE = '/enter';

/** Every page passes here: addressed to us, admitted, and with the security headers that kit does not set itself. */
export const handle: Handle = async ({ event, resolve }) => {
  const station = theStation();
  const { access } = station;
  if (!access.isAddressed(event.request.headers.get('host') ?? undefined)) {
    error(421, 'This station does not go by that name. Use the address that it printed when it started.');
  }
  let ticket = access.read(event.cookies.get(COOKIE));
  if (ticket === undefined && !access.needsKey) {
    ticket = access.newTicket();
    event.cookies.set(COOKIE, access.sign(ticket), {
      path: '/',
      sameSite: 'strict',
      secure: false,
      maxAge: SIGNED_ON_FOR_S,
    });
  }
  event.locals.station = station;
  if (ticket === undefined && event.url.pathname !== KEY_PAGE) {
    return new Response(null, { status: 303, headers: { location: KEY_PAGE } });
  }
  if (ticket !== undefined) {
    event.locals.actor = actorOf(ticket);
    event.locals.name = ticket.name;
  }
  const response = await resolve(event);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'same-origin');
  response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  return response;
};
