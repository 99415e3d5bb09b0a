/** The command line as a person meets it: right words, wrong words, broken files. Every answer is one plain sentence. */
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFixture } from '../drivers/ge-s5-dri/bench.ts';
import { Nurse } from '../support/nurse.ts';
import { Program, startSimulators, startStation, type TestSimulators, type TestStation } from '../support/processes.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Outcome {
  readonly code: number | string;
  readonly out: string;
  readonly errors: string;
}

async function run(...args: readonly string[]): Promise<Outcome> {
  const program = new Program(args);
  const code = await program.exit;
  return { code, out: program.stdout.join('\n'), errors: program.stderr.join('\n') };
}

const file = (name: string, text: string | Uint8Array): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

describe('wrong words', () => {
  test.each([
    [[], 2, ''],
    [['fly'], 2, 'There is no command "fly". Known are: start,'],
    [['decode', 'x.raw'], 2, 'Name the driver with --driver; known are capnostream, contec, '],
    [['decode', '--driver', 'philips', 'x.raw'], 2, 'There is no driver "philips"; known are capnostream, contec, '],
    [['decode', '--driver', 'ge-s5-dri'], 2, 'Name one file.'],
    [['decode', '--driver', 'ge-s5-dri', '/no/such/file'], 1, 'There is no file /no/such/file.'],
    [['decode', '--driver', 'ge-s5-dri', '/'], 1, '/ is a directory; name a file.'],
    [['decode', '--driver', 'ge-s5-dri', '--chunk', '0', 'x'], 2, '--chunk: "0" is not a whole number from 1 to'],
    [['decode', '--speed', '3'], 2, "Unknown option '--speed'"],
    [['simulate'], 2, 'Name a device with --device; known are capnostream, contec, '],
    [['simulate', '--device', 'abacus', '--listen', 'pty'], 2, 'There is no simulated device "abacus"'],
    [['simulate', '--device', 'ge-s5-dri'], 2, 'Give each --device its own --listen.'],
    [['simulate', '--device', 'ge-s5-dri', '--listen', 'com1'], 1, '"com1" is no address'],
    [['simulate', '--device', 'ge-s5-dri', '--listen', 'pty', '--scenario', 'war'], 2, 'calm'],
    [['simulate', '--device', 'ge-s5-dri', '--listen', 'pty', '--speed', 'fast'], 2, '--speed must be a number'],
    [['start', '--port', '99999'], 2, '--port: "99999" is not a whole number from 0 to 65535.'],
    [['start', '--config', '/no/such/ward.json'], 1, 'There is no file /no/such/ward.json.'],
    [['sessions', '--data', '/no/such/place'], 1, 'There is no recording in /no/such/place.'],
    [['export'], 2, 'Say what: infuscope export alarms'],
    [['export', 'alarms'], 2, 'Name one session (see infuscope sessions), or --since.'],
    [['export', 'alarms', 's1', '--since', '2026-03-01'], 2, 'Name either a session or --since.'],
    [['export', 'alarms', '--since', 'yesterday'], 2, '--since: "yesterday" is not a day such as 2026-03-01.'],
    [['export', 'alarms', 's1', '--data', '/no/such/place'], 1, 'There is no recording in /no/such/place.'],
    [['verify', '--data', '/no/such/place'], 1, 'There is no recording in /no/such/place.'],
  ] as const)('infuscope %j', async (args, code, words) => {
    const outcome = await run(...args);
    expect(outcome.code).toBe(code);
    expect(outcome.errors + outcome.out).toContain(words);
    expect(outcome.errors).not.toMatch(/\n\s+at /);
  });
});

describe('a configuration that is wrong names its key', () => {
  const ward = (change: (bed: Record<string, unknown>) => void): string => {
    const bed: Record<string, unknown> = {
      id: 'bed-1',
      label: 'Bed 1',
      devices: [{ id: 'm', driver: 'ge-s5-dri', link: { tcp: '127.0.0.1:4001' } }],
    };
    change(bed);
    return JSON.stringify({ beds: [bed] });
  };

  test.each([
    ['not-json', '{"beds": [', 'it is not JSON'],
    ['no-beds', '{"beds": []}', 'beds: must name at least one bed'],
    ['unknown-key', ward((bed) => (bed['colour'] = 'red')), 'beds[0]: Unrecognized key: "colour"'],
    [
      'bad-driver',
      ward((bed) => (bed['devices'] = [{ id: 'm', driver: 'x', link: { tcp: 'a:1' } }])),
      'beds[0].devices[0].driver: is no known driver ("x"); known are: capnostream, contec, ',
    ],
    [
      'bad-link',
      ward((bed) => (bed['devices'] = [{ id: 'm', driver: 'ge-s5-dri', link: { tcp: 'nowhere' } }])),
      'beds[0].devices[0].link.tcp: must be "host:port"',
    ],
    ['bad-id', ward((bed) => (bed['id'] = 'Bed 1')), 'beds[0].id: must be 1 to 40 small letters'],
    [
      'twice',
      ward((bed) => (bed['devices'] = [1, 2].map(() => ({ id: 'm', driver: 'ge-s5-dri', link: { tcp: 'a:1' } })))),
      'name the device "m" twice',
    ],
  ])('%s', async (name, text, words) => {
    const path = file(`${name}.json`, text);
    const outcome = await run('start', '--config', path, '--data', join(directory, name));
    expect(outcome.code).toBe(1);
    expect(outcome.errors).toContain(path);
    expect(outcome.errors).toContain(words);
    expect(outcome.errors).toContain('nothing was started');
  });
});

describe('a station that cannot start', () => {
  const good = (): string =>
    file('good.json', JSON.stringify({ beds: [{ id: 'bed-1', label: 'Bed 1', devices: [] }] }));

  test('because its port is taken says so and ends', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const outcome = await run('start', '--config', good(), '--data', join(directory, 'taken'), '--port', String(port));
    other.close();
    expect(outcome.code).toBe(1);
    expect(outcome.errors).toContain(
      `Port ${port} on 127.0.0.1 is taken by another program. Choose another one with --port.`,
    );
  });

  test('because the address is not this computer’s says so', async () => {
    const outcome = await run(
      'start',
      '--config',
      good(),
      '--data',
      join(directory, 'foreign'),
      '--host',
      '192.0.2.1',
      '--port',
      '0',
    );
    expect(outcome.code).toBe(1);
    expect(outcome.errors).toContain('This computer has no address 192.0.2.1.');
  });

  test('because another one uses its data says so, and leaves that one alone', async () => {
    const data = join(directory, 'shared-data');
    const first = new Program(['start', '--config', good(), '--data', data, '--port', '0']);
    await first.line(/Infuscope is ready/);
    const outcome = await run('start', '--config', good(), '--data', data, '--port', '0');
    expect(outcome.code).toBe(1);
    expect(outcome.errors).toContain(`Another station (process ${first.process.pid}) uses ${data}.`);
    expect(first.process.exitCode).toBeNull();
    await first.stop('SIGINT');
    expect(first.process.exitCode).toBe(0);
  });
});

describe('files that are broken', () => {
  test('a recording cut in the middle is decoded up to the cut, with every byte accounted for', async () => {
    const whole = readFixture('s5-2018-clean');
    const cut = file('cut.raw', whole.subarray(0, 3000));
    const outcome = await run('decode', '--driver', 'ge-s5-dri', '--no-waves', cut);
    expect(outcome.code).toBe(0);
    const { summary } = JSON.parse(outcome.out.split('\n').at(-1) ?? '') as { summary: Record<string, number> };
    expect(summary).toMatchObject({ bytes: 3000, badFragments: 1 });
    expect(summary['frames']).toBeGreaterThan(0);
    expect(summary['unfinishedBytes']).toBeGreaterThan(0);
  });

  test('a file of another kind has no frame, and that is said', async () => {
    const outcome = await run('decode', '--driver', 'pump-bbraun-bcc', file('letter.txt', 'Dear Sir or Madam'));
    expect(outcome.code).toBe(1);
    expect(outcome.errors).toContain('is a frame of pump-bbraun-bcc.');
  });
});

describe('a recorded session', () => {
  let simulators: TestSimulators;
  let station: TestStation;

  beforeAll(async () => {
    simulators = await startSimulators('calm', 20);
    station = await startStation([[simulators.monitor, simulators.pump]]);
    const nurse = await Nurse.arrive(station.address);
    await nurse.admit('s1');
    const frames = nurse.waveFrames;
    await nurse.until('some recording', () => nurse.waveFrames > frames + 75);
    await nurse.must({ type: 'end-session' });
    nurse.leave();
    await station.program.stop();
  });
  afterAll(async () => {
    await station.stop();
    await simulators.stop();
  });

  test('is listed, and verified down to its alarms', async () => {
    const sessions = await run('sessions', '--data', station.directory);
    expect(sessions.code).toBe(0);
    expect(sessions.out).toMatch(/bed-1 +TEST-1 .*sealed.*simulated.*s1/);
    const json = JSON.parse((await run('sessions', '--data', station.directory, '--json')).out) as { id: string }[];
    expect(json.map(({ id }) => id)).toEqual(['s1']);
    const verified = await run('verify', '--data', station.directory);
    expect(verified).toMatchObject({ code: 0, errors: '' });
    expect(verified.out).toMatch(/^bed-1: unaltered, \d+ entries, \d+ slices of signal; the recorded alarms follow/);
  });

  test('gives its alarm log as a table, by itself and among all since a day', async () => {
    const one = await run('export', 'alarms', 's1', '--data', station.directory);
    expect(one).toMatchObject({ code: 0, errors: '' });
    const [names, ...rows] = one.out.split(/\r?\n/);
    expect(names).toMatch(/^time_utc,station_time_ms,bed,session,patient,record,event,/);
    expect(rows[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,\d+,bed-1,s1,TEST-1,session,admitted,/);
    const all = await run('export', 'alarms', '--since', '2020-01-01', '--data', station.directory);
    expect(all.out).toContain(',power,started,');
    for (const row of rows) expect(all.out).toContain(row);
    const unknown = await run('export', 'alarms', 'nobody', '--data', station.directory);
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.errors).toContain('There is no session nobody in this recording');
  });

  test('whose capture is decoded again shows the same device', async () => {
    const capture = join(station.directory, 'captures', 'bed-1-pump.pcapng');
    const outcome = await run('decode', '--driver', 'pump-bbraun-bcc', capture);
    expect(outcome.code).toBe(0);
    expect(outcome.out).toContain('"kind":"infusion"');
  });

  test('cut in the middle of the file is refused with what to do', async () => {
    const broken = join(directory, 'broken');
    rmSync(broken, { recursive: true, force: true });
    const target = join(mkdtempSync(join(directory, 'b-')), 'infuscope.db');
    copyFileSync(station.database, target);
    truncateSync(target, 20_000);
    for (const command of ['verify', 'sessions']) {
      const outcome = await run(command, '--data', join(target, '..'));
      expect(outcome.code).toBe(1);
      expect(outcome.errors).toContain(target);
      expect(outcome.errors).not.toMatch(/\n\s+at /);
    }
  });
});

test('a device whose port is not there is shown as lost, in words, and tried again', async () => {
  const station = await startStation([[{ driver: 'ge-s5-dri', link: { serial: '/dev/ttyNoSuchPort' } }]]);
  const nurse = await Nurse.arrive(station.address);
  await nurse.until('the loss', () => nurse.bed().devices[0]?.state === 'lost');
  expect(nurse.bed().devices[0]?.reason).toContain('/dev/ttyNoSuchPort');
  nurse.leave();
  await station.stop();
});
