/** A port opened anew with other line settings has them; what the configuration fixed stays. Real kernel terminals. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, ReplaySubject, share, timeout } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LINES } from '$drivers/contec/settings.ts';
import type { SerialSettings } from '$drivers/driver.ts';
import type { Connect, Link } from '$drivers/link.ts';
import { serialConnect } from '$drivers/transport/serial.server.ts';
import { plugIn, type PtyPair } from '../support/socat.ts';

const HAS_SOCAT = spawnSync('socat', ['-V']).status === 0;
const DEADLINE_MS = 15_000;

let folder = '';
let path = '';
let cable: PtyPair;

/** The speed that the kernel has for the port while it is open with these settings. */
async function speedWith(connect: Connect, wanted?: SerialSettings): Promise<number> {
  const link$ = connect(wanted).pipe(share({ connector: () => new ReplaySubject<Link>(1) }));
  const held = link$.subscribe({ error: () => undefined });
  await firstValueFrom(link$.pipe(timeout(DEADLINE_MS)));
  const speed = Number(execFileSync('stty', ['-F', path, 'speed'], { encoding: 'utf8' }));
  held.unsubscribe();
  return speed;
}

describe.skipIf(!HAS_SOCAT)('the line of a port (skipped where socat is not installed)', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'infuscope-test-'));
    path = join(folder, 'station');
    cable = await plugIn(path, join(folder, 'device'));
  });

  afterEach(async () => {
    await cable.unplug();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is the driver’s, or what its session wants instead', async () => {
    const connect = serialConnect({ path, settings: LINES.v7 });
    expect(await speedWith(connect)).toBe(115_200);
    expect(await speedWith(connect, LINES['v4.6'])).toBe(19_200);
    expect(await speedWith(connect)).toBe(115_200);
  });

  test('is what the configuration fixed, whatever the session wants', async () => {
    const connect = serialConnect({ path, settings: LINES.v7, overrides: { baudRate: 9600 } });
    expect(await speedWith(connect)).toBe(9600);
    expect(await speedWith(connect, LINES['v4.6'])).toBe(9600);
  });
});
