/** What the helper programs of `tests/bench` can be asked; imported by both ends. Times are ns of CLOCK_MONOTONIC. */
import type { Command } from '$lib/domain/index.ts';

/** When a reading with this number was judged, by terminal. */
export interface Sightings {
  readonly ports: readonly number[];
  readonly sequences: readonly number[];
  readonly ns: readonly number[];
}

/** A station in one process, devices on pseudo terminals, patients admitted, recorder on. */
export interface JudgingStationCalls {
  open(order: { readonly paths: readonly string[]; readonly directory: string }): Promise<void>;
  /** Everything judged so far, and CPU seconds used. */
  read(nothing: null): Sightings & { readonly cpuS: number };
  /** Stops devices and time, and waits for the disk. */
  close(nothing: null): Promise<void>;
  [name: string]: (argument: never) => unknown;
}

/** Nothing but open ports: when how many bytes had come, by terminal. */
export interface SerialFloorCalls {
  open(order: { readonly paths: readonly string[] }): Promise<void>;
  read(nothing: null): {
    readonly ports: readonly number[];
    readonly totals: readonly number[];
    readonly ns: readonly number[];
    readonly cpuS: number;
  };
  [name: string]: (argument: never) => unknown;
}

/** A relay from one port to web sockets, one message per frame, and nothing else. */
export interface RelayCalls {
  open(order: { readonly path: string }): Promise<{ readonly port: number }>;
  [name: string]: (argument: never) => unknown;
}

/** What one client saw of numbered readings. */
export interface Numbered {
  readonly sequences: readonly number[];
  readonly ns: readonly number[];
}

/** A client of the relay. */
export interface RelayClientCalls {
  open(order: { readonly port: number }): Promise<void>;
  read(nothing: null): Numbered;
  [name: string]: (argument: never) => unknown;
}

/** What all screens of a helper saw since `begin`. */
export interface ScreenTally {
  readonly seconds: number;
  /** Bytes from the station's sockets, all screens together, head and frame of every message included. */
  readonly wireBytes: number;
  /** Samples in wave frames, all screens together. */
  readonly samples: number;
  /** From the station's clock in a wave frame to its arrival, ms, of every frame at every screen. */
  readonly waveAgesMs: readonly number[];
  /** Readings with a number, at the first screen. */
  readonly readings: Numbered;
}

/** Alarm changes that the first screen knows of, by channel or by what it was told after it had been away. */
export interface AlarmAccount {
  readonly received: readonly number[];
  readonly toldOnReturn: readonly number[];
  /** Number of the last change that the screen has seen or was told of. */
  readonly lastNumber: number;
  readonly hellos: number;
}

export interface FrameSighting {
  readonly atMs: number;
  readonly ns: number;
}

/** Screens of a real station: say hello, echo heartbeats, answer for alarms, count what comes. */
export interface ScreensCalls {
  arrive(order: { readonly address: string; readonly count: number }): Promise<void>;
  /** @returns the refusal's sentence, or an empty string when it was carried out. */
  command(order: { readonly bed: string; readonly command: Command }): Promise<string>;
  begin(nothing: null): void;
  end(nothing: null): ScreenTally;
  /** Wave frames at the first screen since `begin`. */
  frames(nothing: null): readonly FrameSighting[];
  alarms(order: { readonly bed: string }): AlarmAccount;
  [name: string]: (argument: never) => unknown;
}

/** The floor of P6: a server that sends frames of so many samples and nothing else. */
export interface WardFloorCalls {
  open(order: {
    readonly beds: number;
    readonly samplesPerS: number;
    readonly tickMs: number;
  }): Promise<{ readonly port: number }>;
  [name: string]: (argument: never) => unknown;
}

export interface FloorViewersCalls {
  open(order: { readonly port: number; readonly count: number }): Promise<void>;
  begin(nothing: null): void;
  end(nothing: null): { readonly seconds: number; readonly wireBytes: number };
  [name: string]: (argument: never) => unknown;
}

/** A server of a minimal page that shows one alarm and draws waves: the floor of P3. */
export interface PageFloorCalls {
  open(order: { readonly path: string; readonly waves: number }): Promise<{ readonly address: string }>;
  [name: string]: (argument: never) => unknown;
}

/** A browser with an empty profile that looks at one page. */
export interface BrowserCalls {
  /** Resolves when the tile of this bed is there. */
  open(order: { readonly chromium: string; readonly address: string; readonly bed: string }): Promise<void>;
  /** When the tile of the bed, calm before, showed an alarm: one frame after it was drawn, and back over here. */
  sightings(nothing: null): readonly number[];
  close(nothing: null): Promise<void>;
  [name: string]: (argument: never) => unknown;
}
