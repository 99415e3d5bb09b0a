/**
 * The supervisor: starts core, web and, for the demonstration, the simulated devices, each as a process of its own, and
 * starts again whichever dies. It carries no data: core and web talk to each other directly.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWard } from '$core/configuration.ts';
import { Child } from './child.ts';
import { complain, EXIT_OK, EXIT_WRONG, say } from './command.ts';
import { lockDirectory } from './data-lock.ts';
import { prepareDemonstration } from './demonstration/prepare.ts';
import { VERSION } from './version.ts';

export interface StartOptions {
  readonly configuration?: string;
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);

export async function runStation(options: StartOptions): Promise<number> {
  const { configuration, dataDirectory } = options;
  if (configuration !== undefined) {
    const ward = await readWard(configuration);
    if (!ward.ok) {
      for (const mistake of ward.error) complain(mistake);
      complain('infuscope: nothing was started. Mend the configuration and start again.');
      return EXIT_WRONG;
    }
  }
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  } catch (error) {
    complain(`The data directory ${dataDirectory} cannot be made: ${String(error)}. Choose another one with --data.`);
    return EXIT_WRONG;
  }
  const lock = lockDirectory(dataDirectory);
  if (!lock.ok) {
    complain(lock.error);
    return EXIT_WRONG;
  }
  const runtime = mkdtempSync(join(tmpdir(), 'infuscope-'));
  try {
    return await supervise(options, runtime);
  } finally {
    rmSync(runtime, { recursive: true, force: true });
    lock.value.release();
  }
}

async function supervise(options: StartOptions, runtime: string): Promise<number> {
  const { configuration, dataDirectory } = options;
  const demonstration = configuration === undefined ? await prepareDemonstration(dataDirectory) : undefined;
  const children: Child[] = demonstration ? [demonstration.simulators] : [];
  const environment = {
    INFUSCOPE_BUS: busPath(runtime),
    INFUSCOPE_DATA: dataDirectory,
    INFUSCOPE_WARD: configuration ?? demonstration?.wardPath ?? '',
    INFUSCOPE_VERSION: VERSION,
    INFUSCOPE_DEMO: demonstration ? '1' : '0',
  };
  return new Promise((resolve) => {
    const end = async (code: number): Promise<void> => {
      await Promise.all(children.map((child) => child.stop()));
      resolve(code);
    };
    const core = new Child({
      name: 'core',
      script: join(here, 'core.js'),
      environment,
      onMessage: (message) => {
        if (isFailure(message)) {
          complain(message.message);
          void end(EXIT_WRONG);
        } else if (isReady(message) && children.length < 2 + (demonstration ? 1 : 0)) {
          children.push(startWeb(options, environment, end));
        }
      },
    });
    children.push(core);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(EXIT_OK));
  });
}

function startWeb(
  options: StartOptions,
  environment: Readonly<Record<string, string>>,
  end: (code: number) => Promise<void>,
): Child {
  const { host } = options;
  const isLocal = LOOPBACK.has(host);
  const key = isLocal ? undefined : (process.env['INFUSCOPE_KEY'] ?? randomBytes(12).toString('base64url'));
  let port = options.port;
  let isAnnounced = false;
  const webEnvironment: Record<string, string> = {
    ...environment,
    INFUSCOPE_PAGES: join(here, '..', 'build'),
    INFUSCOPE_HOST: host,
    INFUSCOPE_PORT: String(port),
    INFUSCOPE_HOSTS: hostNames(host).join(','),
    ...(key === undefined ? {} : { INFUSCOPE_KEY: key }),
  };
  return new Child({
    name: 'web',
    script: join(here, 'web.js'),
    environment: webEnvironment,
    onMessage: (message) => {
      if (isFailure(message) && !isAnnounced) {
        complain(message.message);
        void end(EXIT_WRONG);
      }
      if (!isListening(message)) return;
      port = message.port;
      // A restarted web process must come back under the address that people have open.
      webEnvironment['INFUSCOPE_PORT'] = String(port);
      if (!isAnnounced) announce(host, port, key);
      isAnnounced = true;
    },
  });
}

function announce(host: string, port: number, key: string | undefined): void {
  const name = host === '0.0.0.0' || host === '::' ? (ownAddresses()[0] ?? 'localhost') : host;
  const address = `http://${name.includes(':') ? `[${name}]` : name}:${port}/`;
  say(key === undefined ? `Infuscope is ready: ${address}` : `Infuscope is ready: ${address}enter?key=${key}`);
  say('A secondary display and notifier, not a certified medical device: the bedside alarms stay primary.');
}

function hostNames(host: string): readonly string[] {
  if (LOOPBACK.has(host)) return [...LOOPBACK];
  return host === '0.0.0.0' || host === '::' ? [...LOOPBACK, ...ownAddresses()] : [...LOOPBACK, host];
}

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);

const busPath = (runtime: string): string =>
  process.platform === 'win32' ? `\\\\.\\pipe\\${runtime.replaceAll(/\W/g, '-')}` : join(runtime, 'bus.sock');

const hasType = (message: unknown): message is { type: string } =>
  typeof message === 'object' && message !== null && 'type' in message;

const isReady = (message: unknown): boolean => hasType(message) && message.type === 'ready';

const isFailure = (message: unknown): message is { type: 'failed'; message: string } =>
  hasType(message) && message.type === 'failed' && 'message' in message && typeof message.message === 'string';

const isListening = (message: unknown): message is { type: 'listening'; port: number } =>
  hasType(message) && message.type === 'listening' && 'port' in message && typeof message.port === 'number';
