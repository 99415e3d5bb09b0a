/**
 * The floor of P2: one serial port, its frames cut and their sums checked, one JSON message per frame to every web socket.
 * Nothing is decoded, judged or recorded. Frames are numbered as they come, which is the order in which they were said.
 */
import { createServer } from 'node:http';
import { SerialPort } from 'serialport';
import { WebSocketServer } from 'ws';
import type { RelayCalls } from '../../src/cli/bench/calls.ts';
import { serve } from './serve.ts';

const FLAG = 0x7e;
const ESCAPE = 0x7d;
const LINE = { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1, rtscts: true } as const;

/** Whether the bytes between two flags are a record with its sum behind it. */
function isWhole(body: Uint8Array): boolean {
  let [sum, last] = [0, 0];
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    sum += last;
    last = byte === ESCAPE ? (body[(at += 1)] ?? 0) | 0x20 : byte;
  }
  return (sum & 0xff) === last;
}

serve<RelayCalls>({
  open: async ({ path }) => {
    const http = createServer();
    const sockets = new WebSocketServer({ server: http });
    let [rest, frames] = [new Uint8Array(0), 0];
    const line = new SerialPort({ path, ...LINE });
    line.on('data', (chunk: Uint8Array) => {
      const bytes = Buffer.concat([rest, chunk]);
      let from = 0;
      for (let flag = bytes.indexOf(FLAG); flag >= 0; flag = bytes.indexOf(FLAG, from)) {
        const body = bytes.subarray(from, flag);
        from = flag + 1;
        if (body.length === 0 || !isWhole(body)) continue;
        frames += 1;
        const message = JSON.stringify({ bed: 1, what: 'perfusionIndex', number: frames, at: Date.now() });
        for (const client of sockets.clients) client.send(message);
      }
      rest = bytes.subarray(from);
    });
    await new Promise<void>((resolve, reject) => {
      line.once('open', resolve);
      line.once('error', reject);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const address = http.address();
    return { port: typeof address === 'object' && address ? address.port : 0 };
  },
});
