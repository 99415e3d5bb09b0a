/**
 * The ComDevice's side of a conversation, on simulated time: it answers questions, sends its blocks one by one as they are
 * acknowledged, sends the same block again after NAK, and forgets what the protocol says is read once.
 *
 *   question ─latency▶ block 1 ─ACK, latency▶ block 2 … last block ─ACK▶ idle          a new question starts at block 1 again
 */
import { addressOf, encodeReply, longAddressOf, type Asked } from '$drivers/pump-bbraun-bcc/codec.ts';
import {
  COM_DEVICE,
  UNKNOWN_BED,
  type Place,
  type Quadruple,
  type Request,
} from '$drivers/pump-bbraun-bcc/messages.ts';
import type { Reply } from '$drivers/pump-bbraun-bcc/messages.ts';
import { parametersOf, triggersOf } from './parameters.ts';
import type { RackSettings } from './settings.ts';
import type { Slot } from './slots.ts';

/** A restarted ComDevice was recorded to refuse everything for about this long. */
const REFUSING_MS = 60_000;
/** It has been on for a while when the scenario begins. */
const ON_SINCE_MS = -400_000;

const WRONG_SYNTAX = 68;
const NO_PUMP = 11;
const GONE = 39;
const NO_CONTACT = 41;
const BAD_TOPOLOGY = 51;
const WRONG_SLOT = 811;

/** One block to come: a pump as it will be then, or the notice that there is none any more. */
type Block = { readonly slot: Slot } | { readonly gone: Place };

interface Planned {
  readonly dueMs: number;
  readonly make: () => Uint8Array;
}

export class ComDevice {
  readonly #settings: RackSettings;
  readonly #slots: readonly Slot[];
  readonly #onForbidden: (what: string) => void;
  #bootMs = ON_SINCE_MS;
  #isOpen = false;
  #gone: Place[] = [];
  #blocks: Block[] = [];
  #isHead = false;
  #isAwaitingAck = false;
  #lastSent: Uint8Array | undefined;
  #planned: Planned | undefined;
  #nextCycleMs = 0;

  constructor(settings: RackSettings, slots: readonly Slot[], onForbidden: (what: string) => void) {
    this.#settings = settings;
    this.#slots = slots;
    this.#onForbidden = onForbidden;
  }

  restart(now: number): void {
    this.#bootMs = now;
    this.#isOpen = false;
    this.#gone = [];
    for (const slot of this.#slots) slot.hasToldModel = false;
    this.connect(now);
  }

  /** A new link revives a cyclic ComDevice that waited for an ACK in vain. */
  connect(now: number): void {
    this.#blocks = [];
    this.#isAwaitingAck = false;
    this.#planned = undefined;
    this.#nextCycleMs = now + this.#settings.cycleMs;
  }

  noteGone(place: Place): void {
    this.#gone.push(place);
  }

  /** What leaves at this instant of the device's grid. */
  advance(now: number): Uint8Array | undefined {
    if (this.#settings.mode === 'cyclic') this.#push(now);
    if (!this.#planned || now < this.#planned.dueMs) return undefined;
    const bytes = this.#planned.make();
    this.#planned = undefined;
    this.#lastSent = bytes;
    return bytes;
  }

  /** A whole frame with a right sum is no accident of the line: one that is none of the four questions is what nobody may send. */
  hear(asked: Asked, now: number): void {
    switch (asked.kind) {
      case 'ack':
        if (!this.#isAwaitingAck) return;
        this.#isAwaitingAck = false;
        return this.#blocks.length > 0 ? this.#planBlock(now) : undefined;
      case 'nak':
        return this.#repeat(now);
      case 'malformed':
      case 'other':
        this.#onForbidden(asked.text);
        return this.#answerError(WRONG_SYNTAX, now);
      case 'request': {
        const isReadable = asked.isStuffed === undefined || asked.isStuffed === this.#settings.isStuffing;
        return isReadable ? this.#answer(asked.bed, asked.request, now) : this.#answerError(WRONG_SYNTAX, now);
      }
    }
  }

  /** Damaged bytes arrived. */
  hearNoise(now: number): void {
    this.#answerError(WRONG_SYNTAX, now);
  }

  /** What a cyclic ComDevice is asked is not documented: it goes on pushing. */
  #answer(bed: string, request: Request, now: number): void {
    if (this.#settings.mode === 'cyclic') return;
    this.#blocks = [];
    this.#isAwaitingAck = false;
    const isBedRight = bed === this.#settings.bed || (request.kind === 'alive' && bed === UNKNOWN_BED);
    const isOpen = this.#isOpen || request.kind === 'alive';
    if (now - this.#bootMs < REFUSING_MS || !isBedRight || !isOpen) return this.#answerError(WRONG_SYNTAX, now);
    switch (request.kind) {
      case 'alive':
        this.#isOpen = true;
        for (const slot of this.#slots) slot.restartMean(now);
        return this.#plan((at) => this.#reply({ kind: 'granted', time: this.#time(at) }), now);
      case 'version': {
        const version = `V${this.#settings.version}`;
        return this.#plan((at) => this.#reply({ kind: 'version', time: this.#time(at), version }), now);
      }
      case 'all-pumps':
        return this.#answerBlocks(this.#allBlocks(now), now);
      case 'one-pump':
        return this.#answerSlot(request.place, now);
    }
  }

  #answerSlot(place: Place, now: number): void {
    const isInRack = place.pillar <= this.#settings.pillars;
    if (!isInRack) return this.#answerError(WRONG_SLOT, now, addressOf(place));
    const slot = this.#slots.find((each) => each.place && addressOf(each.place) === addressOf(place));
    this.#gone = this.#gone.filter((each) => addressOf(each) !== addressOf(place));
    this.#answerBlocks([slot ? { slot } : { gone: place }], now);
  }

  #answerBlocks(blocks: readonly Block[], now: number): void {
    const isFaulty = this.#settings.rackFaults.some(({ fromMs, toMs }) => now >= fromMs && now < toMs);
    if (isFaulty) return this.#answerError(BAD_TOPOLOGY, now);
    if (blocks.length === 0) return this.#answerError(NO_PUMP, now);
    this.#blocks = [...blocks];
    this.#isHead = true;
    this.#planBlock(now);
  }

  /** Removed pumps are told once. Without extended errors a pump that is starting up is not told of at all. */
  #allBlocks(now: number): readonly Block[] {
    const gone = this.#gone.map((place) => ({ gone: place }));
    this.#gone = [];
    const seated = this.#slots.filter(
      (slot) => slot.place && (this.#settings.hasExtendedErrors || !slot.isStarting(now)),
    );
    return [...seated.map((slot) => ({ slot })), ...gone];
  }

  #push(now: number): void {
    const isFree = !this.#isAwaitingAck && !this.#planned && this.#blocks.length === 0;
    if (!isFree || now - this.#bootMs < REFUSING_MS) return;
    if (now >= this.#nextCycleMs) {
      this.#nextCycleMs = now + this.#settings.cycleMs;
      const blocks = this.#allBlocks(now);
      if (blocks.length > 0) this.#answerBlocks(blocks, now);
    } else if (now % 1000 === 0) {
      this.#blocks = this.#slots.filter((slot) => slot.place && this.#hasChanged(slot, now)).map((slot) => ({ slot }));
      if (this.#blocks.length > 0) this.#planBlock(now);
    }
  }

  #hasChanged(slot: Slot, now: number): boolean {
    return this.#triggersOf(slot, now) !== slot.lastTriggers;
  }

  #triggersOf({ pump, hasNewDisposable }: Slot, now: number): string {
    const unread = { isFirst: false, meanMlPerHour: 0, boluses: pump.unread, hasNewDisposable };
    return triggersOf(parametersOf(pump, this.#settings, now, unread));
  }

  #planBlock(now: number): void {
    this.#plan((at) => {
      const [block, ...others] = this.#blocks;
      this.#blocks = others;
      this.#isAwaitingAck = true;
      const head = this.#isHead ? this.#headRecords(at) : [];
      this.#isHead = false;
      const records = [...head, ...(block ? this.#recordsOf(block, at) : [])];
      return this.#reply({ kind: 'records', records, unreadable: [] }, others.length === 0);
    }, now);
  }

  #headRecords(now: number): readonly Quadruple[] {
    const parameters = [
      ['FMNOR', String(this.#settings.pillars)],
      ['FMSTAT', '00051'],
      ['FMRT', 'FMS1NSNS'],
    ] as const;
    return parameters.map(([name, value]) => ({ time: this.#time(now), address: COM_DEVICE, name, value }));
  }

  #recordsOf(block: Block, now: number): readonly Quadruple[] {
    const time = this.#time(now);
    const place = 'slot' in block ? block.slot.place : block.gone;
    if (!place) return [];
    const { hasLongAddresses } = this.#settings;
    const address = hasLongAddresses && place.slot >= 10 ? longAddressOf(place) : addressOf(place);
    const error = (code: number): Quadruple => ({ time, address, name: 'GNERR', value: String(code) });
    if ('gone' in block) return [error(GONE)];
    const { slot } = block;
    if (slot.isStarting(now)) return [error(NO_CONTACT)];
    const meanMlPerHour = slot.readMean(now);
    const once = { isFirst: !slot.hasToldModel, meanMlPerHour, ...readOnce(slot) };
    slot.hasToldModel = true;
    const parameters = parametersOf(slot.pump, this.#settings, now, once);
    slot.lastTriggers = this.#triggersOf(slot, now);
    return parameters.map(([name, value]) => ({ time, address, name, value }));
  }

  #answerError(code: number, now: number, address = COM_DEVICE): void {
    if (this.#settings.mode === 'cyclic') return;
    this.#blocks = [];
    this.#plan((at) => {
      const record = { time: this.#time(at), address, name: 'GNERR', value: String(code) };
      return this.#reply({ kind: 'records', records: [record], unreadable: [] });
    }, now);
  }

  #repeat(now: number): void {
    const bytes = this.#lastSent;
    if (bytes) this.#plan(() => bytes, now);
  }

  #plan(make: (at: number) => Uint8Array, now: number): void {
    const dueMs = now + this.#settings.latencyMs;
    this.#planned = { dueMs, make: () => make(dueMs) };
  }

  #reply(reply: Reply, isLast = true): Uint8Array {
    return encodeReply({ bed: this.#settings.bed, isLast }, reply, this.#settings.isStuffing);
  }

  #time(now: number): number {
    return Math.floor((now - this.#bootMs) / 1000);
  }
}

const readOnce = (slot: Slot) => ({
  boluses: slot.pump.readBoluses(),
  hasNewDisposable: slot.readNewDisposable(),
});
