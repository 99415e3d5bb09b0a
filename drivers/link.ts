/**
 * What a driver's runner needs from a serial port, a socket, a recording or a test: bytes in, bytes out, and one way to
 * say that it is over. The transports under `transport/` make such links; nothing above them knows which one it has.
 */
import type { Observable } from 'rxjs';
import type { SerialSettings } from './driver.ts';

export interface Link {
  /** Received bytes, each chunk the receiver's own copy. Subscribed once, at once; what came before is kept until then. */
  readonly bytes$: Observable<Uint8Array>;
  /** Resolves when the bytes have left the program; rejects with a {@link LinkFailure}. Calls keep their order. */
  send(bytes: Uint8Array): Promise<void>;
}

/**
 * Subscribing opens and emits one link; unsubscribing closes it after what was already given to `send`. An error, always a
 * {@link LinkFailure}, means that the link is gone or could not be opened. It never completes while the link is usable.
 * `serial`: what the driver's session wants a serial line set to instead of the driver's settings; other links pass it over.
 */
export type Connect = (serial?: SerialSettings) => Observable<Link>;

/**
 * `missing` no such port · `busy` another program has it · `denied` no permission · `refused` nobody listens · `unreachable`
 * no way to the host · `timed-out` no answer · `unknown-host` the name has no address · `unplugged` the port vanished ·
 * `closed` the other end hung up · `stalled` the other end takes no bytes · `reopened` the driver's session asked for it ·
 * `ended` a recording is over · `other` the message says it.
 */
export type LinkFailureReason =
  | 'missing'
  | 'busy'
  | 'denied'
  | 'refused'
  | 'unreachable'
  | 'timed-out'
  | 'unknown-host'
  | 'unplugged'
  | 'closed'
  | 'stalled'
  | 'reopened'
  | 'ended'
  | 'other';

/** The end of a link: `why` for programs, `message` a plain sentence for people. */
export class LinkFailure extends Error {
  readonly why: LinkFailureReason;

  constructor(why: LinkFailureReason, sentence: string) {
    super(sentence);
    this.name = 'LinkFailure';
    this.why = why;
  }
}

/** More unsent bytes than this, and the other end is not listening: no driver's requests come near it. */
export const MAX_UNSENT_BYTES = 16_384;

/** How long a closing link may take to send what it was given, ms. */
export const LAST_WORDS_MS = 500;
