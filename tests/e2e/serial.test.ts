/**
 * The whole way of the bytes as on a ward: the recording of a real monitor goes at its own pace into a kernel terminal, the
 * station has that terminal open as its serial port, and a browser shows the patient. Then the cable is pulled.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interval, ReplaySubject, type Subscription, firstValueFrom, share, timeout } from 'rxjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serialConnect } from '$drivers/transport/serial.server.ts';
import type { Link } from '$drivers/link.ts';
import { findProgram } from '../../bin/lib/system.mjs';
import { CHROMIUM, evidence, TestBrowser, type Visit } from '../support/browser.ts';
import { startStation, type TestStation } from '../support/processes.ts';
import { plugIn, type PtyPair } from '../support/socat.ts';

const RECORDING = fileURLToPath(new URL('../../../shared/data/ge-dri/db02.raw', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../fixtures/ge-s5-dri/s5-2018-clean.hex', import.meta.url));
const IS_WHOLE = existsSync(RECORDING);
/** What the recording was made at: its 173,192 bytes cover 107 s. */
const BYTES_PER_SECOND = 1616;
const STEP_MS = 50;
const DEADLINE_MS = 20_000;

const missing = [
  CHROMIUM === undefined && 'no Chromium on the search path',
  findProgram('socat') === undefined && 'no socat on the search path',
].filter((reason) => reason !== false);
const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')})` : '';
const what = IS_WHOLE
  ? '107 s of a real monitor'
  : '11 s of a real monitor (the whole recording is not on this computer)';

function recordedBytes(): Uint8Array {
  if (IS_WHOLE) return readFileSync(RECORDING);
  const lines = readFileSync(FIXTURE, 'utf8').split('\n');
  return Buffer.from(
    lines
      .filter((line) => !line.startsWith('#'))
      .join('')
      .replaceAll(' ', ''),
    'hex',
  );
}

/** The far end of the cable: says what the monitor said, hears what the station asks. */
class Monitor {
  heardBytes = 0;
  #sent = 0;
  readonly #bytes = recordedBytes();
  readonly #held: Subscription;
  #course: Subscription | undefined;
  readonly #link: Promise<Link>;

  constructor(path: string) {
    const settings = { baudRate: 19_200, dataBits: 8, parity: 'none', stopBits: 1, rtscts: false } as const;
    const link$ = serialConnect({ path, settings })().pipe(share({ connector: () => new ReplaySubject<Link>(1) }));
    this.#held = link$.subscribe({ error: () => undefined });
    this.#link = firstValueFrom(link$.pipe(timeout(DEADLINE_MS)));
  }

  async play(): Promise<void> {
    const link = await this.#link;
    this.#held.add(
      link.bytes$.subscribe({ next: ({ length }) => (this.heardBytes += length), error: () => undefined }),
    );
    this.#course = interval(STEP_MS).subscribe((step) => {
      const end = Math.min(this.#bytes.length, Math.round((BYTES_PER_SECOND * STEP_MS * (step + 1)) / 1000));
      if (end > this.#sent) void link.send(this.#bytes.subarray(this.#sent, end)).catch(() => undefined);
      this.#sent = end;
    });
  }

  unplug(): void {
    this.#course?.unsubscribe();
    this.#held.unsubscribe();
  }
}

describe.skipIf(missing.length > 0)(`${what} on a serial port${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'serial-'));
  const [ours, theirs] = [join(folder, 'station'), join(folder, 'monitor')];
  let cable: PtyPair;
  let monitor: Monitor;
  let station: TestStation;
  let browser: TestBrowser;
  let nurse: Visit;

  const shown = (label: RegExp) => nurse.page.getByRole('img', { name: label });

  beforeAll(async () => {
    cable = await plugIn(ours, theirs);
    monitor = new Monitor(theirs);
    [station, browser] = await Promise.all([
      startStation([[{ driver: 'ge-s5-dri', link: { serial: ours } }]]),
      TestBrowser.open(),
    ]);
    nurse = await browser.visit(new URL('/bed/bed-1', station.address).href);
    await monitor.play();
  });
  afterAll(async () => {
    monitor?.unplug();
    await browser?.close();
    await station?.stop();
    await cable?.unplug();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the numbers of the recording stand on the page, with their age', async () => {
    await shown(/^Heart rate 7[6-9]|^Heart rate 80/).waitFor();
    await shown(/^Oxygen saturation 9[67]/).waitFor();
  });

  test.skipIf(!IS_WHOLE)('its cuff reading stands there with its age', async () => {
    await shown(/^Cuff pressure 93\/48 mmHg, \d+ min ago|^Cuff pressure 93\/48 mmHg, now/).waitFor();
    expect(await nurse.page.getByRole('region', { name: 'Numbers' }).innerText()).toMatch(/93\/48\s+MAP 69/);
  });

  test.skipIf(!IS_WHOLE)('its pleth is drawn; the station asked, and nothing but what it may ask', async () => {
    await nurse.page.locator('[data-signal="live"][aria-label^="Pleth, "]').waitFor();
    expect(monitor.heardBytes).toBeGreaterThan(0);
    await evidence(nurse.page, 'serial-recording');
  });

  test('a pulled cable greys the numbers, and the bed says that the monitor is lost', async () => {
    const { page, complaints } = nurse;
    monitor.unplug();
    await cable.unplug();
    const numbers = page.getByRole('region', { name: 'Numbers' });
    const live = numbers.locator('[data-state="live"]', { hasNotText: 'NIBP' });
    await expect.poll(() => live.count(), { timeout: DEADLINE_MS }).toBe(0);
    await page.getByText(/^Monitor link lost for \d+ s/).waitFor({ timeout: DEADLINE_MS });
    await page.getByText('Monitor: link lost').waitFor();
    expect(complaints).toEqual([]);
  });
});
