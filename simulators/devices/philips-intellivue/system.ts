/** What the simulated monitor says of itself, in the words and the order of a real one. */
import { concatBytes, fromHex, fromLatin1 } from '$drivers/bytes.ts';
import { writePollProfile } from '$drivers/philips-intellivue/association.ts';
import type { Attribute, PollProfile, UserInformation } from '$drivers/philips-intellivue/messages.ts';
import {
  ATTRIBUTE,
  EXT_OPTIONS,
  OPERATING_MODE,
  STARTUP,
  SYSTEM_TYPE,
} from '$drivers/philips-intellivue/protocol-codes.ts';
import { writeAbsoluteTime } from '$drivers/philips-intellivue/values.ts';
import { longs, sized, words } from '$drivers/philips-intellivue/wire.ts';
import type { MonitorSettings } from './settings.ts';

const EMPTY_BED_LABEL = sized(new Uint8Array(34));
const label = (text: string): Uint8Array => sized(fromLatin1(`${text}\0`));

/** `associations` counts them; `simMs` and `ticks` are one instant on the two clocks. */
export function presentSystem(
  settings: MonitorSettings,
  { simMs, ticks, associations }: { simMs: number; ticks: number; associations: number },
): readonly Attribute[] {
  const mode = settings.isDemo ? OPERATING_MODE.demonstration : OPERATING_MODE.monitoring;
  return [
    { id: ATTRIBUTE.systemId, value: fromHex('0006 0009fb000001') },
    { id: ATTRIBUTE.systemType, value: words(1, 0x114d) },
    { id: ATTRIBUTE.associationCounter, value: words(associations & 0xffff) },
    { id: ATTRIBUTE.model, value: concatBytes(label('Philips'), label('M8000')) },
    { id: ATTRIBUTE.nomenclatureVersion, value: fromHex('00010000') },
    { id: ATTRIBUTE.localisation, value: fromHex('08062d06 0001 000b') },
    { id: ATTRIBUTE.operatingMode, value: words(mode) },
    { id: ATTRIBUTE.areaOfUse, value: words(2) },
    { id: ATTRIBUTE.lineFrequency, value: words(1) },
    { id: ATTRIBUTE.safety, value: words(0) },
    { id: ATTRIBUTE.altitude, value: words(0) },
    { id: ATTRIBUTE.generalInformation, value: fromHex('0001 0010 0001 000c 0006 0001 8406 0006 0001 82cf') },
    { id: ATTRIBUTE.systemStatus, value: words(6) },
    { id: ATTRIBUTE.bedLabel, value: EMPTY_BED_LABEL },
    { id: ATTRIBUTE.absoluteTime, value: writeAbsoluteTime(settings.epochMs + simMs) },
    { id: ATTRIBUTE.relativeTime, value: longs(ticks) },
  ];
}

const MIN_POLL_PERIOD = 4000;
const SERIAL_MTU = 996;

export interface Agreement {
  readonly information: UserInformation;
  readonly mtu: number;
  readonly hasWaves: boolean;
  /** How long the client may say nothing, ms. */
  readonly timeoutMs: number;
}

/** What the monitor grants of what the client asked for. */
export function agree(asked: PollProfile | undefined, isSerial: boolean, settings: MonitorSettings): Agreement {
  const most = Math.min(settings.mtu, isSerial ? SERIAL_MTU : settings.mtu);
  const mtu = Math.min(asked?.maxMtuReceive ?? most, most);
  const minPollPeriod = Math.max(MIN_POLL_PERIOD, asked?.minPollPeriod ?? MIN_POLL_PERIOD);
  const supported = settings.grantsWaves ? SUPPORTED : SUPPORTED & ~EXT_OPTIONS.waves;
  const extOptions = ((asked?.extOptions ?? SUPPORTED) & supported) >>> 0;
  const profile = writePollProfile({
    revision: 0x80000000,
    minPollPeriod,
    maxMtuReceive: Math.min(asked?.maxMtuSend ?? most, most),
    maxMtuSend: mtu,
    maxBandwidth: 0xffffffff,
    options: 0x60000000,
    extOptions,
  });
  const information: UserInformation = {
    protocolVersion: 0x80000000,
    nomenclatureVersion: 0x40000000,
    functionalUnits: 0,
    systemType: SYSTEM_TYPE.server,
    startupMode: STARTUP.hot,
    options: [],
    profiles: [{ id: ATTRIBUTE.pollProfile, value: profile }],
  };
  return {
    information,
    mtu,
    hasWaves: (extOptions & EXT_OPTIONS.waves) !== 0,
    timeoutMs: timeoutOf(minPollPeriod / 8),
  };
}

const SUPPORTED =
  EXT_OPTIONS.numericsEverySecond | EXT_OPTIONS.waves | EXT_OPTIONS.enumerations | EXT_OPTIONS.numericPriorities;

/** By the negotiated poll period. */
function timeoutOf(periodMs: number): number {
  if (periodMs <= 3300) return 10_000;
  return periodMs <= 43_000 ? 3 * periodMs : 130_000;
}
