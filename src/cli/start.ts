import { resolve } from 'node:path';
import { complain, EXIT_USAGE, integer, parse, type Command, type Parsed } from './command.ts';
import { runStation, type StartOptions } from './supervisor.ts';

const DEFAULT_PORT = 4280;
const DEFAULT_HOST = '127.0.0.1';

export const startCommand: Command = {
  name: 'start',
  summary: 'run the station: without a configuration, a demonstration ward of six simulated beds',
  usage: [
    'infuscope start [--config FILE] [--data DIR] [--host H] [--port N]',
    '',
    '  --config FILE  which beds there are and what is plugged in where (JSON); without it a demonstration runs',
    '  --data DIR     where recordings are kept (default: data/station, data/demonstration for the demonstration)',
    `  --host H       address to listen on (default ${DEFAULT_HOST}: this computer only); with any other one a key is asked`,
    `  --port N       port to listen on (default ${DEFAULT_PORT}; 0 takes a free one)`,
    '',
    'Prints one address to open in a browser. Ctrl-C ends it; the recording is complete up to that moment.',
  ].join('\n'),
  run: async (args) => {
    const parsed = parse(args, {
      config: { type: 'string' },
      data: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
    });
    const options = parsed.ok ? startOptions(parsed.value) : parsed.error;
    if (typeof options === 'string') {
      complain(`infuscope start: ${options} See infuscope start --help.`);
      return EXIT_USAGE;
    }
    return runStation(options);
  },
};

function startOptions({ values, positionals }: Parsed): StartOptions | string {
  if (positionals.length > 0) return `"${positionals.join(' ')}" is not understood.`;
  const port = integer(String(values['port'] ?? DEFAULT_PORT), 0, 65_535);
  if (!port.ok) return `--port: ${port.error}.`;
  const configuration = values['config'] === undefined ? undefined : resolve(String(values['config']));
  const kind = configuration === undefined ? 'demonstration' : 'station';
  return {
    ...(configuration === undefined ? {} : { configuration }),
    dataDirectory: resolve(String(values['data'] ?? `data/${kind}`)),
    host: String(values['host'] ?? DEFAULT_HOST),
    port: port.value,
  };
}
