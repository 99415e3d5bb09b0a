/** An agent of Node's http client that knows how many bytes its sockets have brought: the wire as it is, heads and all. */
import { Agent } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

export class CountingAgent extends Agent {
  readonly #opened: Socket[] = [];

  override createConnection(options: NetConnectOpts): Socket {
    const socket = connect(options);
    this.#opened.push(socket);
    return socket;
  }

  get bytesRead(): number {
    return this.#opened.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }
}

/** As Socket.IO's options want it: it hands the agent on to Node, but says that it is a text. */
export const asOption = (agent: Agent): string => agent as unknown as string;
