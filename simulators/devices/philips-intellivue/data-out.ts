/**
 * What one association gets to see: answers to polls, the streams that go on by themselves, the lists of priorities.
 *
 *   every 1024 ms   numbers, and half a period later alarms       every 256 ms   a block of each wave
 *
 * A wave block leaves 1408 ms after its first sample, as with a real monitor; every fourth one carries the context of one
 * wave, in turn.
 */
import type {
  Attribute,
  Content,
  PollContext,
  PolledObject,
  PollRequest,
} from '$drivers/philips-intellivue/messages.ts';
import { attributeOf } from '$drivers/philips-intellivue/attributes.ts';
import { ATTRIBUTE, CLASS, GROUP, OPERATOR } from '$drivers/philips-intellivue/protocol-codes.ts';
import { NO_ABSOLUTE_TIME } from '$drivers/philips-intellivue/values.ts';
import { Reader, list, words } from '$drivers/philips-intellivue/wire.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { showAlerts, writeAlerts } from './alerts.ts';
import { toChain } from './chain.ts';
import { showNumerics } from './numerics.ts';
import { inGroup } from './objects.ts';
import type { MonitorSettings } from './settings.ts';
import { presentSystem, type Agreement } from './system.ts';
import { BLOCK_MS, grantWaves, showWave, showWaveContext } from './waves.ts';

/** The grid on which everything periodic stands. */
export const GRID_MS = 64;
const NUMBERS_MS = 1024;
const ALERTS_AT_MS = 512;
const WAVE_LATENESS_MS = 1408;
const CONTEXT_EVERY = 4;
const TICKS_PER_MS = 8;

const ERROR = { noClass: 0, accessDenied: 2, cannotGet: 7, cannotSet: 8 } as const;
const CALCULATED = 0;
const MEASURED = 1;
const ALERT_MONITOR_HANDLE = 0x0041;
const PATIENT_EMPTY = 0;

interface Stream {
  readonly invokeId: number;
  readonly request: PollRequest;
  readonly untilMs: number;
  readonly sequence: number;
}

export interface Surroundings {
  readonly bedside: SimulatedBedside;
  readonly settings: MonitorSettings;
  readonly agreement: Agreement;
  /** When the monitor was switched on, simulated ms; its ticks at an instant; which association this is. */
  readonly bootMs: number;
  readonly ticksAt: (simMs: number) => number;
  readonly associations: number;
}

export class DataOut {
  readonly #around: Surroundings;
  readonly #streams = new Map<number, Stream>();
  readonly #priorities = new Map<number, Uint8Array>();
  #alerts = '';
  #changes = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  poll({ invokeId, request }: Extract<Content, { kind: 'poll' }>, simMs: number): readonly Content[] {
    const { type, isExtended } = request;
    if (!POLLABLE.has(type.code)) return [error(invokeId, ERROR.noClass)];
    if (type.code === CLASS.waves && !this.#hasWaves()) return [error(invokeId, ERROR.accessDenied)];
    const running = this.#streams.get(type.code);
    const period = isExtended ? attributeOf(request.attributes, ATTRIBUTE.pollPeriod) : undefined;
    const untilMs = period ? simMs + new Reader(period).u32() / TICKS_PER_MS : undefined;
    // A real monitor goes on with its waves and does not answer a renewal.
    if (running && untilMs !== undefined && type.code === CLASS.waves && running.request.group === request.group) {
      this.#streams.set(type.code, { ...running, untilMs });
      return [];
    }
    const stream: Stream = { invokeId, request, untilMs: untilMs ?? simMs, sequence: 0 };
    if (untilMs !== undefined) this.#streams.set(type.code, stream);
    return this.#result(stream, this.#around.ticksAt(simMs), this.#show(request, simMs));
  }

  get({ invokeId, attributes }: Extract<Content, { kind: 'get' }>): Content {
    if (!attributes.every((id) => PRIORITY_LISTS.has(id))) return error(invokeId, ERROR.cannotGet);
    const got = attributes.map((id) => ({ id, value: this.#priorities.get(id) ?? list([]) }));
    return { kind: 'got', invokeId, attributes: got };
  }

  /** Replaces a list or forgets it. Anything else the monitor does not know how to set. */
  set({ invokeId, modifications }: Extract<Content, { kind: 'set' }>): Content {
    const isLegal = modifications.every(
      ({ operator, attribute }) =>
        PRIORITY_LISTS.has(attribute.id) && (operator === OPERATOR.replace || operator === OPERATOR.setToDefault),
    );
    if (!isLegal) return error(invokeId, ERROR.cannotSet);
    const isOfWaves = modifications.some(({ attribute }) => attribute.id === ATTRIBUTE.wavePriorities);
    if (isOfWaves && !this.#hasWaves()) return error(invokeId, ERROR.accessDenied);
    const attributes = modifications.map(({ operator, attribute }): Attribute => {
      const value = operator === OPERATOR.replace ? attribute.value : list([]);
      this.#priorities.set(attribute.id, value);
      return { id: attribute.id, value };
    });
    return { kind: 'was-set', invokeId, attributes };
  }

  /** What is due at this point of the grid. */
  due(gridMs: number): readonly Content[] {
    const sinceBootMs = gridMs - this.#around.bootMs;
    return [...this.#streams].flatMap(([code, stream]): readonly Content[] => {
      if (gridMs > stream.untilMs) {
        this.#streams.delete(code);
        return [];
      }
      const latenessMs = code === CLASS.waves ? WAVE_LATENESS_MS : 0;
      if (!isDue(code, sinceBootMs)) return [];
      const next = { ...stream, sequence: (stream.sequence % 0xffff) + 1 };
      this.#streams.set(code, next);
      const contexts =
        code === CLASS.waves ? this.#showBlocks(next, gridMs - latenessMs) : this.#show(stream.request, gridMs);
      return this.#result(next, this.#around.ticksAt(gridMs - latenessMs), contexts);
    });
  }

  #hasWaves(): boolean {
    const { settings, agreement } = this.#around;
    return agreement.hasWaves && !settings.deniesWaves;
  }

  #waves(): readonly number[] {
    const value = this.#priorities.get(ATTRIBUTE.wavePriorities) ?? list([]);
    return grantWaves(
      new Reader(value).list((item) => item.u32()),
      this.#around.settings,
    );
  }

  #show({ type, group }: PollRequest, simMs: number): readonly PollContext[] {
    const { bedside, settings, associations, ticksAt } = this.#around;
    switch (type.code) {
      case CLASS.numerics:
        return measured(showNumerics(bedside, settings).map((object) => inGroup(object, group)));
      case CLASS.waves:
        return measured(this.#waves().map((id) => contextObject(showWaveContext(id, simMs, settings))));
      case CLASS.alerts:
        return calculated(ALERT_MONITOR_HANDLE, group === GROUP.alertMonitor ? this.#showAlerts() : ALERT_IDENTITY);
      case CLASS.patient:
        return calculated(0, [{ id: ATTRIBUTE.patientState, value: words(PATIENT_EMPTY) }]);
      default:
        return calculated(0, presentSystem(settings, { simMs, ticks: ticksAt(simMs), associations }));
    }
  }

  #showAlerts(): readonly Attribute[] {
    const alerts = showAlerts(this.#around.bedside);
    const text = JSON.stringify(alerts);
    if (text !== this.#alerts) this.#changes += 1;
    this.#alerts = text;
    return writeAlerts(alerts, this.#changes);
  }

  #showBlocks({ request, sequence }: Stream, fromMs: number): readonly PollContext[] {
    const { bedside, settings } = this.#around;
    const waves = this.#waves();
    const hasContext = request.group === GROUP.all && sequence % CONTEXT_EVERY === 0;
    const turn = hasContext ? waves[(sequence / CONTEXT_EVERY) % waves.length] : undefined;
    const objects = waves.flatMap((id) => {
      const context = id === turn ? showWaveContext(id, fromMs, settings) : [];
      return showWave(id, bedside, fromMs, settings, context) ?? [];
    });
    return measured(objects);
  }

  #result(
    { invokeId, request, sequence }: Stream,
    ticks: number,
    contexts: readonly PollContext[],
  ): readonly Content[] {
    const { isExtended, pollNumber, type, group } = request;
    const head = { isExtended, pollNumber, relativeTime: ticks, absoluteTime: NO_ABSOLUTE_TIME, type, group };
    return toChain(contexts, this.#around.agreement.mtu).map(({ part, contexts: some }) => ({
      kind: 'polled',
      invokeId,
      part,
      result: { ...head, ...(isExtended && { sequence }), contexts: some },
    }));
  }
}

const POLLABLE: ReadonlySet<number> = new Set([
  CLASS.numerics,
  CLASS.waves,
  CLASS.alerts,
  CLASS.patient,
  CLASS.system,
  CLASS.enumerations,
]);
const PRIORITY_LISTS: ReadonlySet<number> = new Set([ATTRIBUTE.wavePriorities, ATTRIBUTE.numericPriorities]);

const ALERT_IDENTITY: readonly Attribute[] = [
  { id: ATTRIBUTE.handle, value: words(ALERT_MONITOR_HANDLE) },
  { id: ATTRIBUTE.type, value: words(1, CLASS.alerts) },
];

function isDue(code: number, sinceBootMs: number): boolean {
  if (code === CLASS.waves) {
    return sinceBootMs >= WAVE_LATENESS_MS && (sinceBootMs - WAVE_LATENESS_MS) % BLOCK_MS === 0;
  }
  return sinceBootMs % NUMBERS_MS === (code === CLASS.alerts ? ALERTS_AT_MS : 0);
}

const error = (invokeId: number, code: number): Content => ({
  kind: 'error',
  invokeId,
  error: code,
  data: new Uint8Array(0),
});

/** What is measured stands in a context of its own; that of calculated values is there and empty. */
const measured = (objects: readonly PolledObject[]): readonly PollContext[] => [
  { context: CALCULATED, objects: [] },
  { context: MEASURED, objects },
];

const calculated = (handle: number, attributes: readonly Attribute[]): readonly PollContext[] => [
  { context: CALCULATED, objects: [{ handle, attributes }] },
];

/** The handle is the first attribute of a context. */
const contextObject = (attributes: readonly Attribute[]): PolledObject => ({
  handle: new Reader(attributeOf(attributes, ATTRIBUTE.handle) ?? new Uint8Array(2)).u16(),
  attributes,
});
