/**
 * What happens at the port ⇄ frames of the link. A link carries one stream and gateways are many, so each message gets a first line
 * of ours, in front of its own header and within its MLLP frame: with it a capture of the link says who sent what and when, and
 * playing it is the same as having been there. A file of bare MLLP frames has no such lines and can be read as well.
 *
 *   0B @message|connection|sender|number|ms since 1970|duty|whole or cut CR MSH|…            1C 0D    a message as it came
 *   0B @came|connection|sender                                                               1C 0D    a word of the listener
 *   0B @refused|why|count|sender                                                             1C 0D
 *   0B @reply|connection CR MSH|… CR MSA|…                                                   1C 0D    from us, to that connection
 *
 * The line is put there by the listener and only the first one counts: what a sender writes stands behind it.
 */
import { concatBytes, fromLatin1, latin1 } from '../bytes.ts';
import type { Arrival, CutResult, Refusal } from '../driver.ts';
import { cut as cutFrames, CR, frame, MARK_BYTES } from '../hl7/mllp.ts';
import { REFUSAL_WORDS } from '../refusals.ts';
import type { Cover, Message } from './messages.ts';

export const MAX_MESSAGE_BYTES = 262_144;
/** No line of ours is longer. */
const MAX_COVER_BYTES = 160;
export const MAX_FRAME_BYTES = MAX_MESSAGE_BYTES + MAX_COVER_BYTES + MARK_BYTES;

const AT_SIGN = 0x40;
const NO_BYTES = new Uint8Array(0);

export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutFrames(rest, chunk, MAX_FRAME_BYTES);

/** @throws RangeError for a message with a mark of its frame in it, or longer than any: the listener lets none pass. */
export function wrap(arrival: Arrival): Uint8Array {
  switch (arrival.kind) {
    case 'message': {
      const { connection, sender, number, wallTime, duty, isCutOff, bytes } = arrival;
      const fields = [connection, sender, number, Math.round(wallTime), duty, isCutOff ? 'cut' : 'whole'];
      return covered(['message', ...fields], bytes);
    }
    case 'came':
    case 'gone':
      return covered([arrival.kind, arrival.connection, arrival.sender], NO_BYTES);
    case 'refused':
      return covered(['refused', arrival.why, arrival.count, arrival.sender], NO_BYTES);
  }
}

/** A reply of ours, on the link. */
export const wrapReply = (connection: number, message: Uint8Array): Uint8Array =>
  covered(['reply', connection], message);

function covered(fields: readonly (string | number)[], message: Uint8Array): Uint8Array {
  const line = fromLatin1(`@${fields.join('|')}\r`);
  return frame(concatBytes(line, message), MAX_FRAME_BYTES);
}

/** What a frame of the link holds. `bare`: a message without a line of ours · `unknown`: a line that we never write. */
export type Uncovered =
  | { readonly kind: 'message'; readonly cover: Cover | undefined; readonly message: Uint8Array }
  | { readonly kind: 'notice'; readonly notice: Exclude<Message, { kind: 'report' }> }
  | { readonly kind: 'reply'; readonly connection: number; readonly message: Uint8Array }
  | { readonly kind: 'unknown'; readonly line: string };

export function uncover(payload: Uint8Array): Uncovered {
  if (payload[0] !== AT_SIGN) return { kind: 'message', cover: undefined, message: payload };
  const end = payload.subarray(0, MAX_COVER_BYTES).indexOf(CR);
  const line = latin1(payload.subarray(1, end < 0 ? MAX_COVER_BYTES : end));
  const message = end < 0 ? NO_BYTES : payload.subarray(end + 1);
  const [kind = '', ...fields] = line.split('|');
  return read(kind, fields, message) ?? { kind: 'unknown', line };
}

function read(kind: string, fields: readonly string[], message: Uint8Array): Uncovered | undefined {
  switch (kind) {
    case 'message': {
      const cover = coverOf(fields);
      return cover && { kind: 'message', cover, message };
    }
    case 'came':
    case 'gone': {
      const [connection, sender] = [count(fields[0]), fields[1]];
      return connection === undefined || !sender ? undefined : { kind: 'notice', notice: { kind, connection, sender } };
    }
    case 'refused': {
      const [why = '', times, sender] = [fields[0], count(fields[1]), fields[2]];
      return !isRefusal(why) || times === undefined || !sender
        ? undefined
        : { kind: 'notice', notice: { kind, why, count: times, sender } };
    }
    case 'reply': {
      const connection = count(fields[0]);
      return connection === undefined ? undefined : { kind: 'reply', connection, message };
    }
    default:
      return undefined;
  }
}

function coverOf([connectionText, sender, numberText, timeText, duty, extent]: readonly string[]): Cover | undefined {
  const [connection, number, wallTime] = [count(connectionText), count(numberText), count(timeText)];
  const isWhole = extent === 'whole';
  if (connection === undefined || number === undefined || wallTime === undefined || !sender) return undefined;
  if (wallTime > MAX_TIME_MS || (!isWhole && extent !== 'cut')) return undefined;
  if (duty !== 'answer' && duty !== 'listen' && duty !== 'nobody') return undefined;
  return { connection, sender, number, wallTime, duty, isCutOff: !isWhole };
}

/** The year 9999: what is beyond cannot be written as a time of HL7. */
const MAX_TIME_MS = Date.UTC(9999, 0);

const count = (text = ''): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);

const isRefusal = (why: string): why is Refusal => Object.hasOwn(REFUSAL_WORDS, why);

/** To which connection a reply of ours goes, and its bytes on the wire. */
export function replyIn(sent: Uint8Array): { readonly connection: number; readonly bytes: Uint8Array } | undefined {
  const [piece] = cut(NO_BYTES, sent).cuts;
  const uncovered = piece?.kind === 'frame' ? uncover(piece.payload) : undefined;
  if (uncovered?.kind !== 'reply') return undefined;
  return { connection: uncovered.connection, bytes: frame(uncovered.message) };
}
