/** A message in a line, for people who look at the traffic: every track of every room by its own name, with its last value. */
import { REFUSALS, type Feed, type Message, type Room, type Track } from './messages.ts';
import { nameOf } from './observations.ts';

const MOST_CHARACTERS = 400;

/** `OR1: Intellivue/ECG_HR 77, Intellivue/ECG_II 500 samples, event "Induction"`. */
export function describe(message: Message): string {
  switch (message.kind) {
    case 'came':
      return `recorder at ${message.sender} connected`;
    case 'gone':
      return `recorder at ${message.sender} disconnected`;
    case 'refused':
      return `refused ${message.count} × ${message.sender}: ${REFUSALS[message.why]}`;
    case 'feed':
      return shortened(feedLine(message));
  }
}

const feedLine = ({ rooms, unread, isRepaired }: Feed): string =>
  [
    ...rooms.map(roomLine),
    ...(unread.length === 0 ? [] : [`not understood: ${unread.join(', ')}`]),
    ...(isRepaired ? ['its JSON was repaired'] : []),
  ].join('; ');

const roomLine = ({ name, tracks, events }: Room): string =>
  `${name || 'room'}: ${[...tracks.map(trackWords), ...events.map(({ text }) => `event "${text}"`)].join(', ')}`;

function trackWords(track: Track): string {
  switch (track.kind) {
    case 'number': {
      const last = track.records.at(-1);
      return `${nameOf(track)} ${last === undefined ? 'no record' : (last.value ?? '--')}`;
    }
    case 'wave':
      return `${nameOf(track)} ${track.records.reduce((sum, { samples }) => sum + samples.length, 0)} samples`;
    case 'text':
      return `${nameOf(track)} "${track.records.at(-1)?.text ?? ''}"`;
  }
}

const shortened = (line: string): string =>
  line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS)}…`;
