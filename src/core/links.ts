/** How a configured link is opened on this computer: a serial port, a socket, datagrams, a file, a port of our own. */
import { fail, ok, type Refusal, type Result } from '$lib/domain/index.ts';
import type { PortDescription } from '$lib/bus/bus.ts';
import { fileConnect } from '$drivers/transport/file.server.ts';
import { listPorts, serialConnect } from '$drivers/transport/serial.server.ts';
import { tcpConnect } from '$drivers/transport/tcp.server.ts';
import { udpConnect } from '$drivers/transport/udp.server.ts';
import { MllpPorts } from '$drivers/transport/mllp.server.ts';
import { RecorderPorts } from '$drivers/transport/vital-recorder.server.ts';
import type { SerialSettings } from '$drivers/driver.ts';
import { serialOverrides, type OpenLink } from './devices.ts';

/** For a driver that documents no serial line: what most terminal servers and adapters are set to. */
export const COMMON_LINE: SerialSettings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false };

/** Devices that name the same address share its listener. */
const PORTS = { 'socket.io': new RecorderPorts(), mllp: new MllpPorts() } as const;

export const openLink: OpenLink = (link, driver, settings) => {
  if ('serial' in link) {
    return serialConnect({
      path: link.serial,
      settings: driver.serial ?? COMMON_LINE,
      overrides: serialOverrides(link),
    });
  }
  if ('file' in link) {
    if (!driver.file) throw new RangeError(`a file for ${driver.id} reached the core`);
    return fileConnect({ path: link.file, reading: driver.file });
  }
  if ('listen' in link) {
    if (!driver.accepts) throw new RangeError(`a listener for ${driver.id} reached the core`);
    const { accepts: accepting } = driver;
    return PORTS[accepting.by].connect({ ...hostAndPort(link.listen), accepting, key: link, settings });
  }
  return 'tcp' in link ? tcpConnect(hostAndPort(link.tcp)) : udpConnect(hostAndPort(link.udp));
};

/** `10.0.0.21:4001`, or `[fd00::1]:4001`. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) };
}

export async function portsOfThisComputer(): Promise<Result<readonly PortDescription[], Refusal>> {
  const ports = await listPorts();
  return ports.ok ? ok(ports.value) : fail({ why: 'unavailable', message: ports.error.sentence });
}
