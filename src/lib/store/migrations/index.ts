/** Steps from an empty file to the present format, oldest first. A step that was released is never changed; add one. */
import { RECORDING } from './0001-recording.ts';
import { SNAPSHOT } from './0002-snapshot.ts';

export const MIGRATIONS: readonly string[] = [RECORDING, SNAPSHOT];
