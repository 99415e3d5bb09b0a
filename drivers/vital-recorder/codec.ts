/**
 * A frame's payload ⇄ message.
 *
 *   send_data   [04] 78 … zlib of UTF-8 JSON. The 04 is what Engine.IO 3 puts before binary data. JSON as it is, is read too.
 *   POST        JSON, URL-encoded, alone or as the value of a form's field
 *   notice      {"kind": "came" | "gone", "sender"} or {"kind": "refused", "sender", "why", "count"}: the listener's own words
 *
 * Bounded at every step: bytes by the framing, text by `MAX_TEXT_BYTES` while it is inflated, parts by `codec-rooms.ts`.
 */
import type { Arrival, Decoded, Received, Refusal } from '../driver.ts';
import { REFUSAL_WORDS } from '../refusals.ts';
import { readFeed } from './codec-rooms.ts';
import { KINDS, wrap } from './framing.ts';
import { deflate, inflate } from './inflate.server.ts';
import type { Message } from './messages.ts';
import { repair } from './repair.ts';

/** JSON is a few times its zlib; 4 MiB parse in some tens of milliseconds, which no alarm notices. */
export const MAX_TEXT_BYTES = 4 * 1_048_576;

const [ENGINE_IO_3, ZLIB] = [0x04, 0x78] as const;

export function decode(payload: Uint8Array): Decoded<Message> {
  const [kind] = payload;
  const body = payload.subarray(1);
  if (body.length === 0) return { ok: false, why: 'too-short', detail: 'an empty message' };
  switch (kind) {
    case KINDS.socket:
      return decodeFeed(inflated(body));
    case KINDS.post:
      return decodeFeed(posted(body));
    case KINDS.notice:
      return decodeNotice(body);
    default:
      return { ok: false, why: 'unknown-code', detail: `an envelope of kind ${kind ?? 'none'}` };
  }
}

type Text = { readonly text: string } | { readonly problem: string };

function inflated(body: Uint8Array): Text {
  const bytes = body[0] === ENGINE_IO_3 && body[1] === ZLIB ? body.subarray(1) : body;
  const content = bytes[0] === ZLIB ? inflate(bytes, MAX_TEXT_BYTES) : bytes;
  if (typeof content === 'string')
    return { problem: content === 'too-large' ? `inflates to more than ${MAX_TEXT_BYTES} bytes` : 'damaged zlib' };
  return { text: utf8(content) };
}

function posted(body: Uint8Array): Text {
  const text = utf8(body).trim();
  if (text.startsWith('{')) return { text };
  const value = text.slice(text.indexOf('=') + 1).split('&', 1)[0] ?? '';
  try {
    return { text: decodeURIComponent(value.replaceAll('+', ' ')) };
  } catch (error) {
    if (error instanceof URIError) return { problem: 'damaged URL-encoding' };
    throw error;
  }
}

/** Letters that are none become U+FFFD: they can stand in names only, for numbers are ASCII. */
const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function decodeFeed(read: Text): Decoded<Message> {
  if ('problem' in read) return malformed(read.problem);
  const plain = parse(read.text);
  const json = plain ?? parse(repair(read.text));
  if (json === undefined) return malformed(`no JSON: ${shown(read.text)}`);
  const feed = readFeed(json.value, plain === undefined);
  return feed ? { ok: true, message: feed } : malformed(`no rooms: ${shown(read.text)}`);
}

/** Boxed, because `null` is JSON too. */
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const malformed = (detail: string): Decoded<never> => ({ ok: false, why: 'malformed', detail });

const SHOWN_IN_DETAIL = 60;

/** The beginning, without what could be the secret. */
const shown = (text: string): string => text.replace(/("vrcode"\s*:\s*")[^"]*/, '$1…').slice(0, SHOWN_IN_DETAIL);

function decodeNotice(body: Uint8Array): Decoded<Message> {
  const value = parse(utf8(body))?.value;
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('sender' in value))
    return malformed('no notice');
  const { kind, sender } = value;
  if (typeof sender !== 'string') return malformed('a notice of nobody');
  if (kind === 'came' || kind === 'gone') return { ok: true, message: { kind, sender } };
  if (kind !== 'refused' || !('why' in value) || !('count' in value)) return malformed('an unknown notice');
  const { why, count } = value;
  if (!isRefusal(why) || typeof count !== 'number') return malformed('an unknown refusal');
  return { ok: true, message: { kind, sender, why, count } };
}

const isRefusal = (why: unknown): why is Refusal => typeof why === 'string' && Object.hasOwn(REFUSAL_WORDS, why);

/** What happened at the port as the link carries it. A recorder waits for no answer: by whose connection it came is not kept. */
export function encodeArrival(arrival: Arrival): Uint8Array {
  if (arrival.kind === 'message') return wrap(isPost(arrival) ? KINDS.post : KINDS.socket, arrival.bytes);
  const { kind, sender } = arrival;
  const notice = kind === 'refused' ? arrival : { kind, sender };
  return wrap(KINDS.notice, new TextEncoder().encode(JSON.stringify(notice)));
}

const isPost = ({ via }: Received): boolean => via === 'post';

/** The code by which the sender of a message names itself; undefined when it names none or cannot be read. */
export function tokenOf(message: Received): string | undefined {
  const read = decodeFeed(isPost(message) ? posted(message.bytes) : inflated(message.bytes));
  return read.ok && read.message.kind === 'feed' ? read.message.vrcode : undefined;
}

/** A part of a message as a recorder writes it: JSON values, and samples apart so that each has its decimal point. */
export type Written = string | number | null | Float64Array | readonly Written[] | { readonly [key: string]: Written };

/** The body of `send_data`. Samples have three decimals; `noSample` is what stands for none, bare. */
export const encodeFeed = (feed: Written, noSample: 'null' | 'nan' = 'null'): Uint8Array =>
  deflate(new TextEncoder().encode(write(feed, noSample)));

function write(value: Written, noSample: string): string {
  if (value instanceof Float64Array)
    return `[${Array.from(value, (sample) => (Number.isFinite(sample) ? sample.toFixed(3) : noSample)).join(',')}]`;
  if (Array.isArray(value)) return `[${value.map((part: Written) => write(part, noSample)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, part]: [string, Written]) => `${JSON.stringify(key)}:${write(part, noSample)}`)
    .join(',')}}`;
}
