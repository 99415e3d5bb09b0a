/** What the monitor says about itself, in its presentation and when it announces itself. */
import { attributeOf, isRead, readValue } from './attributes.ts';
import type { Attribute } from './messages.ts';
import { ATTRIBUTE } from './protocol-codes.ts';
import { readLabel, readText } from './texts.ts';
import { readAbsoluteTime } from './values.ts';

/** The monitor's two clocks at one instant: ms since 1970 on its wall clock without a zone, and its ticks. */
export interface ClockPair {
  readonly wallMs: number;
  readonly ticks: number;
}

export interface SystemInformation {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly bedLabel?: string;
  readonly operatingMode?: number;
  readonly clock?: ClockPair;
}

/** What of it these attributes have; what cannot be read is left out. */
export function readSystem(attributes: readonly Attribute[]): SystemInformation {
  const names = readValue(attributes, ATTRIBUTE.model, (reader) => ({
    manufacturer: readLabel(reader),
    model: readLabel(reader),
  }));
  const bed = attributeOf(attributes, ATTRIBUTE.bedLabel);
  const bedLabel = bed && readText(bed);
  const operatingMode = readValue(attributes, ATTRIBUTE.operatingMode, (reader) => reader.u16());
  const clock = readClock(attributes);
  return {
    ...(isRead(names) && names),
    ...(bedLabel && { bedLabel }),
    ...(isRead(operatingMode) && { operatingMode }),
    ...(clock && { clock }),
  };
}

function readClock(attributes: readonly Attribute[]): ClockPair | undefined {
  const wall = attributeOf(attributes, ATTRIBUTE.absoluteTime);
  const ticks = readValue(attributes, ATTRIBUTE.relativeTime, (reader) => reader.u32());
  const wallMs = wall && readAbsoluteTime(wall);
  return wallMs === undefined || !isRead(ticks) ? undefined : { wallMs, ticks };
}

/** Where an announced monitor can be reached for its data. */
export interface Announcement {
  readonly address: string;
  readonly port: number;
  readonly model?: string;
}

const APPLICATION_DATA_OUT = 5;
const TRANSPORT_UDP = 1;
const MAC_BYTES = 6;

/** @returns undefined when the announcement names no address, or no data output over UDP. */
export function readAnnouncement(attributes: readonly Attribute[]): Announcement | undefined {
  const address = readValue(attributes, ATTRIBUTE.networkAddress, (reader) => {
    reader.take(MAC_BYTES);
    return [reader.u8(), reader.u8(), reader.u8(), reader.u8()].join('.');
  });
  const protocols = readValue(attributes, ATTRIBUTE.protocolSupport, (reader) =>
    reader.list((item) => ({
      application: item.u16(),
      transport: item.u16(),
      port: item.u16(),
      options: item.u16(),
    })),
  );
  if (!isRead(address) || !isRead(protocols)) return undefined;
  const output = protocols.find((it) => it.application === APPLICATION_DATA_OUT && it.transport === TRANSPORT_UDP);
  const { model } = readSystem(attributes);
  return output && { address, port: output.port, ...(model !== undefined && { model }) };
}
