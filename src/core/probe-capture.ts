/** What passed over a port while it was probed, as one pcapng file with a remark at every attempt. */
import { wallMs } from '$lib/domain/index.ts';
import { interfaceBlock, packetBlock, sectionBlock } from '$lib/recording/pcapng.ts';
import type { ProbeEvent } from '$drivers/port-probe.ts';
import { tryingText } from '$drivers/probe-words.ts';
import type { StationClock } from './clock.ts';

/** Ten times what the fastest serial line brings while it is probed. */
const LIMIT_BYTES = 8 * 2 ** 20;

export class ProbeCapture {
  readonly #clock: StationClock;
  readonly #blocks: Uint8Array[];
  #bytes = 0;
  #isFull = false;

  constructor(port: string, clock: StationClock) {
    this.#clock = clock;
    this.#blocks = [sectionBlock('Infuscope'), interfaceBlock(port, `probe of ${port}`)];
  }

  take(event: ProbeEvent): void {
    if (this.#isFull) return;
    if (event.kind === 'trying') this.#remark(tryingText(event.plan));
    if (event.kind !== 'bytes') return;
    if (this.#bytes + event.bytes.length > LIMIT_BYTES) {
      this.#isFull = true;
      return this.#remark('more came than this file may hold');
    }
    this.#bytes += event.bytes.length;
    const wallTime = wallMs(this.#clock.wall() + (event.at - this.#clock.now()));
    this.#blocks.push(packetBlock({ link: 0, wallTime, direction: event.direction, bytes: event.bytes }));
  }

  file(): Uint8Array {
    return Buffer.concat(this.#blocks);
  }

  #remark(comment: string): void {
    const wallTime = this.#clock.wall();
    this.#blocks.push(packetBlock({ link: 0, wallTime, direction: 'none', bytes: new Uint8Array(0), comment }));
  }
}
