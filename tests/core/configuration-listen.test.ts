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

describe('a gateway, which can carry no secret', () => {
  const GATEWAY = { listen: '127.0.0.1:2575' };
  const pcd = (link: unknown, settings: object, ...others: readonly object[]) => {
    const device = { id: 'pump', driver: 'pump-bbraun-hl7-pcd', link, settings };
    const parsed = parseWard(JSON.stringify({ beds: [{ id: 'bed-1', label: 'Bed 1', devices: [device, ...others] }] }));
    return parsed.ok ? parsed.value.beds[0]?.devices[0]?.link : parsed.error.join('\n');
  };
  const other = (settings: object, driver = 'pump-bbraun-hl7-pcd', link: object = GATEWAY) => ({
    ...{ id: 'pump-2', driver, link, settings },
  });

  test('is known by its address', () => {
    expect(pcd(GATEWAY, {})).toEqual(GATEWAY);
    const beyond = { listen: '0.0.0.0:2575', from: ['10.1.2.0/24'] };
    expect(pcd(beyond, {})).toEqual(beyond);
  });

  test.each([
    [{ listen: '0.0.0.0:2575' }, /must say "from"/],
    [{ ...GATEWAY, tokenHash: TOKEN_HASH }, /cannot have a "tokenHash"/],
    [{ tcp: '10.1.2.3:2575' }, /must be \{"listen": "host:port"\}: "pump-bbraun-hl7-pcd" connects to the station/],
  ])('is not configured by %j', (link, sentence) => expect(pcd(link, {})).toMatch(sentence));

  test.each([
    [{ pumps: [{ label: 'P1' }] }, { pumps: [{ label: 'P2' }] }, true],
    [{ pumps: [{ station: 'A', label: 'P1' }] }, { pumps: [{ station: 'B', label: 'P1' }] }, true],
    [{ pumps: [{ label: 'P1' }] }, { pumps: [{ label: 'P2' }, { station: 'B', label: 'P1' }] }, false],
    [{ pumps: [{ system: 'u1' }] }, { pumps: [{ label: 'P1' }] }, false],
    [{}, { pumps: [{ label: 'P1' }] }, false],
    [{}, {}, false],
  ])('shares its port with another: %j and %j: %s', (one, two, isRight) => {
    const answer = pcd(GATEWAY, one, other(two));
    if (isRight) expect(answer).toEqual(GATEWAY);
    else expect(answer).toMatch(/"pump" and "pump-2" what may be the same pump/);
  });

  test('does not share it with what speaks another language', () => {
    const link = { ...GATEWAY, tokenHash: TOKEN_HASH };
    expect(pcd(GATEWAY, {}, other({}, 'vital-recorder', link))).toMatch(/a port each/);
  });
});
