/**
 * What the simulated monitor has on its screen at an instant, as the lines of its messages. Pure: the bedside goes in.
 *
 * It has ECG, oximeter, cuff, temperature (no probe in) and capnograph, and no invasive lines. A sensor that is off leaves
 * its line with the mark for "no data"; a module that is not there has no line.
 */
import type { ShownAlarm, ShownParameter } from '$drivers/mindray-hl7/codec-monitor.ts';
import { CUFF_IDS, PARAMETERS } from '$drivers/mindray-hl7/parameter-table.ts';
import type { CuffReading, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';

/** Periodic parameters, those of a module together. */
export function showParameters(bedside: SimulatedBedside): readonly ShownParameter[] {
  const { heartRate, spo2, perfusionIndex, respiratoryRate, etco2 } = bedside.physiology();
  const { isEcgOn, isOximeterOn, isCapnographOn } = bedside.sensors();
  return [
    show(101, isEcgOn, heartRate),
    show(102, false, 0),
    show(106, false, 0, 2),
    show(151, isEcgOn, respiratoryRate),
    show(160, isOximeterOn, spo2),
    show(161, isOximeterOn, heartRate),
    show(162, isOximeterOn, perfusionIndex, 3),
    show(200, false, 0, 1),
    show(201, false, 0, 1),
    show(202, false, 0, 1),
    show(250, isCapnographOn, etco2),
    show(251, isCapnographOn, 0),
  ];
}

/** The cuff's four lines, the systolic last as a real monitor has it; without a reading all are without data and time. */
export function showCuff(reading: CuffReading | undefined, deviceTime: number): readonly ShownParameter[] {
  const lines = [
    show(CUFF_IDS.diastolic, reading !== undefined, reading?.diastolic ?? 0),
    show(CUFF_IDS.meanArterial, reading !== undefined, reading?.meanArterial ?? 0),
    show(CUFF_IDS.systolic, reading !== undefined, reading?.systolic ?? 0),
    show(CUFF_IDS.pulseRate, reading !== undefined, reading?.pulseRate ?? 0),
  ];
  return reading ? lines.map((line) => ({ ...line, deviceTime })) : lines;
}

function show(id: number, isOn: boolean, value: number, decimals = 0): ShownParameter {
  const { name: label, module } = PARAMETERS[id] ?? { name: '', module: '' };
  return { id, label, module, decimals, content: isOn ? Number(value.toFixed(decimals)) : 'no-data' };
}

/** The monitor's own alarms; its limits are its own, and so are the codes but for those of the sensors. */
export function showAlarms(
  bedside: SimulatedBedside,
  deviceTime: number,
): Readonly<Record<'physiological' | 'technical', readonly ShownAlarm[]>> {
  const { heartRate, spo2 } = bedside.physiology();
  const { isEcgOn, isOximeterOn } = bedside.sensors();
  const alarm = (is: boolean, level: ShownAlarm['level'], code: number, text: string): readonly ShownAlarm[] =>
    is ? [{ level, code, text, deviceTime }] : [];
  return {
    physiological: [
      ...alarm(isEcgOn && heartRate < 40, 3, 90_001, '***HR Too Low'),
      ...alarm(isOximeterOn && spo2 < 90, 2, 90_002, '**SpO2 Too Low'),
    ],
    technical: [...alarm(!isOximeterOn, 4, 205, 'SpO2 Sensor Off'), ...alarm(!isEcgOn, 4, 5, 'ECG Lead Off')],
  };
}
