/**
 * A simulated Nonin oximeter. It runs by itself on a grid of 75 frames a second, whether anybody listens or not:
 *
 *   every frame       format 2 or 7: one frame with its sample; the numbers are taken at the first of 25
 *   every 75th        format 8 or ASCII: one reading · format 13: one spot check when the finger has been in for 6 s
 *   received          cut and decoded with the driver's own framing and codec: ACK and the new format, a framed reply, or NAK
 *
 * Settings: see `settings.ts`.
 */
import { fromLatin1 } from '$drivers/bytes.ts';
import { packNumbers, writeFrame } from '$drivers/nonin/codec-packets.ts';
import { civilTime, decode, writeDf8, writeLine, writeSpotCheck } from '$drivers/nonin/codec.ts';
import { cut, sealOperation } from '$drivers/nonin/framing.ts';
import {
  ACK,
  FORMAT_ITEM,
  FORMAT_NUMBERS,
  FRAMES_PER_PACKET,
  NAK,
  OPERATIONS,
  PLETH_HZ,
  STATUS,
  type PlethFormat,
} from '$drivers/nonin/layout-table.ts';
import type { BinaryFormat, Format, Message } from '$drivers/nonin/messages.ts';
import { covers } from '$simulators/devices/settings.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { asciiLine, df8Reading, packetNumbers, plethStep, show, spotCheck, statusByte, type Shown } from './screen.ts';
import { readOximeterSettings, type OximeterSettings } from './settings.ts';

/** The perfusion marks stand on about so many frames around a beat. */
const FRAMES_AROUND_BEAT = 12;
const SPOT_CHECK_AFTER_S = 6;
const TIMER_MASK = 0x3fff;
const SERIAL_NUMBER = '500123456';
/** The wording of the header is not known; this is ours. */
const HEADER = fromLatin1('SIMULATED OXIMETER\r\n');
const NOTHING: readonly Uint8Array[] = [];

type Command = Extract<Message, { kind: 'command' }>;

export const simulateNonin = (bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice =>
  new Oximeter(bedside, options);

class Oximeter implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #settings: OximeterSettings;
  readonly #onForbidden: (what: string) => void;
  #format: Format;
  #rest: Uint8Array = new Uint8Array(0);
  /** Frames are counted from simulated time 0, packets from the frame at which the oximeter or its format began. */
  #nextFrame = 0;
  #firstFrame = 0;
  #isOff = false;
  #packet: { readonly shown: Shown; readonly data: Uint8Array } | undefined;
  #timer = 0;
  #beatPhase = 0;
  #framesNearBeat = 0;
  #fingerInForS = 0;

  constructor(bedside: SimulatedBedside, { settings, onForbidden = () => undefined }: DeviceOptions) {
    this.#bedside = bedside;
    this.#settings = readOximeterSettings(settings);
    this.#onForbidden = onForbidden;
    this.#format = this.#settings.format;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    switch (input.type) {
      case 'connected':
        this.#rest = new Uint8Array(0);
        this.#nextFrame = Math.max(this.#nextFrame, Math.ceil((input.simMs * PLETH_HZ) / 1000));
        this.#packet = undefined;
        return NOTHING;
      case 'disconnected':
        return NOTHING;
      case 'tick':
        return this.#advance(input.simMs);
      case 'received':
        return [...this.#advance(input.simMs), ...this.#receive(input.bytes, input.simMs)];
    }
  }

  /** Everything that is sent up to this instant. With the cable out it goes on, and nobody gets it. */
  #advance(simMs: number): readonly Uint8Array[] {
    const sent: Uint8Array[] = [];
    for (let at = dueMs(this.#nextFrame); at <= simMs; at = dueMs(this.#nextFrame)) {
      this.#bedside.advanceTo(at);
      const said = this.#live(this.#nextFrame, at);
      if (this.#bedside.sensors().isLinked) sent.push(...said);
      this.#nextFrame += 1;
    }
    return sent;
  }

  #live(frame: number, simMs: number): readonly Uint8Array[] {
    const wasOff = this.#isOff;
    this.#isOff = this.#isOffAt(simMs);
    if (this.#isOff) return NOTHING;
    if (wasOff) this.#begin(this.#settings.format, frame);
    const header = wasOff && this.#format === 'ascii' ? [HEADER] : NOTHING;
    if (this.#format === 'df2' || this.#format === 'df7') return [this.#nextPlethFrame(this.#format, frame, simMs)];
    return frame % PLETH_HZ === 0 ? [...header, ...this.#secondly(simMs)] : header;
  }

  #isOffAt(simMs: number): boolean {
    return covers(this.#settings.off, simMs);
  }

  #begin(format: Format, frame: number): void {
    this.#format = format;
    this.#firstFrame = frame;
    this.#packet = undefined;
    this.#timer = 0;
    this.#fingerInForS = 0;
  }

  #nextPlethFrame(format: PlethFormat, frame: number, simMs: number): Uint8Array {
    const place = (frame - this.#firstFrame) % FRAMES_PER_PACKET;
    if (place === 0 || !this.#packet) {
      this.#timer = (this.#timer + 1) & TIMER_MASK;
      const shown = show(this.#bedside, this.#settings, simMs);
      this.#packet = { shown, data: packNumbers(packetNumbers(shown, this.#timer)) };
    }
    const { shown, data } = this.#packet;
    const status = statusByte(shown, this.#settings, this.#isNearBeat(shown)) | (place === 0 ? STATUS.sync : 0);
    const [percent = NaN] = shown.isOn ? this.#bedside.samples('pleth', PLETH_HZ, frame, 1) : [];
    return writeFrame(format, { status, pleth: plethStep(format, percent) }, data[place] ?? 0);
  }

  #isNearBeat({ beatsPerMinute }: Shown): boolean {
    this.#beatPhase += beatsPerMinute / 60 / PLETH_HZ;
    if (this.#beatPhase >= 1) {
      this.#beatPhase -= 1;
      this.#framesNearBeat = FRAMES_AROUND_BEAT + 1;
    }
    this.#framesNearBeat = Math.max(0, this.#framesNearBeat - 1);
    return this.#framesNearBeat > 0;
  }

  #secondly(simMs: number): readonly Uint8Array[] {
    const shown = show(this.#bedside, this.#settings, simMs);
    if (this.#format === 'ascii') {
      return [writeLine(asciiLine(shown, this.#settings.hasClock ? this.#clockMs(simMs) : undefined))];
    }
    if (this.#format === 'df8') return [writeDf8(df8Reading(shown))];
    this.#fingerInForS = shown.isOn ? this.#fingerInForS + 1 : 0;
    return this.#fingerInForS === SPOT_CHECK_AFTER_S
      ? [writeSpotCheck(spotCheck(shown, this.#clockMs(simMs)))]
      : NOTHING;
  }

  #clockMs(simMs: number): number {
    return this.#settings.epochS * 1000 + simMs;
  }

  #receive(bytes: Uint8Array, simMs: number): readonly Uint8Array[] {
    if (this.#settings.isOneWay || this.#isOffAt(simMs) || !this.#bedside.sensors().isLinked) return NOTHING;
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    return cuts.flatMap((piece) => {
      if (piece.kind === 'noise') return [];
      const decoded = decode(piece.payload);
      if (!decoded.ok) return [Uint8Array.of(NAK)];
      return decoded.message.kind === 'command' ? [this.#obey(decoded.message, simMs)] : [];
    });
  }

  #obey({ operation, data }: Command, simMs: number): Uint8Array {
    switch (operation) {
      case OPERATIONS.setFormat:
        return this.#setFormat(data);
      case OPERATIONS.dateTime:
        if (data.length > 0) this.#onForbidden('set the date and time');
        return sealOperation(OPERATIONS.dateTimeReply, Uint8Array.from(civilTime(this.#clockMs(simMs))));
      case OPERATIONS.serialNumber:
        return sealOperation(OPERATIONS.serialNumberReply, Uint8Array.of(FORMAT_ITEM, ...fromLatin1(SERIAL_NUMBER)));
      default:
        this.#onForbidden('set the Bluetooth timeout');
        return Uint8Array.of(NAK);
    }
  }

  /** With options a format is also set for every time the oximeter is switched on. */
  #setFormat(data: Uint8Array): Uint8Array {
    const [item, number] = data;
    const format = BINARY_FORMATS.find((known) => FORMAT_NUMBERS[known] === number);
    if (data.length > 2) this.#onForbidden('set a data format with options');
    if (item !== FORMAT_ITEM || format === undefined) return Uint8Array.of(NAK);
    this.#begin(format, this.#nextFrame);
    return Uint8Array.of(ACK);
  }
}

const BINARY_FORMATS: readonly BinaryFormat[] = ['df2', 'df7', 'df8', 'df13'];

/** When a frame is sent, in whole ms. */
const dueMs = (frame: number): number => Math.ceil((frame * 1000) / PLETH_HZ);
