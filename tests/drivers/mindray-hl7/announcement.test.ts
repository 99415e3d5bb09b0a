import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '$drivers/bytes.ts';
import { encodeText } from '$drivers/hl7/charset.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import { mindrayHl7 } from '$drivers/mindray-hl7/index.ts';
import { ECHO } from './vectors.ts';

const SENDER = '10.0.0.7';
const announcement = (visit: string, head = 'MSH|^~\\&|||||||ADT^A01|101|P|2.3.1|'): Uint8Array =>
  frame(encodeText(`${head}\rEVN||00000000|\rPID|||14140f00-0000-0000||Doe^Jane\r${visit}\r`));
const read = (datagram: Uint8Array) => mindrayHl7.announces?.read(datagram, SENDER);
const place = (where: string) => read(announcement(`PV1||I|^^${where}|||||||A|`));

describe('an announcement', () => {
  test('is listened for on UDP port 4600', () => {
    expect(mindrayHl7.announces?.udpPort).toBe(4600);
  });

  test('gives the address as a number', () => {
    expect(place('ICU&1&3232237756&4601&&1')).toEqual({ host: '192.168.8.188', port: 4601, place: 'ICU 1' });
  });

  test('without an address means its sender', () => {
    expect(place('icu&222&&4601&&1')).toEqual({ host: SENDER, port: 4601, place: 'icu 222' });
  });

  test.each([
    ['0', SENDER],
    ['4294967295', '255.255.255.255'],
    ['2130706433', '127.0.0.1'],
    ['4294967296', SENDER],
    ['-1', SENDER],
    ['192.168.8.188', SENDER],
  ])('an address written %j means %s', (address, host) => {
    expect(place(`ICU&1&${address}&4601`)?.host).toBe(host);
  });

  test.each([
    ['5000', 5000],
    ['65535', 65_535],
    ['', 4601],
    ['0', 4601],
    ['65536', 4601],
    ['x', 4601],
  ])('a port written %j means %i', (text, port) => {
    expect(place(`ICU&1&&${text}`)?.port).toBe(port);
  });

  test('may leave everything out', () => {
    expect(read(announcement('PV1||I|'))).toEqual({ host: SENDER, port: 4601, place: '' });
  });

  test('does not give the patient away', () => {
    expect(JSON.stringify(place('ICU&1&3232237756&4601&&1'))).not.toMatch(/Doe|14140f00/);
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['another message of a monitor', ECHO],
    ['another control id', announcement('PV1||I|^^ICU&1', 'MSH|^~\\&|||||||ADT^A01|102|P|2.3.1|')],
    ['another event', announcement('PV1||I|^^ICU&1', 'MSH|^~\\&|||||||ADT^A02|101|P|2.3.1|')],
    ['one without a visit', announcement('ZZZ|')],
    ['one without its frame', announcement('PV1||I|^^ICU&1').slice(1, -2)],
    ['one that is cut off', announcement('PV1||I|^^ICU&1').slice(0, -1)],
    ['two in one datagram', concatBytes(announcement('PV1||I|'), announcement('PV1||I|'))],
    ['one with something behind it', concatBytes(announcement('PV1||I|'), Uint8Array.of(0))],
    ['something else in a frame', frame(encodeText('hello'))],
  ])('is not %s', (_, datagram) => {
    expect(read(datagram)).toBeUndefined();
  });

  test('is never made of random or damaged bytes in a way that throws', () => {
    const good = announcement('PV1||I|^^ICU&1&3232237756&4601&&1|');
    const damaged = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, value]) => good.with(at, value));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damaged), (datagram) => {
        const found = read(datagram);
        if (!found) return;
        expect(found.host).toMatch(/^\d{1,3}(\.\d{1,3}){3}$/);
        expect(found.port).toBeGreaterThan(0);
        expect(found.port).toBeLessThan(65_536);
      }),
      { numRuns: 2000 },
    );
  });
});
