/** A session that goes on is read again from time to time, while somebody can see the page. */
import { z } from 'zod';
import type { Review } from '$lib/realtime/review.ts';
import type { ReviewScreen } from './review-screen.svelte.ts';

const EVERY_MS = 15_000;

/** Of what our own station sends, the version is all that is checked: a page of an older one was told to reload. */
const isReview = (value: unknown): value is Review =>
  z.looseObject({ id: z.string(), lines: z.object({}) }).safeParse(value).success;

/** @returns how to stop. A reading that fails leaves what was read before; its age stands beside it. */
export function readAgain(screen: ReviewScreen): () => void {
  const timer = setInterval(() => {
    if (!document.hidden) void renew(screen);
  }, EVERY_MS);
  return () => clearInterval(timer);
}

export async function renew(screen: ReviewScreen): Promise<void> {
  const response = await fetch(`/api/review/${encodeURIComponent(screen.review.id)}`).catch(() => undefined);
  if (!response?.ok) return;
  const review: unknown = await response.json();
  if (isReview(review)) screen.renew(review);
}
