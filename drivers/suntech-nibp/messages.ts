/** What the two ends say to each other, decoded. */

export type PatientKind = 'adult' | 'paediatric' | 'neonate';

/** What this driver says. `start` and `abort` act on the patient: they leave only with the configuration's leave (`guard.ts`). */
export type Query =
  | { readonly kind: 'get-pressure' }
  | { readonly kind: 'get-data' }
  | { readonly kind: 'start'; readonly patient: PatientKind }
  | { readonly kind: 'abort' };

/** What a host can say. The initial pressure, mmHg, is none of this driver's business. */
export type Command = Query | { readonly kind: 'set-initial-pressure'; readonly mmHg: number };

/** `complete` comes by itself at the end of a measurement, good or bad. */
export type Signal = 'accepted' | 'complete' | 'aborted' | 'error' | 'asleep';

/** The last measurement, which stands until the next one begins. Pressures mmHg. */
export interface Data {
  readonly kind: 'data';
  readonly systolic: number;
  readonly diastolic: number;
  readonly meanArterial: number;
  /** 1/min. */
  readonly heartRate: number;
  readonly beats: number;
  /** What its values mean is not known. */
  readonly status: number;
  /** Diagnostic. */
  readonly testCodes: readonly number[];
  /** 0: good. */
  readonly error: number;
}

export type Reply =
  | { readonly kind: 'signal'; readonly signal: Signal }
  /** Of the cuff, mmHg. */
  | { readonly kind: 'pressure'; readonly mmHg: number }
  | Data;
