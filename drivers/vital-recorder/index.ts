/** Vital Recorder as a source: whatever devices it is connected to, by its live feed. What is known and what is not: README.md. */
import type { VitalKey, WaveformKey } from '$lib/domain/index.ts';
import type { Driver } from '../driver.ts';
import { decode, encodeArrival, tokenOf } from './codec.ts';
import { describe } from './describe.ts';
import { cut, MAX_BODY_BYTES } from './framing.ts';
import { NUMBERS_BY_MONTYPE, NUMBERS_BY_NAME, WAVES_BY_MONTYPE } from './mapping-table.ts';
import type { Message } from './messages.ts';
import { SILENT_AFTER_MS, start, step, type State } from './session.ts';

const VITALS: readonly VitalKey[] = [...NUMBERS_BY_MONTYPE.values(), ...NUMBERS_BY_NAME.values()].flatMap((row) =>
  row.kind === 'vital' ? row.into : [],
);
const WAVEFORMS: readonly WaveformKey[] = [...WAVES_BY_MONTYPE.values()].flatMap(({ into }) => into);

export const vitalRecorder: Driver<Message, never, State> = {
  id: 'vital-recorder',
  label: 'Vital Recorder (live feed)',
  role: 'monitor',
  accepts: {
    by: 'socket.io',
    port: 8600,
    maxMessageBytes: MAX_BODY_BYTES,
    wrap: encodeArrival,
    tokenOf,
    isSamePatient: (one, other) => one['room'] === other['room'],
  },
  freshness: { staleAfterMs: SILENT_AFTER_MS, expiredAfterMs: 15_000 },
  observes: [...new Set<VitalKey | WaveformKey | 'nibp'>([...VITALS, 'nibp', ...WAVEFORMS])],
  verified:
    'Reads what our own simulator sends, and the tracks of a published recording put into the feed; never connected to a recorder.',

  cut,
  decode,
  // There is no question, so none can be encoded and none may leave.
  encode: (query) => query,
  maySend: [],

  start,
  step,

  kindOf: ({ kind }) => kind,
  describe,
};
