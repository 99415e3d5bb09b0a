/**
 * "I am here": what a monitor broadcasts once a second to UDP port 4600, an `ADT^A01` with control id 101 in a frame.
 *
 *   PV1||I|^^ICU&1&3232237756&4601&&1|          PV1-3.3: department & bed & IPv4 address as a number & TCP port & …
 *
 * The patient in it is not read. A further broadcast of a uMEC12 to port 3501 is not documented and not listened for.
 */
import type { Announcement } from '../driver.ts';
import { readMessage, at, subcomponents } from '../hl7/message.ts';
import { cut } from '../hl7/mllp.ts';
import { CONTROL_IDS } from './parameter-table.ts';

export const ANNOUNCEMENT_PORT = 4600;
export const RESULT_PORT = 4601;

/**
 * Where the monitor that sent this datagram can be connected to. An address that it does not give (seen in a capture) is that
 * of the sender, a port that it does not give the usual one.
 * @returns undefined for a datagram that is no announcement of a monitor.
 */
export function readAnnouncement(datagram: Uint8Array, sender: string): Announcement | undefined {
  const [only, ...others] = cut(new Uint8Array(0), datagram).cuts;
  const read = only?.kind === 'frame' && others.length === 0 ? readMessage(only.payload) : undefined;
  if (!read?.ok) return undefined;
  const { header, segments } = read.value;
  const visit = segments.find(({ name }) => name === 'PV1');
  const isAnnouncement =
    `${at(header, 9)}^${at(header, 9, 2)} ${at(header, 10)}` === `ADT^A01 ${CONTROL_IDS.announcement}`;
  if (!isAnnouncement || !visit) return undefined;
  const [department = '', bed = '', address = '', port = ''] = subcomponents(visit, 3, 3);
  const place = [department, bed].filter((part) => part !== '').join(' ');
  return { host: dotted(address) ?? sender, port: portOf(port), place };
}

/** `3232237756` → `192.168.8.188`. Undefined when it is no address; 0 is none. */
function dotted(text: string): string | undefined {
  const address = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (address === 0 || address > 0xffff_ffff) return undefined;
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port <= 0xffff ? port : RESULT_PORT;
}
