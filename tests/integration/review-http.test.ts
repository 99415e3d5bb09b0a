/** What strangers and odd addresses get from the review of a station that asks for its key: sentences, and nothing else. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FINISHED } from '../support/finished-session.ts';
import type { TestStation } from '../support/processes.ts';
import { startRecordedStation } from '../support/recorded-station.ts';

const KEY = 'the right key';
const SECRET = 'nobody may read this';
const MISSING = 'There is no such session in this recording.';

describe('the review of a station over HTTP', () => {
  let station: TestStation;
  let cookie: string;

  const get = (path: string, headers: Record<string, string> = { cookie }): Promise<Response> =>
    fetch(new URL(path, station.address), { redirect: 'manual', headers });
  /** As machines ask: kit answers an error as JSON. */
  const message = async (path: string): Promise<[number, unknown]> => {
    const response = await get(path, { cookie, accept: 'application/json' });
    return [response.status, await response.json()];
  };

  beforeAll(async () => {
    station = await startRecordedStation({ minutes: 3, environment: { INFUSCOPE_KEY: KEY } });
    writeFileSync(join(station.directory, 'secret.txt'), SECRET);
    const entered = await fetch(new URL('/enter', station.address), {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: new URL(station.address).origin },
      body: new URLSearchParams({ key: KEY }),
    });
    cookie = entered.headers
      .getSetCookie()
      .map((one) => one.split(';', 1)[0])
      .join('; ');
  });
  afterAll(() => station?.stop());

  test('shows it to those who gave the key', async () => {
    expect((await get('/review')).status).toBe(200);
    expect(await (await get('/review')).text()).toContain('Stone, B.');
    expect((await get(`/review/${FINISHED}`)).status).toBe(200);
    expect((await message(`/api/review/${FINISHED}`))[1]).toMatchObject({ id: FINISHED, isRunning: true });
    expect((await message(`/api/review/${FINISHED}/peak`))[1]).toMatchObject({ peak: { systolic: 132 } });
    const waves = await get(`/api/review/${FINISHED}/waves?from=100000&to=110000`);
    expect(waves.headers.get('content-type')).toBe('application/octet-stream');
    expect((await waves.arrayBuffer()).byteLength).toBeGreaterThan(5000);
  });

  test.each([
    '/review',
    `/review/${FINISHED}`,
    `/review/${FINISHED}/__data.json`,
    `/api/review/${FINISHED}`,
    `/api/review/${FINISHED}/peak`,
    `/api/review/${FINISHED}/waves?from=100000&to=110000`,
  ])('sends a stranger from %s to the question for the key, and tells nothing', async (path) => {
    for (const headers of [{}, { cookie: 'infuscope=forged.ticket' }, { cookie: `${cookie}x` }]) {
      const response = await get(path, headers);
      const text = await response.text();
      expect(text).not.toContain('Stone');
      expect(text).not.toContain('SIM-1002');
      const isSentAway = response.status === 303 && response.headers.get('location') === '/enter';
      expect(isSentAway || text.includes('/enter')).toBe(true);
    }
  });

  test('says in a sentence that there is no such session', async () => {
    expect(await message('/api/review/nobody')).toEqual([404, { message: MISSING }]);
    expect(await message('/api/review/nobody/peak')).toEqual([404, { message: MISSING }]);
    expect(await message('/api/review/nobody/waves?from=0&to=1000')).toEqual([404, { message: MISSING }]);
    const page = await get('/review/nobody');
    expect([page.status, await page.text()]).toEqual([404, expect.stringContaining(MISSING)]);
  });

  test.each([
    ['', 'from is missing.'],
    ['?from=now&to=then', 'from must be a station time in milliseconds.'],
    ['?from=5&to=1', 'to must be later than from.'],
    ['?from=0&to=86400000', 'to must be at most 60 s later than from.'],
    ['?from=0&from=1&to[]=2', 'to is missing.'],
  ])('says of the range "%s" what is wrong with it', async (query, what) => {
    expect(await message(`/api/review/${FINISHED}/waves${query}`)).toEqual([
      400,
      { message: `The range cannot be read: ${what}` },
    ]);
  });

  test('answers a range in which nothing was recorded with no samples', async () => {
    const response = await get(`/api/review/${FINISHED}/waves?from=900000000&to=900001000`);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(8);
  });

  test('shows the list whatever the filter says', async () => {
    for (const query of ['?day=yesterday&before=soon', '?bed=%00', '?text=%F0%9F%92%89']) {
      expect((await get(`/review${query}`)).status).toBe(200);
    }
  });

  test.each([
    '..%2Fsecret.txt',
    '..%2F..%2Fsecret.txt',
    '%2e%2e%2fsecret.txt',
    '..%5Csecret.txt',
    'secret.txt%00',
    '%00',
    '%E0%A4%A',
    "' OR 1=1 --",
    'a'.repeat(3000),
  ])('never reads beside the recording: %s', async (id) => {
    for (const path of [`/review/${id}`, `/api/review/${id}`, `/api/review/${id}/waves?from=0&to=1000`]) {
      const response = await get(path);
      expect([400, 404]).toContain(response.status);
      const text = await response.text();
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(station.directory);
    }
  });
});
