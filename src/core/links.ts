/** How a configured link is opened on this computer: a serial port or a socket. */
import { fail, ok, type Refusal, type Result } from '$lib/domain/index.ts';
import type { PortDescription } from '$lib/bus/bus.ts';
import { listPorts, serialConnect } from '$drivers/transport/serial.server.ts';
import { tcpConnect } from '$drivers/transport/tcp.server.ts';
import type { SerialSettings } from '$drivers/driver.ts';
import { serialOverrides, type OpenLink } from './devices.ts';

/** For a driver that documents no serial line: what most terminal servers and adapters are set to. */
const COMMON_LINE: SerialSettings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false };

export const openLink: OpenLink = (link, driver) => {
  if ('serial' in link) {
    return serialConnect({
      path: link.serial,
      settings: driver.serial ?? COMMON_LINE,
      overrides: serialOverrides(link),
    });
  }
  const colon = link.tcp.lastIndexOf(':');
  return tcpConnect({ host: link.tcp.slice(0, colon), port: Number(link.tcp.slice(colon + 1)) });
};

export async function portsOfThisComputer(): Promise<Result<readonly PortDescription[], Refusal>> {
  const ports = await listPorts();
  return ports.ok ? ok(ports.value) : fail({ why: 'unavailable', message: ports.error.sentence });
}
