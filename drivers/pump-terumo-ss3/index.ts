/** Terumo Terufusion syringe pumps type SS3, by their external communication. What is known and what is not: README.md. */
import type { Driver } from '$drivers/driver.ts';
import { decode, encode } from './codec.ts';
import { describe } from './describe.ts';
import { cut } from './framing.ts';
import { MAY_SEND } from './guard.ts';
import { FIRST_LINE } from './lines.ts';
import type { Message, Query } from './messages.ts';
import { start, step } from './session.ts';
import { SILENT_AFTER_MS, type State } from './session-state.ts';

export const pumpTerumoSs3: Driver<Message, Query, State> = {
  id: 'pump-terumo-ss3',
  label: 'Terumo Terufusion SS3 syringe pump (beta: link settings to be confirmed)',
  role: 'pump',
  // A guess: see `lines.ts`.
  serial: FIRST_LINE,
  freshness: { staleAfterMs: SILENT_AFTER_MS, expiredAfterMs: 10_000 },
  observes: ['infusion'],
  verified:
    'Beta, link settings to be confirmed: checked against four packets that the vendor’s manuals print, one computed packet and ' +
    'the simulated pump; never on a real pump.',
  cut,
  decode,
  encode,
  maySend: MAY_SEND,
  start,
  step,
  kindOf: ({ kind }) => kind,
  describe,
};
