import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import { encode } from '$drivers/pump-bbraun-hl7-pcd/codec.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import { pumpBbraunHl7Pcd } from '$drivers/pump-bbraun-hl7-pcd/index.ts';
import { sealDriver } from '$drivers/driver.ts';
import { passGuard } from '$drivers/send-guard.ts';
import { runMad } from '../../support/mad-driver.ts';
import { arrived, EPOCH, hl7, NOTE, report } from './vectors.ts';

const { maySend } = pumpBbraunHl7Pcd;
const passes = (bytes: Uint8Array): boolean => passGuard(maySend, bytes) !== undefined;
const GOOD = encode({
  ...{ kind: 'acknowledge', connection: 7, number: 5, wallTime: EPOCH },
  header: { application: ['A', 'B', 'C'], facility: ['D'], event: 'R01', controlId: 'X1', time: undefined },
});
const good = latin1(GOOD);

test('an acknowledgement passes', () => expect(passes(GOOD)).toBe(true));

describe('what would do something to a pump, or ask anything, does not pass', () => {
  const ORDER = [
    'MSH|^~\\&|INFUSCOPE||A^B^C|D|20260301101500+0000||RGV^O15^RGV_O15|1772360100000000005|P|2.6',
    'ORC|RE|1',
    'RXG|1||20260301|KETA1^Ketamine|35||263762^MDC_DIM_MILLI_L^MDC',
  ];
  const refused: readonly (readonly [string, Uint8Array])[] = [
    ['an order (PCD-03)', fromLatin1(`\x0b@reply|7\r${ORDER.join('\r')}\r\x1c\r`)],
    ['an order with an acknowledgement in front', fromLatin1(good.replace('\x1c\r', `${ORDER.join('\r')}\r\x1c\r`))],
    ['an order under the type of one', fromLatin1(good.replace('MSA|AA|X1\r', 'MSA|AA|X1\rRXG|1\r'))],
    ['an acknowledgement and a second frame', fromLatin1(good + good)],
    ['a query', fromLatin1(good.replace('ACK^R01^ACK', 'QRY^R02^QRY'))],
    ['a report', arrived(report({ at: 0 }), 0)],
    ['the note’s message', frame(hl7(NOTE))],
    ['no line of ours', fromLatin1(good.replace('@reply|7\r', ''))],
    ['another line of ours', fromLatin1(good.replace('@reply|7', '@message|7'))],
    ['a reason without a rejection', fromLatin1(good.replace('MSA|AA|X1\r', 'MSA|AA|X1|why\r'))],
    ['a rejection without a reason', fromLatin1(good.replace('MSA|AA|X1\r', 'MSA|AR|X1\r'))],
    ['a commit', fromLatin1(good.replace('MSA|AA', 'MSA|CA'))],
    ['two acknowledgements', fromLatin1(good.replace('MSA|AA|X1\r', 'MSA|AA|X1\rMSA|AA|X2\r'))],
    ['another application', fromLatin1(good.replace('INFUSCOPE', 'PUMPCTRL'))],
    ['nothing', new Uint8Array(0)],
  ];

  test.each(refused)('%s', (_, bytes) => {
    expect(passes(bytes)).toBe(false);
    const { heard, isFault } = runMad(sealDriver(pumpBbraunHl7Pcd), bytes, {});
    expect({ heard, isFault }).toEqual({ heard: [], isFault: true });
  });
});

test('a byte more, less or other than an acknowledgement’s frame does not pass', () => {
  for (const at of [0, 1, 5, 10, 20, GOOD.length - 2, GOOD.length - 1]) {
    expect(passes(GOOD.map((byte, i) => (i === at ? byte ^ 0x01 : byte))), `at ${at}`).toBe(false);
  }
  expect(passes(GOOD.slice(0, -1))).toBe(false);
  expect(passes(GOOD.slice(1))).toBe(false);
  expect(passes(Uint8Array.of(...GOOD, 0x0d))).toBe(false);
});
