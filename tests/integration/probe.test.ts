/** Ports that nobody has described, as kernel terminals and sockets: what stands there is found out by the real transports. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatMap, interval, switchMap } from 'rxjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stationClock } from '$core/clock.ts';
import { ProbeCapture } from '$core/probe-capture.ts';
import { probeAnswer, probePort } from '$core/probe-port.ts';
import { surroundingsOfThisComputer } from '$core/surroundings.ts';
import { concatBytes, toHex } from '$drivers/bytes.ts';
import { driverOf } from '$drivers/registry.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { serialConnect } from '$drivers/transport/serial.server.ts';
import type { ProbeAnswer } from '$lib/bus/bus.ts';
import type { Result } from '$lib/domain/index.ts';
import { decodePcapng } from '$lib/recording/pcapng-decode.ts';
import type { Plan } from '$drivers/probe-plan.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { simulatedDevice } from '$simulators/registry.ts';
import { runSimulator } from '$simulators/run-simulator.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { plugIn } from '../support/socat.ts';

const HAS_SOCAT = spawnSync('socat', ['-V']).status === 0;
const LINE = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false } as const;
const ON_TERMINALS = ['ge-s5-dri', 'nonin', 'masimo', 'contec', 'pump-bbraun-bcc', 'capnostream'] as const;
const clock = stationClock(undefined);
const noiseOf = (n: number): Uint8Array => Uint8Array.from({ length: 40 }, (_, i) => (n * 97 + i * 181) % 251);

interface Outcome {
  readonly answer: Result<ProbeAnswer, string>;
  readonly file: Uint8Array;
  readonly sent: readonly { readonly plan: Plan | undefined; readonly frame: Uint8Array }[];
}

async function probeOf(port: string): Promise<Outcome> {
  const capture = new ProbeCapture(port, clock);
  const sent: { plan: Plan | undefined; frame: Uint8Array }[] = [];
  let plan: Plan | undefined;
  const result = await probePort(port, clock, (event) => {
    capture.take(event);
    if (event.kind === 'trying') plan = event.plan;
    if (event.kind === 'bytes' && event.direction === 'out') sent.push({ plan, frame: event.bytes });
  });
  const answer = result.ok ? { ok: true as const, value: probeAnswer(port, result.value) } : result;
  return { answer, file: capture.file(), sent };
}

describe.skipIf(!HAS_SOCAT)('a probed port (skipped where socat is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'infuscope-test-'));
  const cleanups: (() => unknown)[] = [];
  const outcomes = new Map<string, Outcome>();
  const simulate = async (id: string, listen: string): Promise<string> => {
    const story = scenario('calm');
    const kind = simulatedDevice(id);
    if (!story.ok || !kind) throw new Error(`no simulated ${id}`);
    const device = kind.make(createBedside(story.value, 5), { settings: { epochS: 1_700_000_000 } });
    const started = await runSimulator({ device: () => device, listen, clock: () => performance.now() });
    if (!started.ok) throw new Error(started.error.sentence);
    cleanups.push(() => started.value.close());
    return started.value.address;
  };
  const cable = async (name: string): Promise<readonly [ours: string, theirs: string]> => {
    const ends = [join(folder, name), join(folder, `${name}-device`)] as const;
    const pair = await plugIn(...ends);
    cleanups.push(() => pair.unplug());
    return ends;
  };
  const captures = join(folder, 'captures');
  let kept: Awaited<ReturnType<ReturnType<typeof surroundingsOfThisComputer>['probe']>> | undefined;
  const noisyCable = async (name: string): Promise<string> => {
    const [ours, theirs] = await cable(name);
    const speaking = serialConnect({ path: theirs, settings: LINE })()
      .pipe(switchMap((link) => interval(50).pipe(concatMap((n) => link.send(noiseOf(n))))))
      .subscribe();
    cleanups.push(() => speaking.unsubscribe());
    return ours;
  };
  const answerOf = (name: string): Result<ProbeAnswer, string> | undefined => outcomes.get(name)?.answer;

  beforeAll(async () => {
    const [silent] = await cable('silent');
    const noisy = await noisyCable('noisy');
    const other = await noisyCable('other-noisy');
    const { probe } = surroundingsOfThisComputer({ clock, captureDirectory: captures });
    const simulated = await Promise.all(
      ON_TERMINALS.map(async (id) => [id, await simulate(id, `pty:${join(folder, `sim-${id}`)}`)] as const),
    );
    const tcp = await simulate('masimo', 'tcp://127.0.0.1:0');
    const ports = new Map<string, string>([
      ...simulated,
      ['silent', silent],
      ['noisy', noisy],
      ['tcp', tcp.replace('tcp://', '')],
    ]);
    await Promise.all([
      ...[...ports].map(async ([name, port]) => outcomes.set(name, await probeOf(port))),
      probe(other).then((answer) => (kept = answer)),
    ]);
  }, 150_000);
  afterAll(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(ON_TERMINALS)('with a %s is recognised', (id) => {
    expect(answerOf(id)).toMatchObject({ ok: true, value: { outcome: 'recognised', driver: id, link: 'serial' } });
  });

  test('behind a network address is recognised', () => {
    expect(answerOf('tcp')).toMatchObject({ ok: true, value: { driver: 'masimo', link: 'tcp' } });
  });

  test('that says nothing is said to be silent', () => {
    expect(answerOf('silent')).toMatchObject({ ok: true, value: { outcome: 'silent' } });
  });

  test('with noise is not recognised, is sent nothing, and its bytes are in the capture', () => {
    const outcome = outcomes.get('noisy');
    expect(outcome?.answer).toMatchObject({ ok: true, value: { outcome: 'unrecognised' } });
    expect(outcome?.sent).toEqual([]);
    const capture = decodePcapng(outcome?.file ?? new Uint8Array(0));
    if (!capture.ok) throw new Error('no capture');
    expect(capture.value.stopped).toBeUndefined();
    const bytes = concatBytes(...capture.value.packets.map((packet) => packet.bytes));
    expect(bytes.length).toBeGreaterThan(1000);
  });

  test('is sent nothing but what the asking driver may send without any leave', () => {
    const all = [...outcomes.values()].flatMap(({ sent }) => sent);
    expect(all.length).toBeGreaterThan(10);
    for (const { plan, frame } of all) {
      expect(toHex(passGuard(driverOf(plan?.asked?.id ?? '')?.maySend ?? [], frame) ?? new Uint8Array(0))).toBe(
        toHex(frame),
      );
    }
  });

  test('that another program has open is not touched', async () => {
    const [ours] = await cable('taken');
    const other = await holdOpen(ours);
    cleanups.push(() => other.kill());
    const { answer, sent } = await probeOf(ours);
    expect(answer).toEqual({
      ok: false,
      error: `Another program (process ${other.pid}) is using ${ours}: close it there first.`,
    });
    expect(sent).toEqual([]);
  });

  test('that is not recognised leaves a capture in the station’s directory', () => {
    expect(kept).toMatchObject({ ok: true, value: { outcome: 'unrecognised' } });
    const [file = ''] = readdirSync(captures);
    expect(file).toMatch(/^probe_.*other-noisy\.pcapng$/);
    expect(kept?.ok && kept.value.capture).toBe(file);
    expect(statSync(join(captures, file)).mode & 0o777).toBe(0o600);
  });
});

test.each([
  ['/no/such/port', 'There is no port /no/such/port: is the adapter plugged in?'],
  ['127.0.0.1:1', 'Nothing is listening at 127.0.0.1:1: is the device on, and is the port number right?'],
])('a probe of %s says why not', async (port, sentence) => {
  expect((await probeOf(port)).answer).toEqual({ ok: false, error: sentence });
});

/** Another process that has this file open. */
async function holdOpen(path: string): Promise<{ readonly pid: number; kill(): void }> {
  const program = spawn('sh', ['-c', 'exec 3<"$0"; echo open; exec sleep 300', path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((opened) => program.stdout.once('data', opened));
  return { pid: program.pid ?? 0, kill: () => void program.kill() };
}
