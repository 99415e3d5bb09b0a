/**
 * The raw traffic of every link as pcapng files that Wireshark opens: what a decoder fault is found from, and what a user
 * can send of a device we have never seen. Bounded: each link has a ring of files, `<device>.pcapng` the newest,
 * `<device>.1.pcapng` the one before; a full one pushes the oldest out. A restart begins a new file, too.
 *
 * Writing is asynchronous and never waited for; a killed process loses the last second. Bytes that a slow or full disk leaves
 * no room for are dropped and counted.
 */
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceId, MonotonicMs, WallMs } from '$lib/domain/index.ts';
import { interfaceBlock, packetBlock, sectionBlock, type Direction } from '$lib/recording/pcapng.ts';

export interface CaptureOptions {
  readonly directory: string;
  /** Calendar time of an instant of the station's clock. */
  readonly wallAt: (at: MonotonicMs) => WallMs;
  readonly fileBytes?: number;
  readonly fileCount?: number;
}

export interface CaptureStatus {
  readonly isOn: boolean;
  readonly writtenBytes: number;
  /** Bytes of the link that found no place since the start. */
  readonly droppedBytes: number;
  /** Why nothing can be written just now, a plain sentence. */
  readonly failure?: string;
}

/** More than this waiting for the disk, per link, is dropped. */
const WAITING_LIMIT_BYTES = 2 ** 20;
/**
 * Packets are gathered for so long, or until so many bytes wait, and written at once: asking the system for a write takes
 * longer than everything else that is done with a packet, and whatever the link brings waits for it.
 */
const GATHER_MS = 1000;
const GATHER_BYTES = 2 ** 16;

/** The captures of all links. Every link is captured until it is switched off. */
export class Captures {
  readonly #options: Required<CaptureOptions>;
  readonly #links = new Map<DeviceId, LinkCapture>();

  constructor(options: CaptureOptions) {
    this.#options = { fileBytes: 8 * 2 ** 20, fileCount: 2, ...options };
  }

  set(device: DeviceId, isOn: boolean): void {
    this.#link(device).isOn = isOn;
  }

  bytes(
    device: DeviceId,
    traffic: { readonly at: MonotonicMs; readonly direction: 'in' | 'out'; readonly bytes: Uint8Array },
  ): void {
    this.#link(device).packet(traffic.at, traffic.direction, traffic.bytes);
  }

  /** A remark in the capture, at its place in time. */
  note(device: DeviceId, at: MonotonicMs, comment: string): void {
    this.#link(device).packet(at, 'none', new Uint8Array(0), comment);
  }

  directoryOf(_device: DeviceId): string {
    return this.#options.directory;
  }

  status(device: DeviceId): CaptureStatus {
    return this.#link(device).status();
  }

  /** Resolves when everything that was given so far is written or dropped. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#links.values(), (link) => link.settled()));
  }

  /** The same, and all files are closed. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#links.values(), (link) => link.close()));
  }

  #link(device: DeviceId): LinkCapture {
    const known = this.#links.get(device) ?? new LinkCapture(device, this.#options);
    this.#links.set(device, known);
    return known;
  }
}

/** One link's ring. Packets wait in memory while the disk is busy with the ones before. */
class LinkCapture {
  readonly #device: DeviceId;
  readonly #options: Required<CaptureOptions>;
  isOn = true;
  #waiting: { readonly block: Uint8Array; readonly linkBytes: number }[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  /** Ends the gathering now. */
  #hurry: () => void = () => undefined;
  #file: FileHandle | undefined;
  #fileBytes = 0;
  #writtenBytes = 0;
  #droppedBytes = 0;
  #failure: string | undefined;

  constructor(device: DeviceId, options: Required<CaptureOptions>) {
    this.#device = device;
    this.#options = options;
  }

  packet(at: MonotonicMs, direction: Direction, bytes: Uint8Array, comment?: string): void {
    if (!this.isOn) return;
    const wallTime = this.#options.wallAt(at);
    const block = packetBlock({ link: 0, wallTime, direction, bytes, ...(comment !== undefined && { comment }) });
    if (this.#waitingBytes + block.length > WAITING_LIMIT_BYTES) {
      this.#droppedBytes += bytes.length;
      return;
    }
    this.#waiting.push({ block, linkBytes: bytes.length });
    this.#waitingBytes += block.length;
    this.#writing ??= this.#write();
    if (this.#waitingBytes > GATHER_BYTES) this.#hurry();
  }

  status(): CaptureStatus {
    return {
      isOn: this.isOn,
      writtenBytes: this.#writtenBytes,
      droppedBytes: this.#droppedBytes,
      ...(this.#failure !== undefined && { failure: this.#failure }),
    };
  }

  async settled(): Promise<void> {
    this.#hurry();
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.settled();
    await this.#finish();
  }

  async #write(): Promise<void> {
    await this.#gathered();
    while (this.#waiting.length > 0) {
      const packets = this.#waiting.splice(0);
      this.#waitingBytes = 0;
      const linkBytes = packets.reduce((sum, packet) => sum + packet.linkBytes, 0);
      try {
        await this.#append(Buffer.concat(packets.map(({ block }) => block)));
        this.#writtenBytes += linkBytes;
        this.#failure = undefined;
      } catch (error) {
        this.#droppedBytes += linkBytes;
        this.#failure = `The traffic of ${this.#device} cannot be written to ${this.#options.directory}: ${String(error)}`;
      }
    }
    this.#writing = undefined;
  }

  #gathered(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #append(bytes: Uint8Array): Promise<void> {
    if (this.#file && this.#fileBytes + bytes.length > this.#options.fileBytes) await this.#finish();
    const file = (this.#file ??= await this.#begin());
    try {
      await file.appendFile(bytes);
      this.#fileBytes += bytes.length;
    } catch (error) {
      await file.truncate(this.#fileBytes);
      await this.#finish();
      throw error;
    }
  }

  /** Pushes the ring on only when the newest place is taken: a disk that stays full must not push out what was captured. */
  async #begin(): Promise<FileHandle> {
    const { directory, fileCount } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (await isThere(this.#path(0))) {
      for (let age = fileCount - 1; age > 0; age -= 1)
        if (await isThere(this.#path(age - 1))) await rename(this.#path(age - 1), this.#path(age));
    }
    const file = await open(this.#path(0), 'w', 0o600);
    const head = Buffer.concat([sectionBlock('Infuscope'), interfaceBlock(this.#device, `link of ${this.#device}`)]);
    try {
      await file.appendFile(head);
    } catch (error) {
      await file.close();
      await rm(this.#path(0));
      throw error;
    }
    this.#fileBytes = head.length;
    return file;
  }

  async #finish(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** The dots of a device's name are escaped, too: they must neither climb out of the directory nor look like an age. */
  #path(age: number): string {
    const name = encodeURIComponent(this.#device).replaceAll('.', '%2E');
    return join(this.#options.directory, age === 0 ? `${name}.pcapng` : `${name}.${age}.pcapng`);
  }
}

const isThere = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    },
  );
