/**
 * Which sound follows which, and when: pure, on the audio clock.
 *
 *   more urgent        cuts what sounds, at once
 *   same urgency       the burst under way ends, its silence is kept, then the new melody
 *   less urgent        the burst under way ends, a short rest, then the new one
 *   nothing            the pulse under way ends
 *   the same           goes on undisturbed
 */
import { type Burst, burstLengthS, burstPeriodS, endOfPulseS } from './burst.ts';

/** A sound and how urgent it is; a larger rank is more urgent. `key` tells equal sounds. */
export interface Sound {
  readonly key: string;
  readonly rank: number;
  readonly burst: Burst;
}

/** A sound that repeats since `startS`. */
export interface Sounding {
  readonly sound: Sound;
  readonly startS: number;
}

export type Succession =
  | { readonly type: 'keep' }
  | { readonly type: 'stop'; readonly atS: number }
  | { readonly type: 'follow'; readonly stopAtS: number; readonly startS: number; readonly isCut: boolean };

/** Time between the order to sound and the first sample. */
const LEAD_S = 0.02;
const REST_S = 1;

export function succession(present: Sounding | undefined, wanted: Sound | undefined, nowS: number): Succession {
  if (present === undefined) {
    return wanted === undefined
      ? { type: 'keep' }
      : { type: 'follow', stopAtS: nowS, startS: nowS + LEAD_S, isCut: false };
  }
  if (wanted?.key === present.sound.key) return { type: 'keep' };
  if (wanted === undefined) return { type: 'stop', atS: endOfPulseAfter(present, nowS) };
  if (wanted.rank > present.sound.rank) return { type: 'follow', stopAtS: nowS, startS: nowS + LEAD_S, isCut: true };
  const endS = endOfBurstAround(present, nowS);
  const silenceS = wanted.rank === present.sound.rank ? wanted.burst.interburstS : REST_S;
  const startS = Math.max(endS + silenceS, nowS + LEAD_S);
  return { type: 'follow', stopAtS: Math.max(endS, nowS), startS, isCut: false };
}

/** When the burst that sounds now ends, or the last one ended, if it is silent now. */
function endOfBurstAround({ sound, startS }: Sounding, nowS: number): number {
  const periodS = burstPeriodS(sound.burst);
  const bursts = Math.max(0, Math.floor((nowS - startS) / periodS));
  return startS + bursts * periodS + burstLengthS(sound.burst);
}

/** When the pulse that sounds now has died away; now, if it is silent. */
function endOfPulseAfter({ sound, startS }: Sounding, nowS: number): number {
  const intoS = (nowS - startS) % burstPeriodS(sound.burst);
  const pulse = sound.burst.pulses.find((each) => intoS >= each.startS && intoS < endOfPulseS(each));
  return pulse === undefined ? nowS : nowS + endOfPulseS(pulse) - intoS;
}
