/**
 * A simulated GE S/5 monitor on its serial computer interface.
 *
 *   received  cut and decoded with the driver's own framing and codec; what is not a right request is dropped in silence
 *   every 250 ms of simulated time (the grid): what is due of displayed records, trends and auxiliary records, one
 *   waveform record, and the alarm line when it changed
 *
 * A request takes effect at the next point of the grid. The contract has no RTS line: a connection that stays away for
 * more than 2 s stands for it, and stops the waveforms as a blocked line does.
 *
 * Settings: `driLevel` (10), `epochS` Unix seconds of simulated time 0 (2026-01-01), `clockOffsetS` error of the monitor's
 * clock (0), `isCaseOn` a patient case is started, without which there are no trends (true).
 */
import { decode, encodeRecord } from '$drivers/ge-s5-dri/codec.ts';
import { cut, frame } from '$drivers/ge-s5-dri/framing.ts';
import type { AlarmStatus, ClassKind, Content, Query } from '$drivers/ge-s5-dri/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import type { DeviceInput, DeviceOptions, SimulatedDevice } from '$simulators/simulated-device.ts';
import { NOTHING_SHOWN, showAlarms, showBasic, showClasses } from './screen.ts';
import { grantWaves, sampleBlock } from './waves.ts';

const GRID_MS = 250;
const ONCE_EVERY_MS = 5000;
const LEAST_INTERVAL_S = 5;
const ALARM_EVERY_MS = 2000;
const BLOCKED_LINE_MS = 2000;
const ALARM_LEVEL = 10;
const PLUG_ID = 1;
const TREND_INTERVALS_MS: Readonly<Partial<Record<RecordName, number>>> = { trend10s: 10_000, trend60s: 60_000 };

type RecordName = ClassKind | 'auxiliary';
type PhysiologicalQuery = Extract<Query, { type: 'physiological' }>;

interface Order {
  readonly classes: number;
  /** Undefined: once. */
  readonly everyMs?: number;
  readonly dueMs: number;
}

export function simulateGeS5Dri(bedside: SimulatedBedside, options: DeviceOptions): SimulatedDevice {
  return new Monitor(bedside, options.settings);
}

class Monitor implements SimulatedDevice {
  readonly #bedside: SimulatedBedside;
  readonly #level: number;
  readonly #epochS: number;
  readonly #isCaseOn: boolean;
  #rest: Uint8Array = new Uint8Array(0);
  #gridMs = 0;
  #hungUpAtMs: number | undefined;
  #shown = NOTHING_SHOWN;
  readonly #orders = new Map<RecordName, Order>();
  readonly #lastOnceMs = new Map<RecordName, number>();
  readonly #numbers = new Map<Content['kind'], number>();
  #waves: readonly number[] = [];
  #isFirstBlock = true;
  #alarms: { readonly follows: boolean; readonly isDue: boolean; readonly sentMs: number; readonly sent: string } = {
    follows: false,
    isDue: false,
    sentMs: -Infinity,
    sent: '',
  };

  constructor(bedside: SimulatedBedside, settings: DeviceOptions['settings']) {
    const { driLevel = 10, epochS = 1_767_225_600, clockOffsetS = 0, isCaseOn = true } = settings;
    this.#bedside = bedside;
    this.#level = Number(driLevel);
    this.#epochS = Number(epochS) + Number(clockOffsetS);
    this.#isCaseOn = isCaseOn === true;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    switch (input.type) {
      case 'connected':
        this.#answerTheLine(input.simMs);
        return [];
      case 'disconnected':
        this.#hungUpAtMs = input.simMs;
        return [];
      case 'tick':
        return this.#advance(input.simMs);
      case 'received': {
        const sent = this.#advance(input.simMs);
        this.#receive(input.bytes, input.simMs);
        return sent;
      }
    }
  }

  quietUntil(): number {
    return this.#gridMs + GRID_MS;
  }

  /** Nothing was sent while nobody listened. */
  #answerTheLine(simMs: number): void {
    const wasBlocked = this.#hungUpAtMs !== undefined && simMs - this.#hungUpAtMs > BLOCKED_LINE_MS;
    if (wasBlocked) this.#waves = [];
    this.#isFirstBlock = true;
    this.#rest = new Uint8Array(0);
    this.#gridMs = Math.floor(simMs / GRID_MS) * GRID_MS;
  }

  #receive(bytes: Uint8Array, simMs: number): void {
    if (!this.#bedside.sensors().isLinked) return;
    const { rest, cuts } = cut(this.#rest, bytes);
    this.#rest = rest;
    for (const piece of cuts) {
      const decoded = piece.kind === 'frame' ? decode(piece.payload) : undefined;
      if (decoded?.ok && decoded.message.kind === 'request') this.#obey(decoded.message.query, simMs);
    }
  }

  #obey(query: Query, simMs: number): void {
    switch (query.type) {
      case 'physiological':
        return this.#order(query, simMs);
      case 'waveform':
        this.#waves = query.action === 'start' ? grantWaves(query.waveforms) : [];
        this.#isFirstBlock = true;
        return;
      case 'alarm':
        if (this.#level < ALARM_LEVEL || ![0, 2, 3].includes(query.command)) return;
        this.#alarms = {
          ...this.#alarms,
          isDue: query.command !== 3,
          follows: query.command === 0 ? this.#alarms.follows : query.command === 2,
        };
    }
  }

  #order({ record, intervalS, classes }: PhysiologicalQuery, simMs: number): void {
    if (intervalS === 0) return void this.#orders.delete(record);
    const dueMs = this.#gridMs + GRID_MS;
    if (intervalS === -1) {
      if (simMs - (this.#lastOnceMs.get(record) ?? -Infinity) < ONCE_EVERY_MS) return;
      this.#lastOnceMs.set(record, simMs);
      if (!this.#orders.has(record)) this.#orders.set(record, { classes, dueMs });
      return;
    }
    const trendMs = TREND_INTERVALS_MS[record];
    const isLegal = intervalS > 0 && (trendMs !== undefined || intervalS >= LEAST_INTERVAL_S);
    if (isLegal) this.#orders.set(record, { classes, dueMs, everyMs: trendMs ?? intervalS * 1000 });
  }

  /** Everything that the monitor sends up to this instant. With the cable out it goes on, and nobody gets it. */
  #advance(simMs: number): readonly Uint8Array[] {
    const sent: Uint8Array[] = [];
    while (this.#gridMs + GRID_MS <= simMs) {
      this.#gridMs += GRID_MS;
      this.#bedside.advanceTo(this.#gridMs);
      const contents = [...this.#dueRecords(), ...this.#dueWaves(), ...this.#dueAlarms()];
      const frames = contents.map((content) => this.#seal(content));
      if (this.#bedside.sensors().isLinked) sent.push(...frames);
    }
    return sent;
  }

  #dueRecords(): readonly Content[] {
    const due = [...this.#orders].filter(([, { dueMs }]) => dueMs <= this.#gridMs);
    return due.flatMap(([record, { classes, everyMs, dueMs }]): readonly Content[] => {
      if (everyMs === undefined) this.#orders.delete(record);
      else this.#orders.set(record, { classes, everyMs, dueMs: dueMs + everyMs });
      if (record === 'auxiliary') return [this.#showAuxiliary()];
      const isAllowed = record === 'displayed' || (this.#isCaseOn && this.#orders.has('displayed'));
      return isAllowed ? this.#show(record, classes) : [];
    });
  }

  /** Nothing when every class was denied. */
  #show(kind: ClassKind, classBits: number): readonly Content[] {
    this.#shown = showBasic(this.#bedside, this.#gridMs, this.#shown);
    const classes = showClasses(kind, classBits, this.#deviceTime(this.#gridMs), this.#shown);
    return classes.length > 0 ? [{ kind: 'physiological', classes }] : [];
  }

  #showAuxiliary(): Content {
    const { last } = this.#bedside.cuff();
    const nibpTime = last ? this.#deviceTime(last.endedAtMs) : 0;
    const auxiliary = { nibpTime, cardiacOutputTime: 0, wedgeTime: 0, bodySurface: 'invalid' } as const;
    return { kind: 'physiological', classes: [], auxiliary };
  }

  #dueWaves(): readonly Content[] {
    const from = this.#gridMs - GRID_MS;
    const blocks = this.#waves.flatMap(
      (type) => sampleBlock(this.#bedside, type, from, this.#gridMs, this.#isFirstBlock) ?? [],
    );
    if (blocks.length === 0) return [];
    this.#isFirstBlock = false;
    return [{ kind: 'waveform', blocks }];
  }

  /** On request the line as it is; while followed each change, at most one every 2 s. */
  #dueAlarms(): readonly Content[] {
    const { follows, isDue, sentMs, sent } = this.#alarms;
    if (!isDue && !follows) return [];
    const status: AlarmStatus = showAlarms(this.#bedside);
    const line = JSON.stringify(status);
    const hasChanged = follows && line !== sent && this.#gridMs - sentMs >= ALARM_EVERY_MS;
    if (!isDue && !hasChanged) return [];
    this.#alarms = { follows, isDue: false, sentMs: this.#gridMs, sent: line };
    return [{ kind: 'alarm', status }];
  }

  /** Every main type counts its records by itself. */
  #seal(content: Content): Uint8Array {
    const number = this.#numbers.get(content.kind) ?? 0;
    this.#numbers.set(content.kind, (number + 1) & 0xff);
    const header = { number, level: this.#level, plugId: PLUG_ID, time: this.#deviceTime(this.#gridMs) };
    return frame(encodeRecord(header, content));
  }

  #deviceTime(simMs: number): number {
    return this.#epochS + Math.floor(simMs / 1000);
  }
}
