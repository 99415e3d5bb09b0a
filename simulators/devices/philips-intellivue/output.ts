/** The way out of the simulated monitor: PDUs into frames or datagrams, and what goes wrong with single ones of them. */
import { concatBytes } from '$drivers/bytes.ts';
import { encode } from '$drivers/philips-intellivue/codec.ts';
import type { Content, Framing } from '$drivers/philips-intellivue/messages.ts';
import type { MonitorSettings } from './settings.ts';

export class Output {
  readonly #settings: MonitorSettings;
  #count = 0;
  #heldBack: Uint8Array | undefined;

  constructor(settings: MonitorSettings) {
    this.#settings = settings;
  }

  put(contents: readonly Content[], framing: Framing): readonly Uint8Array[] {
    return contents.flatMap((content) => {
      const wire = encode({ ...content, framing });
      this.#count += 1;
      return framing === 'serial' ? [this.#spoilFrame(wire)] : this.#spoilDatagram(wire);
    });
  }

  #isEach(every: number): boolean {
    return this.#count % every === 0;
  }

  /** A wrong bit before the check sequence, or the mark of an abort in place of the end. */
  #spoilFrame(wire: Uint8Array): Uint8Array {
    const { badSumEvery, abortFrameEvery } = this.#settings;
    if (this.#isEach(abortFrameEvery)) return concatBytes(wire.subarray(0, -1), Uint8Array.of(0x7d, 0xc1));
    return this.#isEach(badSumEvery) ? wire.map((byte, i) => (i === 2 ? byte ^ 0x02 : byte)) : wire;
  }

  #spoilDatagram(wire: Uint8Array): readonly Uint8Array[] {
    const { loseEvery, doubleEvery, swapEvery } = this.#settings;
    if (this.#isEach(loseEvery)) return [];
    if (this.#isEach(doubleEvery)) return [wire, wire];
    if (this.#isEach(swapEvery)) {
      this.#heldBack = wire;
      return [];
    }
    const held = this.#heldBack;
    this.#heldBack = undefined;
    return held ? [wire, held] : [wire];
  }
}
