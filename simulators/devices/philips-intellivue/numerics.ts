/**
 * The numeric objects of the simulated monitor at an instant. Handles, order and attributes as in a recording of a real one,
 * where that has them; carbon dioxide and the arterial line are added with handles of our own.
 */
import type { Attribute } from '$drivers/philips-intellivue/messages.ts';
import { PHYSIO, UNIT } from '$drivers/philips-intellivue/numerics-table.ts';
import { ATTRIBUTE, CLASS, STATE } from '$drivers/philips-intellivue/protocol-codes.ts';
import {
  writeAbsoluteTime,
  writeCompound,
  writeNumeric,
  type NumericValue,
} from '$drivers/philips-intellivue/values.ts';
import { fromHex } from '$drivers/bytes.ts';
import { words } from '$drivers/philips-intellivue/wire.ts';
import { atTransducer, meanMmhg } from '$simulators/patient/arterial.ts';
import type { Cuff, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { identify, type ShownObject } from './objects.ts';
import type { MonitorSettings } from './settings.ts';

const METRIC_LABELS = 0x00020000;
const SIMPLE = fromHex('00002000 0001 4228 00 00 0000');
const COMPOUND_OF_THREE = fromHex('00002000 0001 5228 01 03 0000');
const COLOUR = { green: 2, cyan: 6, red: 1, magenta: 5, white: 7 } as const;

interface Look {
  readonly handle: number;
  readonly label: number;
  readonly text: string;
  readonly decimals: number;
  readonly colour: number;
}

/** As the bedside is now. A demonstration puts its mark on every value. */
export function showNumerics(bedside: SimulatedBedside, settings: MonitorSettings): readonly ShownObject[] {
  const { hasArterialLine, hasCapnograph, isDemo, epochMs } = settings;
  const objects = [
    showCuff(bedside.cuff(), epochMs),
    showCuffPulse(bedside.cuff()),
    ...showHeart(bedside),
    ...showOximeter(bedside),
    ...(hasCapnograph ? showCapnograph(bedside) : []),
    ...(hasArterialLine ? showArterialLine(bedside, settings) : []),
  ];
  return objects.map((object) => object(isDemo ? STATE.demoData : 0));
}

type Shown = (mark: number) => ShownObject;

function single(
  look: Look,
  physioId: number,
  unit: number,
  value: number | undefined,
  missing: number = STATE.invalid,
): Shown {
  return (mark) => {
    const numeric = numericOf(physioId, unit, value, missing, mark);
    return object(look, SIMPLE, [{ id: ATTRIBUTE.numeric, value: writeNumeric(numeric, look.decimals) }]);
  };
}

const numericOf = (
  physioId: number,
  unit: number,
  value: number | undefined,
  missing: number,
  mark: number,
): NumericValue =>
  value === undefined
    ? { physioId, state: missing | mark, unit, value: 'nan' }
    : { physioId, state: mark, unit, value };

function object(
  { handle, label, text, decimals, colour }: Look,
  metric: Uint8Array,
  observed: readonly Attribute[],
): ShownObject {
  return {
    handle,
    fixed: identify({ handle, objectClass: CLASS.numerics, metric, label: METRIC_LABELS | label, text }),
    dynamic: [
      { id: ATTRIBUTE.displayResolution, value: Uint8Array.of(3, decimals) },
      { id: ATTRIBUTE.colour, value: words(colour) },
    ],
    observed,
  };
}

const when = (isOn: boolean, value: number): number | undefined => (isOn ? value : undefined);

function showHeart(bedside: SimulatedBedside): readonly Shown[] {
  const { heartRate, respiratoryRate } = bedside.physiology();
  const { isEcgOn } = bedside.sensors();
  const look = (handle: number, label: number, text: string): Look => ({
    handle,
    label,
    text,
    decimals: 0,
    colour: COLOUR.green,
  });
  return [
    single(look(0x82cf, PHYSIO.heartRate, 'HR'), PHYSIO.heartRate, UNIT.beatsPerMinute, when(isEcgOn, heartRate)),
    single(
      look(0x82d6, PHYSIO.impedanceRate, 'RR'),
      PHYSIO.impedanceRate,
      UNIT.breathsPerMinute,
      when(isEcgOn, respiratoryRate),
    ),
    single(look(0x82e8, PVC, 'PVC'), PVC, UNIT.beatsPerMinute, when(isEcgOn, 0)),
  ];
}

const PVC = 0x4261;

function showOximeter(bedside: SimulatedBedside): readonly Shown[] {
  const { heartRate, spo2, perfusionIndex } = bedside.physiology();
  const { isOximeterOn } = bedside.sensors();
  const look = (handle: number, label: number, text: string, decimals: number): Look => ({
    handle,
    label,
    text,
    decimals,
    colour: COLOUR.cyan,
  });
  return [
    single(look(0x8400, PHYSIO.saturation, 'SpO₂', 1), PHYSIO.saturation, UNIT.percent, when(isOximeterOn, spo2)),
    single(
      look(0x8406, PHYSIO.plethPulse, 'Pulse', 0),
      PHYSIO.plethPulse,
      UNIT.beatsPerMinute,
      when(isOximeterOn, heartRate),
    ),
    single(
      look(0x840a, PHYSIO.perfusion, 'Perf', 2),
      PHYSIO.perfusion,
      UNIT.dimensionless,
      when(isOximeterOn, perfusionIndex),
    ),
  ];
}

function showCapnograph(bedside: SimulatedBedside): readonly Shown[] {
  const { etco2, respiratoryRate } = bedside.physiology();
  const { isCapnographOn } = bedside.sensors();
  const co2: Look = { handle: 0x8510, label: 0x50ac, text: 'CO₂', decimals: 1, colour: COLOUR.white };
  const rate: Look = { handle: 0x8512, label: PHYSIO.airwayRate, text: 'awRR', decimals: 0, colour: COLOUR.white };
  return [
    compound(co2, UNIT.mmHg, [
      [PHYSIO.endTidalCo2, when(isCapnographOn, etco2)],
      [PHYSIO.inspiredCo2, when(isCapnographOn, 0)],
    ]),
    single(rate, PHYSIO.airwayRate, UNIT.breathsPerMinute, when(isCapnographOn, respiratoryRate)),
  ];
}

/** A line without a pulse has no pulse rate; and for some monitors no systolic and diastolic pressure either. */
function showArterialLine(bedside: SimulatedBedside, { meanAloneWithoutPulse }: MonitorSettings): readonly Shown[] {
  const { systolic, diastolic, heartRate } = bedside.physiology();
  const { arterialLine } = bedside.sensors();
  const mean = meanMmhg({ systolic, diastolic });
  const isPulsing = arterialLine === 'patent';
  const found = (mmhg: number): number => atTransducer(arterialLine, mmhg, mean);
  const abp: Look = { handle: 0x8520, label: 0x4a14, text: 'ABP', decimals: 0, colour: COLOUR.red };
  const pulse: Look = { handle: 0x8522, label: PHYSIO.arterialPulse, text: 'Pulse', decimals: 0, colour: COLOUR.red };
  return [
    compound(abp, UNIT.mmHg, [
      [PHYSIO.abpSystolic, when(isPulsing || !meanAloneWithoutPulse, found(systolic))],
      [PHYSIO.abpDiastolic, when(isPulsing || !meanAloneWithoutPulse, found(diastolic))],
      [PHYSIO.abpMean, found(mean)],
    ]),
    single(pulse, PHYSIO.arterialPulse, UNIT.beatsPerMinute, when(isPulsing, heartRate)),
  ];
}

function compound(look: Look, unit: number, values: readonly (readonly [number, number | undefined])[]): Shown {
  return (mark) => {
    const numerics = values.map(([id, value]) => numericOf(id, unit, value, STATE.invalid, mark));
    return object(look, COMPOUND_OF_THREE, [
      { id: ATTRIBUTE.numericCompound, value: writeCompound(numerics, look.decimals) },
    ]);
  };
}

/** A cuff that has never measured carries an old stamp, as a real one did. */
const NEVER_MEASURED_MS = -24 * 24 * 3600 * 1000;

/** The last numbers stand beside "measurement ongoing"; after a failure there are none, under the old stamp. */
function showCuff({ state, last }: Cuff, epochMs: number): Shown {
  const look: Look = { handle: 0x8272, label: 0x4a04, text: 'NBP', decimals: 0, colour: COLOUR.magenta };
  const ongoing = state === 'measuring' ? STATE.measuring : 0;
  const missing = last ? STATE.invalid : STATE.unavailable;
  const shown = state === 'failed' ? undefined : last;
  const stamp = writeAbsoluteTime(epochMs + (last?.endedAtMs ?? NEVER_MEASURED_MS));
  return (mark) => {
    const numerics = [
      numericOf(PHYSIO.cuffSystolic, UNIT.mmHg, shown?.systolic, missing, mark | ongoing),
      numericOf(PHYSIO.cuffDiastolic, UNIT.mmHg, shown?.diastolic, missing, mark | ongoing),
      numericOf(PHYSIO.cuffMean, UNIT.mmHg, shown?.meanArterial, missing, mark | ongoing),
    ];
    return object(look, COMPOUND_OF_THREE, [
      { id: ATTRIBUTE.numericCompound, value: writeCompound(numerics, look.decimals) },
      { id: ATTRIBUTE.stampAbsolute, value: stamp },
    ]);
  };
}

function showCuffPulse({ state, last }: Cuff): Shown {
  const look: Look = { handle: 0x8276, label: PHYSIO.cuffPulse, text: 'Pulse', decimals: 0, colour: COLOUR.magenta };
  const shown = state === 'idle' ? last?.pulseRate : undefined;
  return single(look, PHYSIO.cuffPulse, UNIT.beatsPerMinute, shown, STATE.unavailable);
}
