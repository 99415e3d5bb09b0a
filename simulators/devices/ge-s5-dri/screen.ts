/**
 * What the simulated monitor's screen shows at an instant, as the groups of its records. Pure: the bedside and what was
 * shown before go in, groups come out.
 *
 * Numbers stay when a sensor comes off, and only the active bit falls, as monitors of some levels do: a driver that looks
 * at the number alone is caught.
 */
import { absentGroups } from '$drivers/ge-s5-dri/codec-groups.ts';
import {
  ALARM_COLOURS,
  BASIC,
  ECG_BITS,
  EXT1,
  EXT2,
  NIBP_BITS,
  RATE_SOURCE,
  RR_SOURCE,
  STATUS_BITS,
} from '$drivers/ge-s5-dri/layout-table.ts';
import type { AlarmBox, AlarmStatus, BasicGroups, ClassData, Group } from '$drivers/ge-s5-dri/messages.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

const AMBIENT_MMHG = 760;
const LONG_AGO_MS = 60_000;
const MEASURING = STATUS_BITS.exists | STATUS_BITS.active;
/** Lead II on the first channel. */
const LEAD_II = 2 << 8;

export const NOTHING_SHOWN: BasicGroups = absentGroups(BASIC);

/** The basic class at `simMs`; `before` is what it was in the record before. */
export function showBasic(bedside: SimulatedBedside, simMs: number, before: BasicGroups): BasicGroups {
  const { heartRate, spo2, perfusionIndex, respiratoryRate, etco2 } = bedside.physiology();
  const { isEcgOn, isOximeterOn, isCapnographOn } = bedside.sensors();
  const rate = Math.round(heartRate);
  const rr = Math.round(respiratoryRate);
  return {
    ...NOTHING_SHOWN,
    ecg: sense(isEcgOn, before.ecg, {
      status: isEcgOn ? MEASURING | (RATE_SOURCE.ecg << 3) : STATUS_BITS.exists | ECG_BITS.anyChannelOff,
      label: LEAD_II,
      values: { rate, st1: 0, st2: 'invalid', st3: 'invalid', impedanceRr: rr },
    }),
    ecgExtra: sense(isEcgOn, before.ecgExtra, {
      status: 0,
      label: 0,
      values: { rateEcg: rate, rateMax: rate, rateMin: rate },
    }),
    spo2: sense(isOximeterOn, before.spo2, {
      status: isOximeterOn ? MEASURING : STATUS_BITS.exists,
      label: 0,
      values: { saturation: spo2, pulseRate: rate, perfusion: perfusionIndex, svo2: 'invalid' },
    }),
    co2: sense(isCapnographOn, before.co2, {
      status: isCapnographOn ? MEASURING : STATUS_BITS.exists,
      label: isCapnographOn ? RR_SOURCE.co2 : RR_SOURCE.none,
      values: { et: (etco2 / AMBIENT_MMHG) * 100, fi: 0, rr, ambientPressure: AMBIENT_MMHG },
    }),
    nibp: showCuff(bedside, simMs),
  };
}

/** With the sensor on, the group as it is; with it off, its status and the numbers of before. */
const sense = <Field extends string>(isOn: boolean, before: Group<Field>, now: Group<Field>): Group<Field> =>
  isOn ? now : { ...now, values: before.values };

function showCuff(bedside: SimulatedBedside, simMs: number): BasicGroups['nibp'] {
  const { state, mode, last } = bedside.cuff();
  const hasEndedLongAgo = last !== undefined && simMs - last.endedAtMs > LONG_AGO_MS;
  const label =
    (mode === 'auto' ? NIBP_BITS.auto : 0) |
    (mode === 'stat' ? NIBP_BITS.stat : 0) |
    (state === 'measuring' ? NIBP_BITS.measuring : 0) |
    (hasEndedLongAgo ? NIBP_BITS.endedLongAgo : 0);
  const values = last && {
    systolic: last.systolic,
    diastolic: last.diastolic,
    mean: last.meanArterial,
    rate: last.pulseRate,
  };
  return {
    status: bedside.sensors().isCuffOn ? MEASURING : STATUS_BITS.exists,
    label,
    values: state === 'failed' || !values ? NOTHING_SHOWN.nibp.values : values,
  };
}

type Kind = ClassData['kind'];

/** The classes that a request asked for, as bits of `phdb_class_bf`. */
export function showClasses(kind: Kind, classBits: number, time: number, basic: BasicGroups): readonly ClassData[] {
  const common = { kind, time, marker: 0 };
  const all: readonly ClassData[] = [
    { ...common, name: 'basic', groups: basic },
    { ...common, name: 'ext1', groups: absentGroups(EXT1) },
    { ...common, name: 'ext2', groups: absentGroups(EXT2) },
    { ...common, name: 'ext3' },
  ];
  return all.filter((_, bit) => ((classBits >> bit) & 1) === (bit === 0 ? 0 : 1));
}

/** The monitor's own alarm line. Its limits are its own. */
export function showAlarms(bedside: SimulatedBedside): AlarmStatus {
  const { heartRate, spo2 } = bedside.physiology();
  const { isEcgOn, isOximeterOn } = bedside.sensors();
  const boxes: readonly (AlarmBox | false)[] = [
    isEcgOn && heartRate < 40 && box('Brady', ALARM_COLOURS.red),
    isOximeterOn && spo2 < 90 && box('SpO2 low', ALARM_COLOURS.yellow),
    !isEcgOn && box('Leads off', ALARM_COLOURS.yellow),
    !isOximeterOn && box('SpO2 probe off', ALARM_COLOURS.yellow),
    bedside.cuff().state === 'failed' && box('NIBP failed', ALARM_COLOURS.white),
  ];
  const shown = boxes.filter((entry) => entry !== false);
  return { isSoundOn: shown.length > 0, silence: 0, boxes: shown };
}

const box = (text: string, colour: number): AlarmBox => ({
  text,
  colour,
  hasTextChanged: true,
  hasColourChanged: true,
});
