import { redirect, type Actions } from '@sveltejs/kit';
import { backTo, signOn } from '$lib/server/sign-on.ts';
import { words } from '$lib/messages/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = () => ({ title: words.layout.watch.heading });

export const actions: Actions = {
  default: async ({ locals, cookies, request, url }) => {
    const name = (await request.formData()).get('name');
    signOn(locals.station.access, cookies, typeof name === 'string' ? name : '');
    redirect(303, backTo(url.searchParams.get('from')));
  },
};
