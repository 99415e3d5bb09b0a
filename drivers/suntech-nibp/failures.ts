/** What the module's error codes mean, as far as known; the others are shown as they are. */
const FAILURES: Readonly<Record<number, string>> = {
  3: 'value out of range',
  86: 'aborted',
  87: 'inflation timeout, air leak or loose cuff',
  88: 'safety timeout',
  89: 'cuff overpressure',
  90: 'power or hardware',
  91: 'safety link or autozero',
  97: 'transducer out of range',
  99: 'calibration data',
};

/** `87 inflation timeout, air leak or loose cuff`. Code 0 is a measurement that ended well and has no numbers. */
export function failureOf(code: number): string {
  if (code === 0) return 'no numbers';
  const text = FAILURES[code];
  return text === undefined ? `error ${code}` : `${code} ${text}`;
}
