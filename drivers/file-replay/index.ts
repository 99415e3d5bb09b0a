/** Recordings of patients as devices: a file played at the pace at which it was made, and marked as what it is. */
import type { Driver, FilePart } from '$drivers/driver.ts';
import { cut, decode, describe, MAX_PIECE_BYTES, wrapPart } from './framing.ts';
import { companionsOf } from './read.ts';
import { USUAL_FRESHNESS } from './pace.ts';
import { start, step, type State } from './session.ts';

export const fileReplay: Driver<FilePart, never, State> = {
  id: 'file-replay',
  label: 'Recording played from a file',
  role: 'monitor',
  file: { companions: companionsOf, maxPieceBytes: MAX_PIECE_BYTES, wrap: wrapPart },
  isReplay: true,
  freshness: USUAL_FRESHNESS,
  observes: [
    'heartRate',
    'pulseRate',
    'spo2',
    'perfusionIndex',
    'respiratoryRate',
    'etco2',
    'fico2',
    'nibp',
    'abpSystolic',
    'abpDiastolic',
    'abpMeanArterial',
    'abpPulseRate',
    'cvpMean',
    'icpMean',
    'temperature1',
    'temperature2',
    'bis',
    'bisSignalQuality',
    'ecg1',
    'ecg2',
    'ecg3',
    'pleth',
    'respiration',
    'abp',
    'cvp',
    'icp',
    'co2',
    'co2Pressure',
  ],
  verified:
    'Reads two files of Vital Recorder, four WFDB records whose own checksums agree, and one theatre record; other recorders ' +
    'may name their tracks otherwise.',

  cut,
  decode,
  encode: (): Uint8Array => new Uint8Array(0),
  maySend: [],

  start,
  step,

  kindOf: ({ type }) => type,
  describe,
};
