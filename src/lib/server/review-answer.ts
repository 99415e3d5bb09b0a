/**
 * What a reader of a recording is told when it cannot be read: a sentence, not a crash. Where the file lies and what the disk
 * said is for those who run the station: it goes to the log of the process.
 */
import { error } from '@sveltejs/kit';
import { words } from '$lib/messages/index.ts';
import { StoreFailure } from '$lib/store/index.ts';

/** @returns what was read. @throws the answer of kit when there is no such session, or when the recording is damaged. */
export async function answered<T>(read: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const found = await attempt(read);
  if (found === undefined) error(404, words.review.missingPage);
  return found;
}

async function attempt<T>(read: () => T): Promise<Awaited<T>> {
  try {
    return await read();
  } catch (failure) {
    if (!(failure instanceof StoreFailure)) throw failure;
    process.stderr.write(`${failure.message}\n`);
    error(500, failure.why === 'damaged' ? words.review.damaged : words.review.unreadable);
  }
}
