/**
 * Packets ⇄ messages, both ways, because the simulator speaks with the same words.
 *
 *   <?xml version="1.0"?><REQ><DEVID></DEVID></REQ>                                who are you
 *   <?xml version="1.0"?><REP><DEVID>24 digits</DEVID></REP>                       I am
 *   <?xml version="1.0"?><REQ><DEVID>24 digits</DEVID><CMD>base64</CMD></REQ>      sequence, command, subcommand (2), data
 *   <?xml version="1.0"?><REP><DEVID>24 digits</DEVID><CMD>base64</CMD></REP>      the same, execution result, data
 *
 * There is one command, 01 with subcommand 0000: the basic operating status. The sequence of an answer is decoded and not judged:
 * the manual's own example answers request 01 with 00.
 */
import { concatBytes, fromLatin1, latin1, toHex } from '$drivers/bytes.ts';
import type { Decoded } from '$drivers/driver.ts';
import { OK } from './code-table.ts';
import { packet } from './framing.ts';
import type { Message, Query, Reply } from './messages.ts';
import { readStatus, STATUS_BYTES, writeStatus } from './status-layout.ts';

const HEAD = '<?xml version="1.0"?>';
const PACKET =
  /^<\?xml version="1\.0"\?><(RE[QP])><DEVID>([0-9A-Fa-f]{24})?<\/DEVID>(?:<CMD>((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)<\/CMD>)?<\/\1>$/;

export const STATUS_COMMAND = Uint8Array.of(0x01, 0x00, 0x00);
/** Sequence, command, subcommand; in an answer the execution result follows. */
export const COMMAND_BYTES = 4;

const SHOWN_IN_DETAIL = 80;

/** Reads one packet as `cut` delivers it. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const text = latin1(payload);
  const [, element, deviceId, base64] = PACKET.exec(text) ?? [];
  if (element === undefined) return malformed(`no packet of this pump: ${text.slice(0, SHOWN_IN_DETAIL)}`);
  const command = base64 === undefined ? undefined : fromLatin1(atob(base64));
  if (element === 'REQ') return { ok: true, message: { kind: 'request', deviceId, command } };
  if (deviceId === undefined) return malformed('an answer without a device ID');
  return command ? decodeReply(deviceId, command) : { ok: true, message: { kind: 'identity', deviceId } };
}

const malformed = (detail: string): Decoded<Message> => ({ ok: false, why: 'malformed', detail: printable(detail) });

/** Bytes of a packet that only looks like one: the line is for people. */
const printable = (text: string): string => text.replaceAll(/[^ -~]/g, '?');

function decodeReply(deviceId: string, bytes: Uint8Array): Decoded<Message> {
  const [sequence = 0, , , , result] = bytes;
  if (result === undefined) return { ok: false, why: 'too-short', detail: `an answer of ${bytes.length} bytes` };
  if (result !== OK) return { ok: true, message: { kind: 'refusal', deviceId, sequence, result } };
  const command = toHex(bytes.subarray(1, COMMAND_BYTES));
  if (command !== toHex(STATUS_COMMAND)) return { ok: false, why: 'unknown-code', detail: `an answer to ${command}` };
  const data = bytes.subarray(COMMAND_BYTES + 1);
  if (data.length < STATUS_BYTES) return { ok: false, why: 'too-short', detail: `a status of ${data.length} bytes` };
  return { ok: true, message: { kind: 'status', deviceId, sequence, status: readStatus(data) } };
}

/** @throws RangeError for a status that is asked of nobody. */
export function encode(query: Query): Uint8Array {
  switch (query.kind) {
    case 'identify':
      return packet(`${HEAD}<REQ><DEVID></DEVID></REQ>`);
    case 'status':
      return packet(element('REQ', query.deviceId, concatBytes(Uint8Array.of(query.sequence), STATUS_COMMAND)));
  }
}

/** A pump's answer as bytes: the simulator's half of the codec. */
export function encodeReply(reply: Reply): Uint8Array {
  if (reply.kind === 'identity') return packet(element('REP', reply.deviceId));
  const result = reply.kind === 'status' ? OK : reply.result;
  const data = reply.kind === 'status' ? writeStatus(reply.status) : new Uint8Array(0);
  const head = concatBytes(Uint8Array.of(reply.sequence), STATUS_COMMAND, Uint8Array.of(result));
  return packet(element('REP', reply.deviceId, concatBytes(head, data)));
}

function element(name: 'REQ' | 'REP', deviceId: string, command?: Uint8Array): string {
  if (!/^[0-9A-Fa-f]{24}$/.test(deviceId)) throw new RangeError(`not a device ID: ${deviceId}`);
  const cmd = command ? `<CMD>${btoa(latin1(command))}</CMD>` : '';
  return `${HEAD}<${name}><DEVID>${deviceId}</DEVID>${cmd}</${name}>`;
}
