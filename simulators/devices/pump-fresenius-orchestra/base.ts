/**
 * The base's side of a conversation, on simulated time. Every frame is acknowledged at once and answered a little later, one
 * command after the other; changes are told unasked; a station that owes the answer to a keep-alive for too long has lost its
 * session. A command that would change a pump is reported, and refused.
 */
import { encodeMessage, type Said } from '$drivers/pump-fresenius-orchestra/codec.ts';
import type { Message } from '$drivers/pump-fresenius-orchestra/messages.ts';
import { covers } from '../settings.ts';
import type { BaseSettings } from './settings.ts';
import type { Unit } from './unit.ts';

const WRONG_MODE = '02';
const SYNTAX = '04';
const BASE_CLOSED = '0D';
const OUT_OF_REACH = '0E';
const UNIT_CLOSED = '1E';

const READS: ReadonlySet<string> = new Set(['DC', 'FC', 'LF', 'LE', 'DE', 'AE', 'LP', 'LN', 'LM', 'DM', 'AM']);

type Command = Extract<Said, { kind: 'command' }>;

interface Planned {
  readonly dueMs: number;
  readonly make: () => Message | undefined;
}

export class Base {
  readonly #settings: BaseSettings;
  readonly #units: readonly Unit[];
  readonly #onForbidden: (what: string) => void;
  readonly #root: string;
  #isOpen = false;
  #aliveMs = 0;
  #nextEnquiryMs = Infinity;
  #planned: readonly Planned[] = [];
  #lastFrame: Message | undefined;

  constructor(settings: BaseSettings, units: readonly Unit[], onForbidden: (what: string) => void) {
    this.#settings = settings;
    this.#units = units;
    this.#onForbidden = onForbidden;
    this.#root = settings.isStandAlone ? '' : '0';
  }

  /** The cable is out, or another station comes: what was under way is lost, the sessions are not. */
  hangUp(): void {
    this.#planned = [];
  }

  /** What leaves at this instant of the device's grid. */
  advance(now: number): readonly Uint8Array[] {
    for (const unit of this.#units) if (unit.isOpen && !unit.pump.isOn) unit.close();
    if (this.#isOpen && now - this.#aliveMs > this.#settings.patienceMs) this.#close();
    const due = this.#planned.filter(({ dueMs }) => dueMs <= now);
    this.#planned = this.#planned.filter(({ dueMs }) => dueMs > now);
    const messages = [...due.map(({ make }) => make()), ...this.#enquire(now), ...this.#tell(now)];
    return messages.flatMap((message) => (message ? [this.#send(message)] : []));
  }

  /** @returns what leaves at once. */
  hear(said: Said, now: number): readonly Uint8Array[] {
    switch (said.kind) {
      case 'ack':
      case 'unreadable':
        return [];
      case 'nak':
        return this.#lastFrame ? [encodeMessage(this.#lastFrame)] : [];
      case 'alive':
        this.#aliveMs = now;
        return [];
      case 'event-ack':
        this.#units.find(({ address }) => address === said.address)?.acknowledge();
        return [ACK];
      case 'command':
        return this.#obey(said, now);
    }
  }

  /** A frame with a wrong sum. */
  hearDamaged(): readonly Uint8Array[] {
    return [encodeMessage({ kind: 'nak', code: '2' })];
  }

  #send(message: Message): Uint8Array {
    if (message.kind !== 'enquiry') this.#lastFrame = message;
    return encodeMessage(message);
  }

  #close(): void {
    this.#isOpen = false;
    this.#nextEnquiryMs = Infinity;
    for (const unit of this.#units) unit.close();
  }

  /** Keep-alives are sent while a session is open (inferred). */
  #enquire(now: number): readonly Message[] {
    if (now < this.#nextEnquiryMs) return [];
    this.#nextEnquiryMs += this.#settings.enquiryMs;
    return [{ kind: 'enquiry' }];
  }

  #tell(now: number): readonly Message[] {
    return this.#units.flatMap((unit): readonly Message[] => {
      if (!unit.isOpen || this.#isMute(unit, now)) return [];
      const fields = unit.tell(now);
      return fields ? [{ kind: 'event', address: unit.address, status: 'E', fields }] : [];
    });
  }

  #isMute(unit: Unit, now: number): boolean {
    const isOff = this.#settings.isStandAlone && !unit.pump.isOn;
    const isMuted = this.#settings.mutes.some(
      ({ pump, fromMs, toMs }) => this.#units[pump] === unit && now >= fromMs && now < toMs,
    );
    return isOff || isMuted;
  }

  #obey(command: Command, now: number): readonly Uint8Array[] {
    if (!READS.has(command.command)) this.#onForbidden(textOf(command));
    if ((command.address === '') !== this.#settings.isStandAlone) return [encodeMessage({ kind: 'nak', code: '4' })];
    const unit = this.#units.find(({ address }) => address === command.address);
    if (unit && this.#isMute(unit, now)) return [];
    if (covers(this.#settings.notReady, now)) return [encodeMessage({ kind: 'nak', code: '6' })];
    const last = this.#planned.at(-1);
    const dueMs = Math.max(now, last?.dueMs ?? now) + this.#settings.latencyMs;
    this.#planned = [...this.#planned, { dueMs, make: () => this.#answer(command, dueMs) }];
    return [ACK];
  }

  #answer(command: Command, now: number): Message | undefined {
    const { address } = command;
    const result = this.#resultOf(command, now);
    if (typeof result === 'string') return { kind: 'incorrect', address, code: result };
    return { kind: 'correct', address, fields: result };
  }

  /** Fields of a reply, or an error. */
  #resultOf({ address, command, argument }: Command, now: number): readonly string[] | string {
    const refusal = this.#settings.refusals.get(address + command) ?? this.#settings.refusals.get(command);
    if (refusal !== undefined) return refusal;
    if (!READS.has(command)) return WRONG_MODE;
    if (address === this.#root) return this.#ofRoot(command, argument, now);
    if (!this.#isOpen) return BASE_CLOSED;
    const unit = this.#units.find((each) => each.address === address);
    return unit?.pump.isOn === true ? ofUnit(unit, command, argument) : OUT_OF_REACH;
  }

  #ofRoot(command: string, argument: string | undefined, now: number): readonly string[] | string {
    const [alone] = this.#settings.isStandAlone ? this.#units : [];
    if (command === 'DC') {
      if (alone) ofUnit(alone, command, argument);
      if (!this.#isOpen) this.#nextEnquiryMs = now + this.#settings.enquiryMs;
      this.#isOpen = true;
      this.#aliveMs = now;
      return [];
    }
    if (!this.#isOpen) return alone ? UNIT_CLOSED : BASE_CLOSED;
    if (command === 'FC') this.#close();
    if (alone || command === 'FC') return alone && command !== 'FC' ? ofUnit(alone, command, argument) : [];
    if (command === 'LF') return argument === 'b' ? ['bORCHESTRA'] : SYNTAX;
    if (command === 'LE') return argument === 'b' ? [`b${this.#mask()}`] : SYNTAX;
    return WRONG_MODE;
  }

  /** Bit 0 is module 1; a pump that is switched off or pulled out is not there (inferred). */
  #mask(): string {
    const modules = this.#units.reduce((mask, { pump }, n) => mask + (pump.isOn ? 2 ** n : 0), 0);
    return (modules + this.#settings.furtherModules).toString(16).toUpperCase().padStart(4, '0');
  }
}

const ACK = encodeMessage({ kind: 'ack' });

const textOf = ({ address, command, argument }: Command): string =>
  address + command + (argument === undefined ? '' : `;${argument}`);

/** What the text of a device type and of an identifier is like is not known. */
function ofUnit(unit: Unit, command: string, argument: string | undefined): readonly string[] | string {
  if (command === 'DC') {
    unit.close();
    unit.isOpen = true;
    return [];
  }
  if (!unit.isOpen) return UNIT_CLOSED;
  switch (command) {
    case 'FC':
      unit.close();
      return [];
    case 'LF':
      return argument === 'b' ? ['bMODULE DPS'] : SYNTAX;
    case 'LE':
      return unit.read(argument ?? '') ?? SYNTAX;
    case 'DE':
      if (!unit.read(argument ?? '')) return SYNTAX;
      unit.watch(argument ?? '');
      return [];
    case 'AE':
      unit.watch('');
      return [];
    case 'LP':
      return [drugOf(unit)];
    case 'LN':
      return ['01'];
    default:
      return [];
  }
}

const MAX_NAME = 20;

/** Characters that no frame may hold are none of a name. */
const drugOf = ({ pump }: Unit): string => pump.order.drugName.replaceAll(/[^ -}]|;/g, '?').slice(0, MAX_NAME);
