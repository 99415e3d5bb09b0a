/**
 * A simulated New Era syringe pump on its computer port, in basic or safe mode.
 *
 *   question ── replyMs ──▶ reply: address, status or alarm, data          everything happens on the pump's own grid
 *
 * An alarm is told in the reply to the next command that the pump understands, and is over with that; in safe mode it is sent
 * unasked as well, which does not end it. A stall comes of a shut line or an empty syringe; a reset, of power that came.
 * Stopped by hand after a start it is paused, else stopped; that and how fast it replies are ours, the note does not say.
 *
 * Commands that change anything are reported as forbidden and obeyed, so that a laboratory's console can drive it.
 */
import { encodeReply } from '$drivers/pump-newera-ne1000/codec.ts';
import type { Data, Mode, Status } from '$drivers/pump-newera-ne1000/messages.ts';
import { BedsidePumps } from '$simulators/devices/bedside-pumps.ts';
import { GRID_MS, type Pump } from '$simulators/devices/pump.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { commandOf, NO_DATA, type Change, type Command, type Read } from './commands.ts';
import { LabConsole } from '$simulators/devices/lab-console.ts';
import { Receiver, type Heard } from './receiver.ts';
import { readNeweraSettings, type NeweraSettings } from './settings.ts';

/** Settings: see `settings.ts`. */
export const simulateNeweraNe1000 = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new NeweraPump(bedside, options);

const MAX_NUMBER = 9999;
const STALLING: ReadonlySet<Pump['run']> = new Set(['blocked', 'empty']);
const PER_ML_H = { UM: 1000 / 60, MM: 1 / 60, UH: 1000, MH: 1 } as const;

class NeweraPump implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: NeweraSettings;
  readonly #onForbidden: (what: string) => void;
  readonly #console: LabConsole;
  readonly #pumps: BedsidePumps;
  readonly #receiver = new Receiver();
  #waiting: readonly { readonly dueMs: number; readonly heard: Heard }[] = [];
  #said: Uint8Array[] = [];
  #isConnected = false;
  #mode: Mode;
  #address: number;
  #diameterMm: number;
  /** The letter of an alarm that nobody has read. */
  #alarm: string | undefined;
  #watchdogMs = Infinity;
  #heardAtMs = 0;
  #isOn = true;
  #hasRun = false;
  #run: Pump['run'] = 'stopped';

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readNeweraSettings(settings);
    this.#onForbidden = onForbidden;
    const { mode, address, diameterMm, isReset } = this.#settings;
    [this.#mode, this.#address, this.#diameterMm] = [mode, address, diameterMm];
    this.#alarm = isReset ? 'R' : undefined;
    this.#console = new LabConsole(bedside.order());
    const side = {
      advanceTo: (simMs: number) => bedside.advanceTo(simMs),
      line: () => bedside.line(),
      order: () => this.#console.orderBeside(bedside.order()),
      deliver: (mgPerMin: number) => bedside.deliver(mgPerMin),
    };
    this.#pumps = new BedsidePumps(side, this.#settings, () => '');
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
        if (this.#isReachable()) this.#queue(this.#receiver.hear(input.bytes, this.#mode, input.simMs), input.simMs);
        return this.#take();
      case 'tick':
        return this.#take();
    }
  }

  /** This device has one. */
  get #pump(): Pump | undefined {
    return this.#pumps.pumps[0];
  }

  #isReachable(): boolean {
    return this.#isOn && this.#bedside.line().isLinked;
  }

  #hangUp(): void {
    this.#receiver.forget();
    this.#waiting = [];
    this.#said = [];
  }

  #take(): readonly Uint8Array[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }

  #queue(heard: readonly Heard[], simMs: number): void {
    const dueMs = simMs + this.#settings.replyMs;
    this.#waiting = [...this.#waiting, ...heard.map((each) => ({ dueMs, heard: each }))];
  }

  #moveTo(now: number): void {
    this.#watch(now);
    if (!this.#isReachable()) return this.#hangUp();
    this.#queue(this.#receiver.giveUp(now), now);
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= now);
    this.#waiting = this.#waiting.slice(due.length);
    for (const { heard } of due) this.#answer(heard, now);
  }

  /** What the pump notices of itself. */
  #watch(now: number): void {
    const pump = this.#pump;
    if (!pump) return;
    if (pump.isOn && !this.#isOn) this.#wakeUp();
    this.#isOn = pump.isOn;
    if (pump.run !== this.#run && STALLING.has(pump.run)) this.#raise('S');
    this.#run = pump.run;
    this.#hasRun ||= pump.run === 'running';
    for (const { atMs, letter } of this.#settings.alarms) if (atMs > now - GRID_MS && atMs <= now) this.#raise(letter);
    if (now - this.#heardAtMs < this.#watchdogMs) return;
    this.#watchdogMs = Infinity;
    this.#console.command({ isStarted: false });
    this.#raise('T');
  }

  #wakeUp(): void {
    this.#mode = this.#settings.mode;
    this.#watchdogMs = Infinity;
    this.#hasRun = false;
    this.#alarm = 'R';
  }

  #raise(letter: string): void {
    this.#alarm = letter;
    if (this.#mode === 'safe' && this.#isReachable()) this.#say({ kind: 'alarm', letter }, NO_DATA);
  }

  #say(status: Status, data: Data, mode = this.#mode): void {
    if (this.#isConnected) this.#said.push(encodeReply({ mode, address: this.#address, status, data }));
  }

  #status(): Status {
    if (this.#pump?.run === 'running') return { kind: 'run', letter: 'I' };
    return { kind: 'run', letter: this.#hasRun && this.#pump?.run === 'stopped' ? 'P' : 'S' };
  }

  #answer(heard: Heard, now: number): void {
    if (heard.kind === 'bad-packet') return this.#say(this.#status(), { kind: 'error', code: 'COM' });
    const [, address, text = ''] = /^(\d{0,2})([^]*)$/.exec(heard.text) ?? [];
    if (address !== '' && Number(address) !== this.#address) return;
    this.#heardAtMs = now;
    const command = commandOf(text, { rate: this.#settings.rateUnit, volume: this.#settings.volumeUnit });
    if (command.kind === 'order' || command.kind === 'refused') this.#onForbidden(text);
    if (command.kind === 'unknown') return this.#say(this.#status(), { kind: 'error', code: '' });
    const mode = this.#mode;
    if (command.kind === 'order') this.#obey(command.change, now);
    if (this.#alarm === undefined) return this.#say(this.#status(), this.#dataOf(command), mode);
    this.#say({ kind: 'alarm', letter: this.#alarm }, NO_DATA, mode);
    this.#alarm = undefined;
  }

  #dataOf(command: Command): Data {
    if (command.kind === 'refused') return { kind: 'error', code: command.code };
    return command.kind === 'read' ? this.#read(command.read) : NO_DATA;
  }

  #read(read: Read): Data {
    const { model, version, rateUnit, volumeUnit } = this.#settings;
    const pump = this.#pump;
    if (!pump) return NO_DATA;
    const volume = (ml: number): number => Math.min(MAX_NUMBER, volumeUnit === 'UL' ? 1000 * ml : ml);
    switch (read) {
      case '':
        return NO_DATA;
      case 'VER':
        return { kind: 'version', model, version };
      case 'DIA':
        return { kind: 'diameter', mm: this.#diameterMm };
      case 'RAT': {
        // A bolus is nothing but another rate here.
        const mlPerHour = pump.isBolus ? pump.rateMlPerHour : pump.order.rateMlPerHour;
        return { kind: 'amount', value: Math.min(MAX_NUMBER, mlPerHour * PER_ML_H[rateUnit]), unit: rateUnit };
      }
      case 'VOL':
        return { kind: 'amount', value: volume(pump.order.vtbiMl), unit: volumeUnit };
      case 'DIS':
        return { kind: 'dispensed', infused: volume(pump.volumeMl), withdrawn: 0, unit: volumeUnit };
      case 'DIR':
        return { kind: 'direction', way: 'INF' };
      case 'PHN':
        return { kind: 'other', text: '1' };
    }
  }

  #obey(change: Change, now: number): void {
    switch (change.what) {
      case 'run':
        return this.#console.command({ isStarted: true });
      case 'stop':
        return this.#console.command({ isStarted: false });
      case 'clear':
        return this.#pump?.resetCounter();
      case 'rate':
        return this.#console.command({ rateMlPerHour: change.mlPerHour });
      case 'target':
        return this.#console.command({ vtbiMl: change.ml });
      case 'diameter':
        return void (this.#diameterMm = change.mm);
      case 'address':
        return void (this.#address = change.address);
      case 'watchdog':
        this.#mode = change.seconds > 0 ? 'safe' : 'basic';
        this.#watchdogMs = change.seconds > 0 ? 1000 * change.seconds : Infinity;
        this.#heardAtMs = now;
    }
  }
}
