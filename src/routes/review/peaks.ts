/**
 * Highest pressures for the list of sessions. Finding one means reading the whole session, so they are asked for one after
 * the other: a list of forty must not stand in the way of an alarm. The browser keeps those of sealed sessions.
 */
import { z } from 'zod';
import type { SessionId } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';

const answer = z.object({ peak: z.object({ systolic: z.number(), diastolic: z.number() }).nullable() });

let last: Promise<unknown> = Promise.resolve();

/** `199/94`, or a word that says why not. */
export function peakOf(session: SessionId): Promise<string> {
  const next = last.then(() => ask(session));
  last = next;
  return next;
}

async function ask(session: SessionId): Promise<string> {
  const told = words.review.list;
  const response = await fetch(`/api/review/${encodeURIComponent(session)}/peak`).catch(() => undefined);
  const parsed = answer.safeParse(response?.ok ? await response.json() : undefined);
  if (!parsed.success) return told.peakUnread;
  const { peak } = parsed.data;
  return peak === null ? told.noPeak : `${Math.round(peak.systolic)}/${Math.round(peak.diastolic)}`;
}
