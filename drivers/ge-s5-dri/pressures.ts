/**
 * Invasive pressure channels. A channel is what its label says; the label, not the socket, tells arterial from venous.
 */
import type { Reading, VitalKey, WaveformKey } from '$lib/domain/index.ts';
import { PRESSURE_ROLES, STATUS_BITS } from './layout-table.ts';
import type { BasicGroups, DisplayedClasses, Ext1Groups } from './messages.ts';
import { has, hasValue, readField } from './readings.ts';

type Pressure = BasicGroups['p1'];
type Values = Partial<Record<VitalKey, Reading>>;
type Role = 'abp' | 'cvp' | 'icp';
const ROLES: readonly Role[] = ['abp', 'cvp', 'icp'];

interface Channel {
  readonly group: Pressure;
  readonly waveType: number;
}

/** Invasive channels whose module is there, with the waveform type of each. */
function channels(basic: BasicGroups | undefined, ext1: Ext1Groups | undefined): readonly Channel[] {
  const all: readonly (readonly [number, Pressure | undefined])[] = [
    [4, basic?.p1],
    [5, basic?.p2],
    [6, basic?.p3],
    [7, basic?.p4],
    [16, basic?.p5],
    [17, basic?.p6],
    [36, ext1?.p7],
    [37, ext1?.p8],
  ];
  return all.flatMap(([waveType, group]) => (group && has(group, STATUS_BITS.exists) ? [{ group, waveType }] : []));
}

/** The channel that bears a role by its label: the first that measures, else the first that is there. */
function channelFor(role: Role, all: readonly Channel[]): Channel | undefined {
  const labelled = all.filter(({ group }) => PRESSURE_ROLES[group.label] === role);
  return labelled.find(({ group }) => has(group, STATUS_BITS.active)) ?? labelled[0];
}

/**
 * Pressures of the channels with a role. `shownRate` is the monitor's own rate when an artery is its source.
 * "No module" is only said when all eight channels were in the record.
 */
export function readPressures(
  basic: BasicGroups | undefined,
  ext1: Ext1Groups | undefined,
  shownRate: Reading | undefined,
): Values {
  const all = channels(basic, ext1);
  const none: Reading | undefined = basic && ext1 ? { missing: 'no-module' } : undefined;
  const readRole = (role: Role, field: keyof Pressure['values']) => {
    const channel = channelFor(role, all);
    return channel ? readField(channel.group, field) : none;
  };
  const arterialRate = readRole('abp', 'rate');
  const readings = {
    abpSystolic: readRole('abp', 'systolic'),
    abpDiastolic: readRole('abp', 'diastolic'),
    abpMeanArterial: readRole('abp', 'mean'),
    abpPulseRate: arterialRate && hasValue(arterialRate) ? arterialRate : (shownRate ?? arterialRate),
    cvpMean: readRole('cvp', 'mean'),
    icpMean: readRole('icp', 'mean'),
  };
  return Object.fromEntries(Object.entries(readings).filter(([, reading]) => reading !== undefined));
}

/** Which waveform an invasive channel's samples are. Channels 1 and 2 have a place even without a role. */
export type PressureTraces = ReadonlyMap<number, WaveformKey>;
export const UNLABELLED_TRACES: PressureTraces = new Map<number, WaveformKey>([
  [4, 'pressure1'],
  [5, 'pressure2'],
]);

export function pressureTraces({ basic, ext1 }: DisplayedClasses): PressureTraces {
  const all = channels(basic, ext1);
  const roles = ROLES.flatMap((role): [number, WaveformKey][] => {
    const channel = channelFor(role, all);
    return channel ? [[channel.waveType, role]] : [];
  });
  return new Map([...UNLABELLED_TRACES, ...roles]);
}
