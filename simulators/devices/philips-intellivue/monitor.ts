/**
 * A simulated IntelliVue monitor at its data export.
 *
 *   free ── association request ──▶ presenting ── our presentation answered ──▶ associated ── release, abort ──▶ free
 *                                      │ said again every 3.1 s                    │ client silent for 10 s
 *                                      ╰──── 10 s unanswered: abort ───────────────╯ abort ──▶ free
 *
 * Polls are served from the request on, before the presentation is answered, as real monitors do. It answers in the kind of
 * frame that it was asked in. A monitor does not notice that a line was unplugged: an association outlives it.
 */
import { readPollProfile, SESSION } from '$drivers/philips-intellivue/association.ts';
import { decode, encode } from '$drivers/philips-intellivue/codec.ts';
import { readEnvelope } from '$drivers/philips-intellivue/envelope.ts';
import { BEGIN, cut, PDU_AT, SERIAL_DATA_EXPORT } from '$drivers/philips-intellivue/framing.ts';
import type { Content, Framing, Message } from '$drivers/philips-intellivue/messages.ts';
import { ATTRIBUTE, COMMAND, MONITOR_OBJECT } from '$drivers/philips-intellivue/protocol-codes.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { DataOut, GRID_MS } from './data-out.ts';
import { Output } from './output.ts';
import { readSettings, type MonitorSettings } from './settings.ts';
import { agree, presentSystem, type Agreement } from './system.ts';

const TICKS_PER_MS = 8;
const PRESENT_EVERY_MS = 49 * GRID_MS;
const MAX_PRESENTATIONS = 4;
const UNANSWERED_MS = 10_000;
const PRESENTATION_ID = 1;
const NO_SUCH_ACTION = 9;
const PRIORITY_LISTS: readonly number[] = [ATTRIBUTE.wavePriorities, ATTRIBUTE.numericPriorities];

interface Association {
  readonly framing: Framing;
  readonly agreement: Agreement;
  readonly out: DataOut;
  readonly sinceMs: number;
  heardMs: number;
  isKnown: boolean;
  presentations: number;
  presentedMs: number;
}

export class Monitor implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: MonitorSettings;
  readonly #onForbidden: (what: string) => void;
  readonly #output: Output;
  #rest: Uint8Array = new Uint8Array(0);
  #gridMs = 0;
  #bootMs = 0;
  #bootTicks: number;
  #refusalsLeft: number;
  #associations = 0;
  #association: Association | undefined;

  constructor(bedside: SimulatedBedside, options: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readSettings(options);
    this.#onForbidden = options.onForbidden ?? (() => undefined);
    this.#output = new Output(this.#settings);
    this.#bootTicks = this.#settings.startTicks;
    this.#refusalsLeft = this.#settings.refusals;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    switch (input.type) {
      case 'connected':
        // What was said to nobody is gone.
        this.#advance(input.simMs);
        this.#rest = new Uint8Array(0);
        return [];
      case 'disconnected':
        this.#advance(input.simMs);
        return [];
      case 'tick':
        return this.#advance(input.simMs);
      case 'received':
        return [...this.#advance(input.simMs), ...this.#receive(input.bytes, input.simMs)];
    }
  }

  /** Somebody else on the network: a request for an association is refused, the rest is not heard. */
  turnAway(bytes: Uint8Array): readonly Uint8Array[] | undefined {
    if (!this.#association) return undefined;
    const isRequest = bytes[0] === SESSION.request;
    return isRequest && this.#bedside.sensors().isLinked ? [encode({ kind: 'refuse', framing: 'lan' })] : [];
  }

  #receive(bytes: Uint8Array, simMs: number): readonly Uint8Array[] {
    const payloads = this.#payloadsOf(bytes);
    if (!this.#bedside.sensors().isLinked) return [];
    return payloads.flatMap((payload) => {
      const decoded = decode(payload);
      if (decoded.ok) return this.#obey(decoded.message, simMs);
      return decoded.why === 'unknown-code' ? this.#wonder(payload) : [];
    });
  }

  /** A datagram is a PDU whatever it says of its length, and its first byte says which: one public client cuts its release short. */
  #payloadsOf(bytes: Uint8Array): readonly Uint8Array[] {
    const isOnNetwork = this.#association ? this.#association.framing === 'lan' : bytes[0] === SESSION.request;
    if (isOnNetwork && this.#rest.length === 0 && bytes[0] !== BEGIN) return [bytes];
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    return cuts.flatMap((piece) => (piece.kind === 'frame' ? [piece.payload] : []));
  }

  /** An action that a monitor does not have, or has and nobody here may ask for. */
  #wonder(payload: Uint8Array): readonly Uint8Array[] {
    const isSerial = payload[0] === SERIAL_DATA_EXPORT;
    const envelope = readEnvelope(isSerial ? payload.subarray(PDU_AT) : payload);
    if (envelope?.apdu !== 'invoke' || envelope.command !== COMMAND.action) return [];
    this.#onForbidden('an action that is no poll');
    const { invokeId } = envelope;
    const refusal: Content = { kind: 'error', invokeId, error: NO_SUCH_ACTION, data: new Uint8Array(0) };
    return this.#output.put([refusal], isSerial ? 'serial' : 'lan');
  }

  #obey(message: Message, simMs: number): readonly Uint8Array[] {
    const say = (...contents: readonly Content[]): readonly Uint8Array[] => this.#output.put(contents, message.framing);
    if (message.kind === 'associate') return say(...this.#meet(message, simMs));
    const association = this.#association;
    if (!association) return [];
    association.heardMs = simMs;
    switch (message.kind) {
      case 'creation-known':
        association.isKnown = true;
        return [];
      case 'poll':
        return say(...association.out.poll(message, simMs));
      case 'get':
        return say(association.out.get(message));
      case 'set': {
        const isOther = message.modifications.some(({ attribute }) => !PRIORITY_LISTS.includes(attribute.id));
        if (isOther) this.#onForbidden('setting something that is no list of priorities');
        const answer = association.out.set(message);
        return message.isConfirmed ? say(answer) : [];
      }
      case 'release':
        if (!association.isKnown && !this.#settings.obeysEarlyRelease) return [];
        this.#association = undefined;
        return say({ kind: 'released' });
      case 'abort':
        this.#association = undefined;
        return [];
      default:
        return [];
    }
  }

  /** A second request on the same line begins anew. */
  #meet(
    { framing, information }: Extract<Message, { kind: 'associate' | 'accept' }>,
    simMs: number,
  ): readonly Content[] {
    if (this.#refusalsLeft > 0) {
      this.#refusalsLeft -= 1;
      return [{ kind: 'refuse' }];
    }
    this.#associations += 1;
    const asked = information && readPollProfile(information);
    const agreement = agree(asked, framing === 'serial', this.#settings);
    const out = new DataOut({
      bedside: this.#bedside,
      settings: this.#settings,
      agreement,
      bootMs: this.#bootMs,
      ticksAt: (ms) => this.#ticksAt(ms),
      associations: this.#associations,
    });
    this.#association = {
      framing,
      agreement,
      out,
      sinceMs: simMs,
      heardMs: simMs,
      isKnown: false,
      presentations: 1,
      presentedMs: simMs,
    };
    const accepted: Content = { kind: 'accept', information: agreement.information };
    return this.#settings.presents ? [accepted, this.#present(simMs)] : [accepted];
  }

  #present(simMs: number): Content {
    const ticks = this.#ticksAt(simMs);
    const attributes = presentSystem(this.#settings, { simMs, ticks, associations: this.#associations });
    return { kind: 'created', invokeId: PRESENTATION_ID, object: MONITOR_OBJECT, time: ticks, attributes };
  }

  /** Everything that the monitor sends up to this instant. With the cable out it goes on, and nobody gets it. */
  #advance(simMs: number): readonly Uint8Array[] {
    const sent: Uint8Array[] = [];
    while (this.#gridMs + GRID_MS <= simMs) {
      this.#gridMs += GRID_MS;
      this.#bedside.advanceTo(this.#gridMs);
      const framing = this.#association?.framing ?? 'serial';
      const wires = this.#output.put(this.#live(this.#gridMs), framing);
      if (this.#bedside.sensors().isLinked) sent.push(...wires);
    }
    return sent;
  }

  #live(gridMs: number): readonly Content[] {
    const passed = (times: readonly number[]): boolean => times.some((at) => at > gridMs - GRID_MS && at <= gridMs);
    if (passed(this.#settings.restartsAtMs)) {
      this.#association = undefined;
      this.#bootMs = gridMs;
      this.#bootTicks = 0;
    }
    const association = this.#association;
    if (!association) return [];
    const { agreement, heardMs, sinceMs, isKnown, presentations, presentedMs } = association;
    const isForgotten = gridMs - heardMs >= agreement.timeoutMs || (!isKnown && gridMs - sinceMs >= UNANSWERED_MS);
    if (isForgotten || passed(this.#settings.abortsAtMs)) {
      this.#association = undefined;
      return [{ kind: 'abort' }];
    }
    const isMissed = !isKnown && presentations < MAX_PRESENTATIONS && gridMs - presentedMs >= PRESENT_EVERY_MS;
    if (!isMissed || !this.#settings.presents) return association.out.due(gridMs);
    association.presentations += 1;
    association.presentedMs = gridMs;
    return [this.#present(gridMs), ...association.out.due(gridMs)];
  }

  #ticksAt(simMs: number): number {
    return (this.#bootTicks + (simMs - this.#bootMs) * TICKS_PER_MS) >>> 0;
  }
}
