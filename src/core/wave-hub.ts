/** Numbers the waveforms of all beds and gathers their blocks into one frame per tick. */
import type { BedId, MonotonicMs, WaveformBlock } from '$lib/domain/index.ts';
import { packWaves, type WaveChannel, type WavePart } from '$lib/realtime/index.ts';

export class WaveHub {
  readonly #channels = new Map<string, WaveChannel>();
  #pending: WavePart[] = [];

  /** @returns the channel when it is new or has changed its scale: screens must be told before its samples come. */
  add(bed: BedId, block: WaveformBlock): WaveChannel | undefined {
    const key = `${bed}/${block.source}/${block.waveform}`;
    const known = this.#channels.get(key);
    const channel = known && isSameScale(known, block) ? known : this.#declare(key, known, bed, block);
    this.#pending.push({
      channel: channel.number,
      at: block.at,
      samples: block.samples,
      isGapBefore: block.isGapBefore,
    });
    return channel === known ? undefined : channel;
  }

  channelsOf(bed: BedId): readonly WaveChannel[] {
    return [...this.#channels.values()].filter((channel) => channel.bed === bed);
  }

  /** @returns the packed frame of everything since the last call, or undefined when nothing came. */
  flush(at: MonotonicMs): Uint8Array | undefined {
    if (this.#pending.length === 0) return undefined;
    const frame = packWaves(at, this.#pending);
    this.#pending = [];
    return frame;
  }

  #declare(key: string, known: WaveChannel | undefined, bed: BedId, block: WaveformBlock): WaveChannel {
    const channel: WaveChannel = {
      number: known?.number ?? this.#channels.size,
      bed,
      waveform: block.waveform,
      rateHz: block.rateHz,
      gain: block.gain,
      offset: block.offset,
    };
    this.#channels.set(key, channel);
    return channel;
  }
}

const isSameScale = (channel: WaveChannel, block: WaveformBlock): boolean =>
  channel.rateHz === block.rateHz && channel.gain === block.gain && channel.offset === block.offset;
