/** What a page asks of the station: each question is answered in time or given up, and nothing is kept to be asked later. */
import { fail, type BedId, type Command, type Refusal, type Result } from '$lib/domain/index.ts';
import type { Hello, Welcome } from '$lib/realtime/index.ts';
import type { StationSocket } from './socket.ts';

export const ANSWER_MS = 2000;

const NOT_CONNECTED = fail<Refusal>({
  why: 'unavailable',
  message: 'This screen has no link to the station. Nothing was sent; act at the bedside and try again.',
});

const NO_ANSWER = fail<Refusal>({
  why: 'unavailable',
  message: 'The station did not answer. It is not known whether it was done; look at the alarm again.',
});

/** Unlike `crypto.randomUUID` also there on plain http. */
export const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Without a link it fails at once. */
export function askFor(
  socket: StationSocket | undefined,
  bed: BedId,
  command: Command,
): Promise<Result<null, Refusal>> {
  if (!socket?.connected) return Promise.resolve(NOT_CONNECTED);
  return new Promise((resolve) => {
    socket.timeout(ANSWER_MS).emit('bed:command', { id: newId(), bed, command }, (error, result) => {
      resolve(error ? NO_ANSWER : result);
    });
  });
}

/** @returns undefined when there was no answer in time. */
export function sayHello(socket: StationSocket, hello: Hello): Promise<Result<Welcome, Refusal> | undefined> {
  return new Promise((resolve) => {
    socket.timeout(ANSWER_MS).emit('station:hello', hello, (error, answer) => resolve(error ? undefined : answer));
  });
}
