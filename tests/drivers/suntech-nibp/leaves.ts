/** Settings of the driver by chance, with leave to start the cuff and without, and whom they give leave for: reckoned here, not by the driver. */
import fc from 'fast-check';
import type { PatientKind } from '$drivers/suntech-nibp/messages.ts';

export type Settings = Readonly<Record<string, unknown>>;

export const ABORT = '3a 79 01 00 4c';
export const STARTS: Readonly<Record<PatientKind, string>> = {
  adult: '3a 20 a6',
  paediatric: '3a 87 3f',
  neonate: '3a 28 9e',
};
export const leaveFor = (patient: unknown, everyMin: unknown = 5): Settings => ({ startCuff: { everyMin, patient } });

/** Everything that might be mistaken for leave, or be meant as one and is not quite. */
export const NO_LEAVE: readonly (readonly [string, Settings | undefined])[] = [
  ['no settings at all', undefined],
  ['empty settings', {}],
  ['a bare yes', { startCuff: true }],
  ['a word', { startCuff: 'adult' }],
  ['a number of minutes', { startCuff: 5 }],
  ['null', { startCuff: null }],
  ['an empty leave', { startCuff: {} }],
  ['a list', { startCuff: [5, 'adult'] }],
  ['no patient', { startCuff: { everyMin: 5 } }],
  ['no interval', { startCuff: { patient: 'adult' } }],
  ['a patient of no known kind', leaveFor('child')],
  ['an interval in words', leaveFor('adult', '5')],
  ['an interval that is no number', leaveFor('adult', NaN)],
  ['an interval that is too short', leaveFor('adult', 1.9)],
  ['an interval that is too long', leaveFor('adult', 240.1)],
  ['an interval that never ends', leaveFor('adult', Infinity)],
  ['a further word in the leave', { startCuff: { everyMin: 5, patient: 'adult', dryRun: true } }],
  ['the leave under another name', { startcuff: { everyMin: 5, patient: 'adult' } }],
  ['the parts outside of a leave', { everyMin: 5, patient: 'adult' }],
  ['a leave in a leave', { startCuff: leaveFor('adult') }],
  ['a leave that is only inherited', { startCuff: Object.create({ everyMin: 5, patient: 'adult' }) }],
];

export interface Configured {
  readonly settings: Settings;
  readonly patient: PatientKind | undefined;
}

const anyPatient = fc.constantFrom<PatientKind>('adult', 'paediatric', 'neonate');
const anyEveryMin = fc.oneof(fc.double({ min: 2, max: 240, noNaN: true }), fc.constantFrom(2, 5, 240));
const notEveryMin = fc.oneof(
  fc.double().filter((min) => !(min >= 2 && min <= 240)),
  fc.anything().filter((value) => typeof value !== 'number'),
);
const notPatient = fc.oneof(
  fc.constantFrom('Adult', 'adult ', 'child', 'pediatric', '', 'toString'),
  fc.anything().filter((value) => !Object.keys(STARTS).some((patient) => patient === value)),
);
const otherName = fc.string().filter((name) => !['startCuff', 'everyMin', 'patient'].includes(name));

const anyLeave: fc.Arbitrary<Configured> = fc
  .tuple(anyEveryMin, anyPatient, fc.dictionary(otherName, fc.anything()))
  .map(([everyMin, patient, others]) => ({ settings: { ...others, ...leaveFor(patient, everyMin) }, patient }));
const anyNoLeave: fc.Arbitrary<Configured> = fc
  .oneof(
    fc.constantFrom(...NO_LEAVE.map(([, settings]) => settings ?? {})),
    fc.dictionary(otherName, fc.anything()),
    fc.anything().map((startCuff): Settings => ({ startCuff })),
    fc.tuple(anyPatient, notEveryMin).map(([patient, everyMin]) => ({ startCuff: { everyMin, patient } })),
    fc.tuple(notPatient, anyEveryMin).map(([patient, everyMin]) => leaveFor(patient, everyMin)),
    fc
      .tuple(anyPatient, anyEveryMin, otherName, fc.anything())
      .map(([patient, everyMin, name, value]) => ({ startCuff: { patient, everyMin, [name]: value } })),
  )
  .map((settings) => ({ settings, patient: undefined }));
export const anyConfigured = fc.oneof(anyLeave, { weight: 2, arbitrary: anyNoLeave });

/** What this order needs: leave for its kind of patient; an abort, any leave. */
export const hasLeave = (hex: string, { patient }: Configured): boolean =>
  patient !== undefined && (hex === ABORT || hex === STARTS[patient]);
