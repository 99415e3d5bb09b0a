/** When a patient may go home, as far as it can be measured or entered. A site's rule set carries it as data. */
export interface DischargeCriteria {
  /** From the end of the treatment, min. */
  readonly observedAtLeastMin: number;
  /** Pressure above the baseline, %. */
  readonly pressureRiseAtMostPercent: number;
  readonly systolicBelow: number;
  readonly diastolicBelow: number;
  readonly spo2AtLeast: number;
  /** Judged where the score was entered. */
  readonly moaasAtLeast: number;
  readonly aldreteAtLeast: number;
}

/** Published practice: an hour after an infusion, pressure back within a fifth of the baseline and below 160/100. */
export const USUAL_DISCHARGE: DischargeCriteria = {
  observedAtLeastMin: 60,
  pressureRiseAtMostPercent: 20,
  systolicBelow: 160,
  diastolicBelow: 100,
  spo2AtLeast: 94,
  moaasAtLeast: 5,
  aldreteAtLeast: 9,
};
