/** One life of the core process: the real station and recorder, taken up from what is on disk, until it is killed. */
import { map, type Subscription } from 'rxjs';
import type { BedId, JournalEntry, RuleSet } from '$lib/domain/index.ts';
import { inProcessBus } from '$lib/bus/in-process.ts';
import type { Bus, StationEvent } from '$lib/bus/bus.ts';
import type { Snapshot } from '$lib/store/store.ts';
import { stationClock, type StationClock } from '$core/clock.ts';
import type { WardConfiguration } from '$core/configuration.ts';
import { NO_SURROUNDINGS, type CaptureDesk } from '$core/desk.ts';
import { RecorderClient, type Recorder } from '$core/recorder.ts';
import { recoverBed, resumeFrom } from '$core/recovery.ts';
import { RuleBook } from '$core/rule-book.ts';
import { Station } from '$core/station.ts';
import type { Connect, Link } from '$drivers/link.ts';
import type { VirtualTime } from '$simulators/virtual-time.ts';
import type { Disk } from './disk.ts';

export interface CoreOptions {
  readonly bed: BedId;
  readonly ward: WardConfiguration;
  readonly ruleSet: RuleSet;
  readonly time: VirtualTime;
  readonly wallMs: () => number;
  readonly disk: Disk;
  /** By the address in the configuration. */
  readonly cables: ReadonlyMap<string, Connect>;
  readonly onEvent: (event: StationEvent) => void;
  /** Hears every entry as it is handed to the recorder. */
  readonly onEntry: (entry: JournalEntry) => void;
}

export class Core {
  readonly clock: StationClock;
  readonly bus: Bus;
  readonly station: Station;
  readonly #recorder: RecorderClient;
  readonly #running: Subscription;
  /** What the station itself knew of the bed when it last wrote it down. */
  lastSnapshot: Snapshot | undefined;
  #isDead = false;

  constructor(options: CoreOptions) {
    const { bed, ward, ruleSet, time, wallMs, disk } = options;
    const recovered = disk.read((reader) => recoverBed(reader, bed));
    this.clock = stationClock(resumeFrom([recovered.state]), { monotonicMs: () => time.now(), wallMs });
    this.#recorder = new RecorderClient({ sink: disk.sink(), scheduler: time });
    this.station = new Station({
      ward,
      recovered: new Map([[bed, recovered]]),
      rules: new RuleBook({ presets: [ruleSet], save: () => Promise.resolve(), log: () => undefined }),
      version: 'simulation',
      clock: this.clock,
      scheduler: time,
      recorder: this.#watched(this.#recorder, options),
      open: (link) => {
        const connect = 'tcp' in link ? options.cables.get(link.tcp) : undefined;
        if (connect === undefined) throw new RangeError(`no cable at ${JSON.stringify(link)}`);
        return this.#mortal(connect);
      },
      desk: {
        ward,
        clock: this.clock,
        captures: NO_CAPTURES,
        save: () => Promise.reject(new Error('a simulated ward has no configuration file')),
        surroundings: NO_SURROUNDINGS,
      },
    });
    this.bus = inProcessBus(this.station);
    this.#running = this.bus.events$.subscribe((event) => {
      if (!this.#isDead) options.onEvent(event);
    });
    this.station.start();
  }

  /** kill -9: nothing more is said, written or told. */
  kill(disk: Disk): void {
    this.#isDead = true;
    this.#running.unsubscribe();
    disk.cut();
    this.station.stop();
    void this.#recorder.close();
  }

  /** An orderly end: everything is on disk when the returned promise resolves; time must pass for it. */
  async stop(): Promise<void> {
    this.#running.unsubscribe();
    this.station.stop();
    await this.#recorder.flushed();
    await this.#recorder.close();
  }

  #watched(recorder: RecorderClient, { onEntry }: CoreOptions): Recorder {
    return {
      status$: recorder.status$,
      entry: (entry) => {
        if (this.#isDead) return;
        onEntry(entry);
        recorder.entry(entry);
      },
      block: (bed, session, block) => recorder.block(bed, session, block),
      snapshot: (snapshot) => {
        if (this.#isDead) return;
        this.lastSnapshot = snapshot;
        recorder.snapshot(snapshot);
      },
    };
  }

  /** A dead process says no last words to its devices. */
  #mortal(connect: Connect): Connect {
    return (serial) =>
      connect(serial).pipe(
        map((link): Link => ({
          bytes$: link.bytes$,
          send: (bytes) => (this.#isDead ? Promise.resolve() : link.send(bytes)),
        })),
      );
  }
}

const NO_CAPTURES: CaptureDesk = {
  set: () => undefined,
  bytes: () => undefined,
  note: () => undefined,
  directoryOf: () => '',
  status: () => ({ isOn: false, writtenBytes: 0, droppedBytes: 0 }),
};
