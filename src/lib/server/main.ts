/**
 * The web process: pages, live gateway, review. It listens, it reads the store, and it talks to the core over the bus; it
 * records nothing and judges nothing, so it may be killed at any moment.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectBus } from '$lib/bus/child-process.server.ts';
import { openReader } from '$lib/store/index.ts';
import { Access } from './access.ts';
import { alarmsFromRecord } from './alarm-record.ts';
import { Gateway } from './gateway.ts';
import { setStation } from './station.ts';
import { WardState } from './ward-state.ts';
import { readWebSettings } from './web-settings.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Kit's own server takes the protocol of the address from this header, which only we can set. */
const PROTOCOL_HEADER = 'x-infuscope-protocol';

async function main(): Promise<void> {
  const settings = readWebSettings(process.env);
  const nowMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);
  const bus = connectBus(settings.busPath);
  const ward = new WardState();
  const store = openReader(join(settings.dataDirectory, 'infuscope.db'));
  const access = new Access({ ...settings, nowS: () => Math.floor(Date.now() / 1000) });
  setStation({ bus, ward, access, store, ...settings });

  const handler = await kitHandler(settings.pagesDirectory);
  const http = createServer((request, response) => {
    request.headers[PROTOCOL_HEADER] = 'http';
    handler(request, response);
  });
  const gateway = new Gateway({
    http,
    bus,
    ward,
    now: nowMs,
    admit: ({ headers }) => access.actorOf(headers),
    alarmsFromRecord: (bed, after, before) => alarmsFromRecord(store, bed, after, before),
  });
  http.listen(settings.port, settings.host, () => {
    const address = http.address();
    process.send?.({ type: 'listening', port: typeof address === 'object' ? address?.port : settings.port });
  });
  http.on('error', (error) => {
    process.send?.({ type: 'failed', message: listenSentence(error, settings.host, settings.port) });
    process.exitCode = 1;
    process.exit();
  });
  const stop = (): void => {
    void gateway.close().finally(() => {
      bus.close();
      store.close();
      process.exit();
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
}

async function kitHandler(directory: string): Promise<Handler> {
  process.env['PROTOCOL_HEADER'] = PROTOCOL_HEADER;
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- adapter-node's documented export
  const built = (await import(pathToFileURL(join(directory, 'handler.js')).href)) as { handler: Handler };
  return built.handler;
}

function listenSentence(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program. Choose another one with --port.`;
    case 'EACCES':
      return `Port ${port} needs more rights than this user has. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
      return `This computer has no address ${host}. Choose another one with --host.`;
    default:
      return `The pages cannot be served on ${host}:${port}: ${error.message}`;
  }
}

await main();
