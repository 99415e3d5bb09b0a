/** One simulated session from its draw to its end: all processes, devices and people in one virtual time. */
import { bedId, SECOND_MS, type JournalEntry, type RuleSet } from '$lib/domain/index.ts';
import type { StationEvent } from '$lib/bus/bus.ts';
import type { VerifyReport } from '$lib/store/store.ts';
import type { BedView } from '$lib/realtime/index.ts';
import type { WardConfiguration } from '$core/configuration.ts';
import type { FaultCounts } from '$simulators/devices/faults.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { Chance } from '../chance.ts';
import type { SessionDraw } from '../draw.ts';
import { Core } from './core.ts';
import { Disk } from './disk.ts';
import { Cable } from './links.ts';
import { SimulatedNurse } from './nurse.ts';
import { SimulatedScreen } from './screen.ts';
import type { TruthSample } from './truth.ts';
import { Web } from './web.ts';

export const BED = bedId('bed-1');
const EPOCH_S = 1_767_225_600;
/** Answers of the station to commands travel as promises: they are let through this often. */
const SLICE_MS = 250;

/** Everything that a session left behind, for those who check it. */
export interface Course {
  readonly draw: SessionDraw;
  readonly ruleSet: RuleSet;
  /** As it is on disk. */
  readonly journal: readonly JournalEntry[];
  /** As the cores handed it to the recorder, lost tails included. */
  readonly handed: readonly JournalEntry[];
  readonly verified: VerifyReport;
  /** The bed's state as the last core wrote it down at its end. */
  readonly lastState: { readonly at: number; readonly json: string };
  readonly truth: readonly TruthSample[];
  readonly screens: readonly ScreenEnd[];
  /** What the station itself would have shown at the end. */
  readonly shown: BedView | undefined;
  /** A screen that had been well for a while and did not show the alarms of the station. */
  readonly disagreements: readonly string[];
  readonly forbidden: readonly string[];
  readonly faults: FaultTally;
}

export interface ScreenEnd {
  readonly isConnected: boolean;
  readonly view: BedView | undefined;
  readonly holes: number;
}

export type FaultTally = Readonly<Record<string, number>>;

export async function liveThrough(draw: SessionDraw, ruleSet: RuleSet): Promise<Course> {
  const ward = new SimulatedWard(draw, ruleSet);
  try {
    return await ward.live();
  } finally {
    ward.remove();
  }
}

class SimulatedWard {
  readonly #draw: SessionDraw;
  readonly #ruleSet: RuleSet;
  readonly #time = new VirtualTime();
  readonly #patient: SimulatedBedside;
  readonly #cables: readonly Cable[];
  readonly #disk: Disk;
  readonly #configuration: WardConfiguration;
  readonly #handed: JournalEntry[] = [];
  readonly #truth: TruthSample[] = [];
  readonly #disagreements: string[] = [];
  readonly #screens: readonly SimulatedScreen[];
  readonly #nurse: SimulatedNurse;
  #core: Core | undefined;
  #web: Web | undefined;
  #wallStepMs = 0;
  #alarmToldMs = 0;
  #kills = 0;
  #webEnds = 0;

  constructor(draw: SessionDraw, ruleSet: RuleSet) {
    this.#draw = draw;
    this.#ruleSet = ruleSet;
    const time = this.#time;
    this.#patient = createBedside(draw.scenario, draw.bedsideSeed);
    this.#cables = draw.devices.map((device) => new Cable(device, this.#patient, time, EPOCH_S));
    this.#disk = new Disk(time, Chance.of(draw.seed, draw.session, 'disk'), draw.disk);
    this.#configuration = {
      beds: [
        {
          bed: BED,
          label: 'Bed 1',
          devices: draw.devices.map(({ driver, role, settings }, n) => ({
            ...{ id: `device-${n}`, driver, label: `${role} ${n}`, link: { tcp: addressOf(n) }, isSimulated: true },
            settings: 'waveforms' in settings ? { waveforms: settings['waveforms'] } : {},
          })),
        },
      ],
    };
    this.#startCore();
    this.#startWeb();
    this.#screens = draw.screens.map((screen) => new SimulatedScreen(screen, time, () => this.#web?.server));
    const [first] = this.#screens;
    if (first === undefined) throw new RangeError('a nurse needs a screen');
    this.#nurse = new SimulatedNurse(draw, BED, first);
    this.#planTroubles();
  }

  async live(): Promise<Course> {
    const { lengthMs } = this.#draw;
    for (let nowMs = 0; nowMs < lengthMs;) {
      nowMs += SLICE_MS;
      this.#time.runTo(nowMs);
      await settled();
      if (nowMs % SECOND_MS === 0) this.#everySecond(nowMs);
    }
    return this.#end();
  }

  remove(): void {
    this.#disk.remove();
  }

  #everySecond(nowMs: number): void {
    this.#patient.advanceTo(nowMs);
    this.#nurse.look(nowMs);
    const isWell = (cable: Cable): boolean => isCarrying(cable.draw, nowMs);
    this.#truth.push({
      simMs: nowMs,
      at: this.#core?.clock.now(),
      physiology: this.#patient.physiology(),
      sensors: this.#patient.sensors(),
      cuff: this.#patient.cuff().last,
      areMonitorsWell: this.#cables.filter(({ draw }) => draw.role === 'monitor').every(isWell),
    });
    if (nowMs % (10 * SECOND_MS) === 0) this.#compareScreens(nowMs);
  }

  /** A screen that is well for a while shows the station's alarms, unless one has just been told. */
  #compareScreens(nowMs: number): void {
    const core = this.#core;
    if (core === undefined || nowMs - this.#alarmToldMs < 2000) return;
    const [view] = core.station.snapshot().beds;
    for (const [n, screen] of this.#screens.entries()) {
      if (nowMs - screen.wellSinceMs < 15_000 || !screen.isConnected) continue;
      const seen = screen.view(BED);
      if (seen?.alarmNumber === view?.alarmNumber && alarmText(seen) === alarmText(view)) continue;
      this.#disagreements.push(
        `screen ${n} at ${nowMs} ms shows alarm change ${seen?.alarmNumber ?? 'none'}, the station is at ${view?.alarmNumber ?? 'none'}`,
      );
    }
  }

  #planTroubles(): void {
    const { kills, webRestarts, clockSteps } = this.#draw;
    const at = (ms: number, work: () => void): void =>
      void this.#time.schedule(work, Math.max(0, ms - this.#time.now()));
    for (const { atMs, downMs } of kills) {
      at(atMs, () => this.#killCore());
      at(atMs + downMs, () => this.#startCore());
    }
    for (const { fromMs, forMs } of webRestarts) {
      at(fromMs, () => this.#endWeb());
      at(fromMs + forMs, () => this.#startWeb());
    }
    for (const { atMs, byMs } of clockSteps) at(atMs, () => (this.#wallStepMs += byMs));
  }

  #startCore(): void {
    if (this.#core !== undefined) return;
    this.#core = new Core({
      bed: BED,
      ward: this.#configuration,
      ruleSet: this.#ruleSet,
      time: this.#time,
      wallMs: () => EPOCH_S * SECOND_MS + this.#wallStepMs + this.#time.now(),
      disk: this.#disk,
      cables: new Map(this.#cables.map(({ connect }, n) => [addressOf(n), connect])),
      onEvent: (event) => this.#onEvent(event),
      onEntry: (entry) => this.#handed.push(entry),
    });
  }

  #killCore(): void {
    if (this.#core === undefined) return;
    this.#core.kill(this.#disk);
    this.#core = undefined;
    this.#kills += 1;
    this.#web?.hear({ type: 'lost' });
  }

  #onEvent(event: StationEvent): void {
    if (event.type === 'alarm') this.#alarmToldMs = this.#time.now();
    this.#web?.hear(event);
  }

  #startWeb(): void {
    if (this.#web !== undefined) return;
    this.#web = new Web(this.#time, this.#disk, () => this.#core?.bus);
    if (this.#core) this.#web.hear({ type: 'snapshot', snapshot: this.#core.station.snapshot() });
  }

  #endWeb(): void {
    if (this.#web === undefined) return;
    this.#web.end();
    this.#web = undefined;
    this.#webEnds += 1;
    this.#core?.bus.report({});
  }

  async #end(): Promise<Course> {
    const core = this.#core;
    if (core === undefined) throw new Error('the core must live at the end');
    const stopped = core.stop();
    const [shown] = core.station.snapshot().beds;
    this.#core = undefined;
    for (let i = 0; i < 100; i += 1) {
      this.#time.runTo(this.#time.now() + 10);
      await settled();
    }
    const screens = this.#screens.map((screen) => ({
      isConnected: screen.isConnected,
      view: screen.view(BED),
      holes: screen.holes,
    }));
    this.#time.runTo(this.#time.now() + 20 * SECOND_MS);
    await settled();
    await stopped;
    this.#web?.end();
    const [journal, verified] = this.#disk.read((reader) => [[...reader.entries(BED, 1)], reader.verify()]);
    return {
      ...{ draw: this.#draw, ruleSet: this.#ruleSet, journal, handed: this.#handed, verified, truth: this.#truth },
      ...{ screens, shown, disagreements: this.#disagreements, faults: this.#tally(screens, journal) },
      lastState: { at: core.lastSnapshot?.at ?? 0, json: JSON.stringify(core.lastSnapshot?.state) },
      forbidden: this.#cables.flatMap(({ forbidden }) => forbidden),
    };
  }

  #tally(screens: readonly ScreenEnd[], journal: readonly JournalEntry[]): FaultTally {
    const { clockSteps, disk, screens: drawn, devices } = this.#draw;
    const counts = this.#cables.map((cable) => cable.counts);
    const sum = (of: keyof FaultCounts): number => counts.reduce((total, one) => total + one[of], 0);
    const outages = this.#cables.reduce((total, cable) => total + cable.outages, 0);
    return {
      bytesSent: sum('bytesOut'),
      bytesLost: sum('lostBytes'),
      bytesDoubled: sum('doubledBytes'),
      bitsFlipped: sum('flippedBits'),
      noiseBytes: sum('noiseBytes'),
      chunksDelayed: sum('delayedChunks'),
      linkOutages: outages,
      deviceRestarts: devices.flatMap(({ outages: all }) => all.filter(({ isRestart }) => isRestart)).length,
      coreKills: this.#kills,
      entriesLostInKills: this.#handed.length - journal.length,
      webRestarts: this.#webEnds,
      clockSteps: clockSteps.length,
      diskTroubles: disk.length,
      screenTroubles: drawn.reduce((total, { troubles }) => total + troubles.length, 0),
      holesNoticed: screens.reduce((total, { holes }) => total + holes, 0),
      refusedCommands: this.#nurse.refusals,
    };
  }
}

const addressOf = (n: number): string => `device-${n}:1`;

const alarmText = (view: BedView | undefined): string =>
  (view?.alarms ?? [])
    .map((alarm) => JSON.stringify(alarm))
    .sort()
    .join('\n');

/** Long enough for the promises of one command. */
async function settled(): Promise<void> {
  for (let i = 0; i < 6; i += 1) await Promise.resolve();
}

/** Nothing is out, damaged or slow at this moment. */
function isCarrying({ outages, faults }: SessionDraw['devices'][number], nowMs: number): boolean {
  const isIn = ({ fromMs, forMs }: { readonly fromMs: number; readonly forMs: number }): boolean =>
    nowMs >= fromMs && nowMs < fromMs + forMs;
  return !outages.some(isIn) && !(faults.spells ?? []).some(isIn) && faults.noise === undefined;
}
