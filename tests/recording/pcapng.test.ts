import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type WallMs, wallMs } from '$lib/domain/index.ts';
import { interfaceBlock, packetBlock, sectionBlock, type SerialPacket } from '$lib/recording/pcapng.ts';
import { type Capture, decodePcapng } from '$lib/recording/pcapng-decode.ts';

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.replaceAll(/#.*|\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

function decoded(bytes: Uint8Array): Capture {
  const result = decodePcapng(bytes);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** 2026-03-01 10:00:00.123456 UTC. */
const MOMENT = wallMs(1_772_359_200_123.456);

const packet: fc.Arbitrary<SerialPacket> = fc.record(
  {
    link: fc.nat({ max: 2 }),
    wallTime: fc.integer({ min: 0, max: 4e15 }).map((microseconds) => wallMs(microseconds / 1000)),
    direction: fc.constantFrom('in', 'out', 'none'),
    bytes: fc.uint8Array({ maxLength: 60 }),
    comment: fc.string({ minLength: 1 }).filter((text) => text.isWellFormed()),
  },
  { requiredKeys: ['link', 'wallTime', 'direction', 'bytes'] },
);

const file = (packets: readonly SerialPacket[]): Uint8Array =>
  joined(
    sectionBlock('Infuscope'),
    ...[0, 1, 2].map((index) => interfaceBlock(`link ${index}`, `device ${index}`)),
    ...packets.map(packetBlock),
  );

describe('what we write', () => {
  test('is laid out as published, byte for byte', () => {
    const bytes = joined(
      sectionBlock('Info'),
      interfaceBlock('com1', 'S/5'),
      packetBlock({
        link: 0,
        wallTime: MOMENT,
        direction: 'in',
        bytes: Uint8Array.of(0x7e, 0x31, 0x7e),
        comment: 'hm',
      }),
    );
    expect(bytes).toEqual(
      fromHex(`
        0a0d0d0a 28000000 4d3c2b1a 0100 0000 ffffffffffffffff   # section: type, length 40, magic, version 1.0, length unknown
        0400 0400 496e666f 0000 0000 28000000                   # application "Info", end of options, length again
        01000000 30000000 fa00 0000 00000000                    # interface: type, length 48, link type 250, no snap length
        0200 0400 636f6d31 0300 0300 532f3500                   # name "com1", description "S/5" padded
        0900 0100 06000000 0000 0000 30000000                   # microseconds, end of options, length again
        06000000 44000000 00000000 f34b0600 40aa8988            # packet: type, length 68, interface 0, time high, time low
        0f000000 0f000000                                       # captured 15, original 15
        69a40e20 0001e240 02 00 0000                            # serial header, big endian: seconds, microseconds, received
        7e317e 00                                               # the bytes, padded
        0200 0400 01000000 0100 0200 686d0000                   # inbound, comment "hm" padded
        0000 0000 44000000                                      # end of options, length again
      `),
    );
  });

  test('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 20 }), (packets) => {
        const capture = decoded(file(packets));
        expect(capture.packets).toEqual(packets.map((one) => ({ ...one, missingBytes: 0 })));
        expect(capture.interfaces).toEqual(
          [0, 1, 2].map((index) => ({ linkType: 250, name: `link ${index}`, description: `device ${index}` })),
        );
        expect(capture).not.toHaveProperty('stopped');
      }),
    );
  });
});

describe('files of others', () => {
  /** Big endian, nanoseconds, an offset of one hour, a name resolution block in between, Ethernet, no options on the packet. */
  const FOREIGN = fromHex(`
    0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
    00000001 0000002c 0001 0000 00040000
      0009 0001 09000000 000e 0008 0000000000000e10 0000 0000 0000002c
    00000004 00000014 0000 0000 00000000 00000014
    00000006 00000024 00000000 00000000 3b9aca00 00000003 00000009 aabbcc00 00000024`);

  test('big endian, another resolution, a time offset and a cut packet', () => {
    expect(decoded(FOREIGN)).toEqual({
      interfaces: [{ linkType: 1 }],
      packets: [
        {
          link: 0,
          wallTime: 1000 + 3_600_000,
          direction: 'none',
          bytes: Uint8Array.of(0xaa, 0xbb, 0xcc),
          missingBytes: 6,
        },
      ],
      skippedBlocks: 1,
    });
  });

  test('a capture of ours that Wireshark has merged with itself', () => {
    const merged = fromHex(readFileSync('tests/fixtures/pcapng/mergecap.hex', 'utf8').replace(/^#.*$/m, ''));
    const { interfaces, packets, skippedBlocks } = decoded(merged);
    expect(interfaces).toEqual([{ linkType: 250, name: 'monitor-1', description: 'GE S/5' }]);
    expect(
      packets.map(({ wallTime, direction, bytes, comment }) => [wallTime, direction, [...bytes], comment]),
    ).toEqual(
      [
        [1_772_359_200_123.456, 'out', [0x7e, 1, 2, 3], undefined],
        [1_772_359_200_223.456, 'in', [0x7e, 0x31, 0x7e], undefined],
        [1_772_359_200_323.456, 'none', [], 'not sent: 1b 01'],
      ].flatMap((packet) => [packet, packet]),
    );
    expect(skippedBlocks).toBe(0);
  });

  test('several sections in one file keep their own byte order and their own interfaces', () => {
    const mine = packetBlock({ link: 0, wallTime: MOMENT, direction: 'out', bytes: Uint8Array.of(5) });
    const capture = decoded(joined(FOREIGN, sectionBlock('a'), interfaceBlock('b', 'c'), mine));
    expect(capture.interfaces.map(({ linkType }) => linkType)).toEqual([1, 250]);
    expect(capture.packets.map(({ link, wallTime }) => [link, wallTime])).toEqual([
      [0, 3_601_000],
      [1, MOMENT],
    ]);
  });

  test('a resolution in powers of two', () => {
    const halves = joined(FOREIGN);
    halves[28 + 20] = 0x81;
    expect(decoded(halves).packets[0]?.wallTime).toBe(1e9 * 500 + 3_600_000);
  });

  test('the serial header tells the direction where the packet has no flags', () => {
    const withFlags = packetBlock({ link: 0, wallTime: 0 as WallMs, direction: 'out', bytes: new Uint8Array(0) });
    const bare = joined(withFlags.subarray(0, 40), Uint8Array.of(0x2c, 0, 0, 0));
    bare[4] = 0x2c;
    expect(decoded(joined(sectionBlock('a'), interfaceBlock('b', 'c'), bare)).packets[0]?.direction).toBe('out');
  });

  test('a packet of an interface that was never announced is counted, not guessed', () => {
    const orphan = packetBlock({ link: 7, wallTime: MOMENT, direction: 'in', bytes: Uint8Array.of(1) });
    expect(decoded(joined(file([]), orphan))).toMatchObject({ packets: [], skippedBlocks: 1 });
  });
});

describe('files that are not whole', () => {
  test('cut anywhere, every packet before the cut is there, and the cut is stated', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 8 }), fc.nat(), (packets, at) => {
        const head = file([]).length;
        const whole = file(packets);
        const cut = head + (at % (whole.length - head));
        const { packets: found, stopped } = decoded(whole.subarray(0, cut));
        const sizes = packets.map((one) => packetBlock(one).length);
        let complete = 0;
        for (let end = head; complete < sizes.length && end + (sizes[complete] ?? 0) <= cut; complete += 1)
          end += sizes[complete] ?? 0;
        expect(found).toHaveLength(complete);
        const end = head + sizes.slice(0, complete).reduce((sum, size) => sum + size, 0);
        expect(stopped).toEqual(end === cut ? undefined : { offset: end, why: 'cut-short' });
      }),
    );
  });

  test('a block whose two lengths differ stops the reading there', () => {
    const bytes = file([{ link: 0, wallTime: MOMENT, direction: 'in', bytes: Uint8Array.of(1) }]);
    bytes[bytes.length - 4] = 0x10;
    expect(decoded(bytes)).toMatchObject({ packets: [], stopped: { why: 'contradicts-itself' } });
  });

  test('damage anywhere never throws', () => {
    const bytes = file([{ link: 0, wallTime: MOMENT, direction: 'in', bytes: Uint8Array.of(1, 2, 3), comment: 'x' }]);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        decodePcapng(damaged);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (random) => void decodePcapng(random)));
  });

  test('something else is not taken for a capture', () => {
    expect(decodePcapng(Uint8Array.of(1, 2, 3))).toEqual({ ok: false, error: 'not-pcapng' });
    expect(decodePcapng(new TextEncoder().encode('GET / HTTP/1.1\r\n'))).toEqual({ ok: false, error: 'not-pcapng' });
  });
});
