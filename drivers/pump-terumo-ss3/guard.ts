/**
 * What may leave for a pump: its two questions, as whole packets with the right sum. Written against the bytes and not with the
 * encoder, so that a fault in the encoder is stopped here.
 */
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import { crc16Xmodem } from '$drivers/checksum.ts';
import type { SendPattern } from '$drivers/driver.ts';

/** The manual prints it, CRC and all. */
const WHO = '\u0002<?xml version="1.0"?><REQ><DEVID></DEVID></REQ>8411\u0003';

const STATUS =
  // eslint-disable-next-line no-control-regex -- the ends of a packet are control characters
  /^\x02(<\?xml version="1\.0"\?><REQ><DEVID>[0-9A-Fa-f]{24}<\/DEVID><CMD>([A-Za-z0-9+/=]{8})<\/CMD><\/REQ>)([0-9A-F]{4})\x03$/;

/** Command 01, subcommand 0000, no data, under each number that is a station's: 00 to 7E. */
const STATUS_COMMANDS: ReadonlySet<string> = new Set(
  Array.from({ length: 0x7f }, (_, sequence) => btoa(String.fromCharCode(sequence, 1, 0, 0))),
);

function isStatusRequest(frame: Uint8Array): boolean {
  const [, text, command, crc] = STATUS.exec(latin1(frame)) ?? [];
  if (text === undefined || command === undefined || crc === undefined) return false;
  return STATUS_COMMANDS.has(command) && Number.parseInt(crc, 16) === crc16Xmodem(fromLatin1(text));
}

export const MAY_SEND: readonly SendPattern[] = [
  { name: 'device ID', matches: (frame) => latin1(frame) === WHO },
  { name: 'basic operating status', matches: isStatusRequest },
];
