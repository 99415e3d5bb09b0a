/** Numbers reckoned from cuff and heart rate: pure, and none at all when one of the two is old or missing. */
import { words } from '$lib/messages/index.ts';
import { decimal } from './format.ts';
import type { CuffReadout, Readout } from './readout.ts';

export interface DerivedNumbers {
  /** Heart rate × systolic, mmHg/min: what the heart muscle has to do. */
  readonly ratePressure: string;
  /** Systolic − diastolic, mmHg. */
  readonly pulsePressure: string;
  /** Heart rate ÷ systolic. */
  readonly shockIndex: string;
}

export function derivedNumbers(cuff: CuffReadout, rate: Readout): DerivedNumbers {
  const { systolic, diastolic } = cuff.state === 'live' ? cuff : {};
  const heartRate = rate.state === 'live' && !rate.isQuestionable ? rate.value : undefined;
  const both = (reckon: (rate: number, systolic: number) => string): string =>
    heartRate === undefined || systolic === undefined ? words.common.noValue : reckon(heartRate, systolic);
  return {
    ratePressure: both((beats, mmHg) => decimal(beats * mmHg, 0)),
    pulsePressure:
      systolic === undefined || diastolic === undefined ? words.common.noValue : decimal(systolic - diastolic, 0),
    shockIndex: both((beats, mmHg) => decimal(beats / mmHg, 2)),
  };
}
