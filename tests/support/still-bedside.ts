import type { WaveformKey } from '$lib/domain/index.ts';
import type {
  Cuff,
  Line,
  Physiology,
  PumpOrder,
  Sensors,
  SimulatedBedside,
} from '$simulators/patient/simulated-bedside.ts';

/** A patient in whom nothing moves unless the test moves it: for tests of devices, which need no physiology. */
export class StillBedside implements SimulatedBedside {
  now = 0;
  deliveredMgPerMin = 0;
  physiologyNow: Physiology = {
    heartRate: 76,
    systolic: 128,
    diastolic: 78,
    spo2: 97,
    perfusionIndex: 2.4,
    respiratoryRate: 14,
    etco2: 38,
  };
  sensorsNow: Sensors = {
    isEcgOn: true,
    isOximeterOn: true,
    isCuffOn: true,
    isCapnographOn: true,
    arterialLine: 'patent',
    isLinked: true,
  };
  cuffNow: Cuff = { state: 'idle', mode: 'auto', intervalMs: 300_000 };
  lineNow: Line = { isOccluded: false, isLinked: true };
  orderNow: PumpOrder = {
    drugName: 'Ketamine',
    concentrationMgPerMl: 1,
    weightKg: 70,
    vtbiMl: 35,
    rateMlPerHour: 52.5,
    isStarted: false,
  };

  advanceTo(simMs: number): void {
    this.now = Math.max(this.now, simMs);
  }
  physiology(): Physiology {
    return this.physiologyNow;
  }
  sensors(): Sensors {
    return this.sensorsNow;
  }
  cuff(): Cuff {
    return this.cuffNow;
  }
  line(): Line {
    return this.lineNow;
  }
  order(): PumpOrder {
    return this.orderNow;
  }
  /** A sine of one cycle per second around half of the drawing range: enough to recognise samples and their times. */
  samples(waveform: WaveformKey, rateHz: number, first: number, count: number): Float64Array {
    const amplitude = waveform.startsWith('ecg') ? 1 : 2;
    return Float64Array.from({ length: count }, (_, i) => amplitude * Math.sin((2 * Math.PI * (first + i)) / rateHz));
  }
  deliver(mgPerMin: number): void {
    this.deliveredMgPerMin = mgPerMin;
  }
}
