import { describe, expect, test } from 'vitest';
import { parseWard } from '$core/configuration.ts';

const TOKEN_HASH = `sha256:ward-7-2026:${'0a'.repeat(32)}`;
const LINK = { listen: '127.0.0.1:8600', tokenHash: TOKEN_HASH };

function parse(link: unknown, driver = 'vital-recorder', ...others: readonly object[]) {
  const device = { id: 'recorder', driver, link, settings: { room: 'OR1' } };
  return parseWard(JSON.stringify({ beds: [{ id: 'bed-1', label: 'Bed 1', devices: [device, ...others] }] }));
}

describe('a device that connects to the station', () => {
  test.each([
    LINK,
    { ...LINK, listen: '[::1]:8600' },
    { ...LINK, listen: 'localhost:8600' },
    { ...LINK, listen: '0.0.0.0:8600', from: ['10.1.2.3', '10.2.0.0/16', 'fd00::/8'] },
  ])('is configured by %j, and is what it was', (link) => {
    const parsed = parse(link);
    expect(parsed.ok && parsed.value.beds[0]?.devices[0]?.link).toEqual(link);
  });

  test.each([
    [{ ...LINK, listen: '0.0.0.0:8600' }, /must say "from"/],
    [{ ...LINK, listen: '10.1.2.3:8600' }, /must say "from"/],
    [{ tcp: '10.1.2.3:8600' }, /connects to the station/],
    [{ ...LINK, from: [] }, /beds\[0\]\.devices\[0\]\.link/],
    [{ ...LINK, from: ['everybody'] }, /beds\[0\]\.devices\[0\]\.link/],
    [{ ...LINK, tokenHash: 'the secret itself' }, /beds\[0\]\.devices\[0\]\.link/],
    [{ listen: '127.0.0.1:8600' }, /beds\[0\]\.devices\[0\]\.link/],
    [{ ...LINK, listen: '127.0.0.1' }, /beds\[0\]\.devices\[0\]\.link/],
    [{ ...LINK, token: 'x' }, /beds\[0\]\.devices\[0\]\.link/],
  ])('is not configured by %j', (link, sentence) => {
    const parsed = parse(link);
    expect(parsed.ok ? '' : parsed.error.join('\n')).toMatch(sentence);
  });

  test('is no other device', () => {
    const parsed = parse(LINK, 'masimo');
    expect(parsed.ok ? '' : parsed.error.join('\n')).toMatch(/"masimo" does not connect to it/);
  });

  test('shares its port with others, but not the room of its source', () => {
    const other = { id: 'recorder-2', driver: 'vital-recorder', link: LINK };
    expect(parse(LINK, 'vital-recorder', { ...other, settings: { room: 'OR2' } }).ok).toBe(true);
    const twice = parse(LINK, 'vital-recorder', { ...other, settings: { room: 'OR1' } });
    expect(twice.ok ? '' : twice.error.join('\n')).toMatch(/"recorder" and "recorder-2" the same room/);
  });
});
