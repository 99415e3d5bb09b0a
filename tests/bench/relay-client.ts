/** The client of P2's floor: notes when each number came. */
import { WebSocket } from 'ws';
import type { RelayClientCalls } from '../../src/cli/bench/calls.ts';
import { nowNs, serve } from './serve.ts';

const sequences: number[] = [];
const ns: number[] = [];

serve<RelayClientCalls>({
  open: async ({ port }) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    socket.on('message', (text: Buffer) => {
      const { number } = JSON.parse(text.toString()) as { number: number };
      ns.push(nowNs());
      sequences.push(number);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
  },
  read: () => ({ sequences, ns }),
});
