import { fail, redirect, type Actions } from '@sveltejs/kit';
import { signOn } from '$lib/server/sign-on.ts';
import type { PageServerLoad } from './$types';

/** The address that the station printed brings the key along; it is handed over by a press, not by looking. */
export const load: PageServerLoad = ({ url }) => ({ key: url.searchParams.get('key') ?? '' });

export const actions: Actions = {
  default: async ({ locals, cookies, request }) => {
    const form = await request.formData();
    const { access } = locals.station;
    const key = form.get('key');
    if (typeof key !== 'string' || !access.isKey(key.trim())) return fail(403, { isWrong: true });
    const name = form.get('name');
    signOn(access, cookies, typeof name === 'string' ? name : '');
    redirect(303, '/');
  },
};
