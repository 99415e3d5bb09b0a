import { words } from '$lib/messages/index.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ url }) => ({
  title: words.ward.title,
  wanted: Number(url.searchParams.get('page') ?? 1),
});
