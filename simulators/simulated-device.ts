/**
 * The other end of a wire: what a simulated device does with what it receives and with passing time.
 *
 * A device lives on simulated time, whole milliseconds since the scenario began. It is stepped by the host
 * (`run-simulator.ts` over TCP or a pty, a test over memory) and answers with bytes. The same seed, scenario and inputs
 * give the same bytes, whatever the steps are: devices emit on their own grid, not on the host's.
 */
export type DeviceInput =
  | { readonly type: 'connected'; readonly simMs: number }
  | { readonly type: 'received'; readonly simMs: number; readonly bytes: Uint8Array }
  | { readonly type: 'tick'; readonly simMs: number }
  | { readonly type: 'disconnected'; readonly simMs: number };

export interface SimulatedDevice {
  /** Bytes to put on the wire, in order. Called at least every 50 ms of simulated time while connected, quiet times apart. */
  step(input: DeviceInput): readonly Uint8Array[];
  /**
   * Until when, in simulated ms, a tick finds nothing to do unless something is received before: a host may leave those ticks
   * out. Absent in a device that moves at every tick.
   */
  quietUntil?(): number;
  /**
   * For devices on a network that serve one client at a time: what a datagram of somebody else is answered, which may be nothing.
   * @returns undefined when nobody is served: the sender may become the client.
   */
  turnAway?(bytes: Uint8Array): readonly Uint8Array[] | undefined;
}

/** Settings that every simulated device understands; a device may read further ones. */
export interface DeviceOptions {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Called when a message arrives that the real device would take as an order to change the therapy. Tests fail on it. */
  readonly onForbidden?: (what: string) => void;
}
