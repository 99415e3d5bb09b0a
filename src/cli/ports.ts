import { listPorts } from '$drivers/transport/serial.server.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, parse, say, type Command } from './command.ts';

export const portsCommand: Command = {
  name: 'ports',
  summary: 'list the serial ports of this computer',
  usage: [
    'infuscope ports [--json]',
    '',
    'Prints one line per port: path, the name that survives re-plugging, USB vendor:product, maker, serial number.',
  ].join('\n'),
  run: async (args) => {
    const parsed = parse(args, { json: { type: 'boolean' } });
    if (!parsed.ok) {
      complain(`infuscope ports: ${parsed.error}`);
      return EXIT_USAGE;
    }
    const ports = await listPorts();
    if (!ports.ok) {
      complain(ports.error.sentence);
      return EXIT_WRONG;
    }
    if (parsed.value.values['json'] === true) say(JSON.stringify(ports.value, null, 2));
    else if (ports.value.length === 0) say('There is no serial port on this computer.');
    else for (const port of ports.value) say(portLine(port));
    return EXIT_OK;
  },
};

function portLine(port: {
  path: string;
  stablePath?: string;
  vendorId?: string;
  productId?: string;
  manufacturer?: string;
  serialNumber?: string;
}): string {
  const usb = port.vendorId && port.productId ? `${port.vendorId}:${port.productId}` : undefined;
  return [port.path, port.stablePath, usb, port.manufacturer, port.serialNumber]
    .filter((part) => part !== undefined)
    .join('  ');
}
