import { writeFile } from 'node:fs/promises';
import type { ProbeAnswer } from '$lib/bus/bus.ts';
import { stationClock } from '$core/clock.ts';
import { ownerOf, readWard } from '$core/configuration.ts';
import { ProbeCapture } from '$core/probe-capture.ts';
import { probeAnswer, probePort } from '$core/probe-port.ts';
import { placeOf } from '$core/surroundings.ts';
import { tryingText } from '$drivers/probe-words.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, parse, say, type Command } from './command.ts';

export const probeCommand: Command = {
  name: 'probe',
  summary: 'find out which device is at a serial port or an address',
  usage: [
    'infuscope probe PORT [--config FILE] [--save FILE] [--json]',
    '',
    '  PORT           /dev/ttyUSB0, COM3, or host:port of a device or a serial device server',
    '  --config FILE  the configuration of the station: a port that one of its devices has is not touched',
    '  --save FILE    keep everything that passed over the port, as pcapng for Wireshark and infuscope decode',
    '  --json         the result as one JSON object',
    '',
    'Listens on every line setting that a driver knows, then asks the questions of each protocol; takes up to a minute and a half and ends',
    'with the first device that it is sure of. What is sent is on the drivers’ lists of harmless requests; what speaks by itself',
    'and is not understood is sent nothing. Best done before the device is at a patient.',
  ].join('\n'),
  run: async (args) => {
    const parsed = parse(args, {
      config: { type: 'string' },
      save: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    if (!parsed.ok) return usage(parsed.error);
    const { values, positionals } = parsed.value;
    const [port, ...others] = positionals;
    if (port === undefined || others.length > 0) return usage('Name one port, such as /dev/ttyUSB0 or 10.0.0.21:4001.');
    if (values['config'] !== undefined) {
      const refusal = await refusalOf(port, String(values['config']));
      if (refusal !== undefined) {
        complain(refusal);
        return EXIT_WRONG;
      }
    }
    const save = values['save'] === undefined ? undefined : String(values['save']);
    return probeAndTell(port, { isJson: values['json'] === true, ...(save !== undefined && { save }) });
  },
};

function usage(message: string): number {
  complain(`infuscope probe: ${message} See infuscope probe --help.`);
  return EXIT_USAGE;
}

/** Whose the port is; undefined when it is nobody's of this ward. */
async function refusalOf(port: string, path: string): Promise<string | undefined> {
  const ward = await readWard(path);
  if (!ward.ok) return ward.error.join('\n');
  const owner = await ownerOf(port, ward.value.beds, placeOf);
  return owner && `${port} belongs to ${owner} in ${path}: it is not probed.`;
}

async function probeAndTell(port: string, { isJson, save }: { isJson: boolean; save?: string }): Promise<number> {
  const clock = stationClock(undefined);
  const capture = new ProbeCapture(port, clock);
  const result = await probePort(port, clock, (event) => {
    capture.take(event);
    if (event.kind === 'trying') complain(tryingText(event.plan));
  });
  if (!result.ok) {
    complain(result.error);
    return EXIT_WRONG;
  }
  const answer = probeAnswer(port, result.value);
  if (isJson) say(JSON.stringify(answer, null, 2));
  else {
    for (const text of answer.candidates) say(`  ${text}`);
    say(answer.sentence);
    if (answer.outcome === 'recognised') say(`In the configuration: ${JSON.stringify(configured(answer))}`);
    else if (answer.outcome === 'unrecognised' && save === undefined)
      say('The same again with --save FILE keeps them.');
  }
  if (save !== undefined && !(await keep(save, capture))) return EXIT_WRONG;
  return answer.outcome === 'recognised' ? EXIT_OK : EXIT_WRONG;
}

const configured = ({ port, driver, link, line }: ProbeAnswer): object => ({
  driver,
  link: link === 'tcp' ? { tcp: port } : { serial: port, ...(line && { settings: line }) },
});

async function keep(path: string, capture: ProbeCapture): Promise<boolean> {
  try {
    await writeFile(path, capture.file(), { mode: 0o600 });
  } catch (error) {
    complain(`What came cannot be kept in ${path}: ${String(error)}`);
    return false;
  }
  complain(`What passed over the port is in ${path}. It may name patients.`);
  return true;
}
