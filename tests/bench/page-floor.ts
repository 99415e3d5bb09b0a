/**
 * The floor of P3: the same bytes from the same kind of port, as directly to a browser as Socket.IO brings them. Blocks of the
 * pump come in threes (its alarm begins, ends, it runs again); the page shows one element and draws waves on one canvas.
 */
import { createServer } from 'node:http';
import { SerialPort } from 'serialport';
import { Server } from 'socket.io';
import type { PageFloorCalls } from '../../src/cli/bench/calls.ts';
import { serve } from './serve.ts';

const END_OF_BLOCK = 0x04;
const BLOCKS_PER_ALARM = 3;
const TICK_MS = 40;
const SAMPLES = 10;
const LINE = { baudRate: 9600 } as const;

const PAGE = `<!doctype html><title>floor</title><body style="background:#000;color:#0f0">
<article data-bed="bed-1">–</article><canvas width="1800" height="900"></canvas>
<script src="/socket.io/socket.io.js"></script><script>
const tile = document.querySelector('article'), pen = document.querySelector('canvas').getContext('2d', { alpha: false });
const socket = io({ transports: ['websocket'] });
let column = 0;
socket.on('alarm', (isOn) => {
  tile.textContent = isOn ? 'ALARM' : '–';
  if (isOn) tile.dataset.priority = 'high'; else delete tile.dataset.priority;
});
socket.on('w', (bytes) => {
  const samples = new Int16Array(bytes), waves = samples.length / ${SAMPLES};
  column = (column + 1) % 250;
  pen.fillStyle = '#000'; pen.fillRect(column * 7, 0, 20, 900);
  pen.strokeStyle = '#0f0'; pen.beginPath();
  for (let i = 0; i < waves; i += 1) {
    const y = (i * 900) / waves;
    pen.moveTo(column * 7, y);
    for (let j = 0; j < ${SAMPLES}; j += 1) pen.lineTo(column * 7 + j * 0.7, y + (samples[i * ${SAMPLES} + j] % 24));
  }
  pen.stroke();
});
</script>`;

serve<PageFloorCalls>({
  open: async ({ path, waves }) => {
    const http = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(PAGE);
    });
    const io = new Server(http, { transports: ['websocket'] });
    const frame = Buffer.from(Int16Array.from({ length: waves * SAMPLES }, (_, i) => (i * 37) % 4096).buffer);
    setInterval(() => io.emit('w', frame), TICK_MS);
    let blocks = 0;
    const line = new SerialPort({ path, ...LINE });
    line.on('data', (bytes: Uint8Array) => {
      for (const byte of bytes) {
        if (byte !== END_OF_BLOCK) continue;
        if (blocks % BLOCKS_PER_ALARM < 2) io.emit('alarm', blocks % BLOCKS_PER_ALARM === 0);
        blocks += 1;
      }
    });
    await new Promise<void>((resolve) => line.once('open', resolve));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const address = http.address();
    return { address: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/` };
  },
});
