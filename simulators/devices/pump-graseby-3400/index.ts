/**
 * A simulated Graseby 3400 on its serial port.
 *
 *   command ── replyMs ──▶ reply: OK or CE, the command, STBY, INFS or ALRM, number          everything on the pump's own grid
 *
 * Whatever stops it (a shut line, an empty syringe) is ALRM until somebody starts or stops it; at the end of its volume it is
 * STBY. That, how fast it replies, and CE to commands that it does not know are ours: the note does not say.
 *
 * Started at its keys it refuses control with CE, else it obeys; every command but the three questions is reported as forbidden.
 *
 * Settings, beside those of every pump: `isLocal` it refuses the questions as well (false), `replyMs` (30), `mute` questions that
 * it does not answer ([]). It has no sensor for air and no rate that keeps a vein open: those settings do nothing.
 */
import { encodeReply } from '$drivers/pump-graseby-3400/codec.ts';
import { cut } from '$drivers/pump-graseby-3400/framing.ts';
import { QUERIES } from '$drivers/pump-graseby-3400/messages.ts';
import { latin1 } from '$drivers/bytes.ts';
import { BedsidePumps, readPumpSettings } from '$simulators/devices/bedside-pumps.ts';
import { LabConsole } from '$simulators/devices/lab-console.ts';
import type { Pump } from '$simulators/devices/pump.ts';
import { listOf, numberOf } from '$simulators/devices/settings.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';

export const simulateGraseby3400 = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new Graseby3400(bedside, options);

const NO_BYTES = new Uint8Array(0);
const ALARMING: ReadonlySet<Pump['run']> = new Set(['blocked', 'empty']);
const MOST_TENTHS = 9_999_999;

interface Command {
  readonly dueMs: number;
  readonly text: string;
}

class Graseby3400 implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #onForbidden: (what: string) => void;
  readonly #console: LabConsole;
  readonly #pumps: BedsidePumps;
  readonly #isLocal: boolean;
  readonly #replyMs: number;
  readonly #mute: ReadonlySet<unknown>;
  #rest: Uint8Array = NO_BYTES;
  #waiting: readonly Command[] = [];
  #said: Uint8Array[] = [];
  #isConnected = false;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#onForbidden = onForbidden;
    this.#isLocal = settings['isLocal'] === true;
    this.#replyMs = numberOf(settings['replyMs'], 30);
    this.#mute = new Set(listOf(settings['mute']));
    this.#console = new LabConsole(bedside.order());
    const side = {
      advanceTo: (simMs: number) => bedside.advanceTo(simMs),
      line: () => bedside.line(),
      order: () => this.#console.orderBeside(bedside.order()),
      deliver: (mgPerMin: number) => bedside.deliver(mgPerMin),
    };
    const usual = readPumpSettings({ ...settings, kind: 'syringe', pumps: [], air: [], kvoMlPerHour: 0 });
    this.#pumps = new BedsidePumps(side, usual, () => '');
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    for (const now of this.#pumps.until(input.simMs)) this.#moveTo(now);
    switch (input.type) {
      case 'connected':
      case 'disconnected':
        this.#isConnected = input.type === 'connected';
        this.#hangUp();
        return [];
      case 'received':
        if (this.#isReachable()) this.#hear(input.bytes, input.simMs);
        return this.#take();
      case 'tick':
        return this.#take();
    }
  }

  quietUntil(): number {
    return this.#pumps.quietUntil(this.#waiting[0]?.dueMs);
  }

  /** This device has one. */
  get #pump(): Pump | undefined {
    return this.#pumps.pumps[0];
  }

  #isReachable(): boolean {
    return this.#pump?.isOn === true && this.#bedside.line().isLinked;
  }

  #hangUp(): void {
    this.#rest = NO_BYTES;
    this.#waiting = [];
    this.#said = [];
  }

  #take(): readonly Uint8Array[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }

  #hear(bytes: Uint8Array, simMs: number): void {
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    const texts = cuts.flatMap((piece) => (piece.kind === 'frame' ? [latin1(piece.payload)] : []));
    const dueMs = simMs + this.#replyMs;
    this.#waiting = [...this.#waiting, ...texts.map((text) => ({ dueMs, text }))];
  }

  #moveTo(now: number): void {
    if (!this.#isReachable()) return this.#hangUp();
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= now);
    this.#waiting = this.#waiting.slice(due.length);
    for (const { text } of due) this.#answer(text);
  }

  #answer(text: string): void {
    const pump = this.#pump;
    if (!pump || !this.#isConnected || this.#mute.has(text)) return;
    const isQuestion = QUERIES.some((query) => query === text);
    if (!isQuestion) this.#onForbidden(text);
    const isDone = isQuestion ? !this.#isLocal : this.#obey(text, pump);
    const data = isDone ? dataOf(text, pump) : '';
    const command = text.slice(0, 4).padEnd(4, 'X');
    this.#said.push(encodeReply({ ack: isDone ? 'OK' : 'CE', command, status: statusOf(pump), data }));
  }

  /** @returns whether it did so. */
  #obey(text: string, pump: Pump): boolean {
    const [, command, digits] = /^([A-Z]{4})(\d{0,7})$/.exec(text) ?? [];
    const isStartedAtKeys = pump.run === 'running' && !this.#console.hasStarted;
    if (isStartedAtKeys) return false;
    switch (command) {
      case 'STRT':
        this.#console.command({ isStarted: true });
        return true;
      case 'STOP':
        this.#console.command({ isStarted: false });
        return true;
      case 'CHGR':
        if (digits) this.#console.command({ rateMlPerHour: Number(digits) / 10 });
        return digits !== '';
      case 'ZTOT':
        pump.resetCounter();
        return true;
      case 'CHKR':
        return Number(digits) === tenths(pump.order.rateMlPerHour);
      default:
        return false;
    }
  }
}

function statusOf({ run }: Pump): string {
  if (ALARMING.has(run)) return 'ALRM';
  return run === 'running' ? 'INFS' : 'STBY';
}

function dataOf(text: string, pump: Pump): string {
  // A bolus is nothing but another rate here.
  if (text === 'GETR') return String(tenths(pump.isBolus ? pump.rateMlPerHour : pump.order.rateMlPerHour));
  return text === 'TOTL' ? String(Math.min(MOST_TENTHS, Math.floor(10 * pump.volumeMl))) : '';
}

const tenths = (value: number): number => Math.min(MOST_TENTHS, Math.round(10 * value));
