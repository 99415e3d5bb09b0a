/** The floor of P1: open serial ports whose data events are noted and thrown away. */
import { SerialPort } from 'serialport';
import type { SerialFloorCalls } from '../../src/cli/bench/calls.ts';
import { cpuS, nowNs, serve } from './serve.ts';

const LINE = { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1, rtscts: true } as const;

const ports: number[] = [];
const totals: number[] = [];
const ns: number[] = [];

function open(path: string, port: number): Promise<void> {
  let total = 0;
  return new Promise((resolve, reject) => {
    const line = new SerialPort({ path, ...LINE }, (error) => (error ? reject(error) : resolve()));
    line.on('data', (bytes: Uint8Array) => {
      ns.push(nowNs());
      total += bytes.length;
      ports.push(port);
      totals.push(total);
    });
  });
}

serve<SerialFloorCalls>({
  open: async ({ paths }) => void (await Promise.all(paths.map(open))),
  read: () => ({ ports, totals, ns, cpuS: cpuS() }),
});
