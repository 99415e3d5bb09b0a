/** The viewers of P6's floor. */
import { io } from 'socket.io-client';
import type { FloorViewersCalls } from '../../src/cli/bench/calls.ts';
import { asOption, CountingAgent } from './counting-agent.ts';
import { nowNs, serve } from './serve.ts';

const agents: CountingAgent[] = [];
let beganNs = 0;
let bytesBefore = 0;

const bytesRead = (): number => agents.reduce((sum, agent) => sum + agent.bytesRead, 0);

serve<FloorViewersCalls>({
  open: async ({ port, count }) => {
    for (let i = 0; i < count; i += 1) {
      const agent = new CountingAgent();
      agents.push(agent);
      const socket = io(`http://127.0.0.1:${port}`, {
        transports: ['websocket'],
        forceNew: true,
        agent: asOption(agent),
      });
      await new Promise<void>((resolve) => socket.once('connect', resolve));
    }
  },
  begin: () => {
    [beganNs, bytesBefore] = [nowNs(), bytesRead()];
  },
  end: () => ({ seconds: (nowNs() - beganNs) / 1e9, wireBytes: bytesRead() - bytesBefore }),
});
