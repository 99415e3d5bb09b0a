/** What the parts of the Devices page tell each other about a device that is yet to be added. */

export type LinkKind = 'serial' | 'tcp' | 'udp';

export interface Line {
  readonly baudRate: number;
  readonly dataBits: number;
  readonly parity: string;
  readonly stopBits: number;
  readonly rtscts: boolean;
}

/** What is known already: of a chosen port, of a probe, of a device that made itself known. */
export interface KnownDevice {
  readonly driver?: string;
  readonly link?: LinkKind;
  /** The path of the port, or the address. */
  readonly way?: string;
  readonly line?: Line;
}

export interface AnnouncedDevice {
  readonly driver: string;
  readonly link: { readonly tcp: string } | { readonly udp: string };
  readonly place: string;
}

/** The links of a driver and what it documents for them. */
export interface Reachable {
  readonly links: readonly LinkKind[];
  readonly line?: Line;
  readonly tcpPort?: number;
  readonly udpPort?: number;
}
