import { wallMs } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { BURDEN_DAYS, burdenDays, readSiteBurden } from '$lib/server/burden-read.ts';
import { answered } from '$lib/server/review-answer.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, locals: { station } }) => {
  const days = burdenDays(url.searchParams.get('days'));
  return {
    title: words.burden.siteTitle,
    days,
    choices: BURDEN_DAYS,
    ...(await answered(() => readSiteBurden(station.store, wallMs(Date.now()), days))),
  };
};
