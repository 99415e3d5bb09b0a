/** The blocks of a stored signal row; samples that cannot be decoded are damage, named by their bed. */
import type { BedId, WaveformBlock } from '$lib/domain/index.ts';
import { type Damage, decodeBlocks } from '$lib/recording/wave-codec.ts';
import { failure, type StoreFailure } from './store-failure.ts';

/** @throws StoreFailure */
export function blocksOf(file: string, bed: BedId, data: Uint8Array): readonly WaveformBlock[] {
  const blocks = decodeBlocks(data);
  if (!blocks.ok) throw damagedSignal(file, bed, blocks.error);
  return blocks.value;
}

export const damagedSignal = (file: string, bed: BedId, { why, offset }: Damage): StoreFailure =>
  failure('damaged', file, new Error(`a signal of ${bed} cannot be decoded: ${why} at byte ${offset}`));
