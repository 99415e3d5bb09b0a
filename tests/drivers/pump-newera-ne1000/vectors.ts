/** The packets of the protocol note, §3 and §8, as bytes; where the note shortens them, computed by a second program. */
import { fromHex } from '$drivers/bytes.ts';
import type { Message } from '$drivers/pump-newera-ne1000/messages.ts';

const STOPPED = { kind: 'run', letter: 'S' } as const;
const INFUSING = { kind: 'run', letter: 'I' } as const;
const DISPENSED = { kind: 'dispensed', infused: 17.5, withdrawn: 0, unit: 'ML' } as const;

/** Text of a question in safe mode and its packet. `SAF0` is the one that the vendor prints. */
export const SAFE_TEXTS: readonly (readonly [text: string, wire: Uint8Array])[] = [
  ['SAF0', fromHex('02 08 53 41 46 30 55 43 03')],
  ['0RAT', fromHex('02 08 30 52 41 54 38 CB 03')],
  ['0DIS', fromHex('02 08 30 44 49 53 30 46 03')],
  ['0VER', fromHex('02 08 30 56 45 52 48 09 03')],
  ['0', fromHex('02 05 30 36 53 03')],
];

export const REPLIES: readonly (readonly [name: string, wire: Uint8Array, message: Message])[] = [
  [
    'DIS, basic',
    fromHex('02 30 30 49 49 31 37 2E 35 30 57 30 2E 30 30 30 4D 4C 03'),
    { mode: 'basic', address: 0, status: INFUSING, data: DISPENSED },
  ],
  [
    'RAT, safe',
    fromHex('02 0E 30 30 49 35 32 2E 35 30 4D 48 52 EF 03'),
    { mode: 'safe', address: 0, status: INFUSING, data: { kind: 'amount', value: 52.5, unit: 'MH' } },
  ],
  [
    'DIS, safe',
    fromHex('02 15 30 30 49 49 31 37 2E 35 30 57 30 2E 30 30 30 4D 4C E5 D5 03'),
    { mode: 'safe', address: 0, status: INFUSING, data: DISPENSED },
  ],
  [
    'stall, safe',
    fromHex('02 09 30 30 41 3F 53 75 A7 03'),
    { mode: 'safe', address: 0, status: { kind: 'alarm', letter: 'S' }, data: { kind: 'none' } },
  ],
  [
    'VER, safe',
    fromHex('02 13 30 30 53 4E 45 31 30 30 30 56 33 2E 39 32 38 27 22 03'),
    { mode: 'safe', address: 0, status: STOPPED, data: { kind: 'version', model: 'NE1000', version: '3.928' } },
  ],
];
