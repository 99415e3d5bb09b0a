/**
 * The floor of P6: a Socket.IO server that sends one frame per tick to everybody, as large as a ward's samples are, and does
 * nothing else. 16 bytes of head, then per bed 8 bytes and the samples of its two waves.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import type { WardFloorCalls } from '../../src/cli/bench/calls.ts';
import { nowNs, serve } from './serve.ts';

const HEAD_BYTES = 16;
const BED_HEAD_BYTES = 8;

serve<WardFloorCalls>({
  open: async ({ beds, samplesPerS, tickMs }) => {
    const http = createServer();
    const io = new Server(http, { transports: ['websocket'], serveClient: false });
    io.on('connection', (socket) => void socket.join('ward'));
    const bytes = HEAD_BYTES + beds * (BED_HEAD_BYTES + (2 * samplesPerS * tickMs) / 1000);
    setInterval(() => {
      const frame = Buffer.alloc(bytes);
      frame.writeDoubleLE(nowNs(), 0);
      io.to('ward').emit('w', frame);
    }, tickMs);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const address = http.address();
    return { port: typeof address === 'object' && address ? address.port : 0 };
  },
});
