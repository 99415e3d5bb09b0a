import { describe } from 'vitest';
import { MAX_FRAME_BYTES, stuff } from '$drivers/pump-bbraun-bcc/framing.ts';
import { pumpBbraunBcc } from '$drivers/pump-bbraun-bcc/index.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { vector } from './vectors.ts';

const FRAMES = ['block-1', 'bit-fields', 'granted', 'block-2', 'error-39', 'glyph', 'stuffing'];

describe('the laws of framing', () => {
  testFramingLaws({
    driver: pumpBbraunBcc,
    maxRestBytes: MAX_FRAME_BYTES,
    frames: FRAMES.map((name, i) => (i % 2 === 0 ? vector(name).bytes : stuff(vector(name).bytes))),
    special: [0x01, 0x02, 0x03, 0x04, 0x17, 0x30, 0x44, 0x45],
  });
});
