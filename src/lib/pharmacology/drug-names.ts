/** Drug names as pumps and people spell them: which two mean the same, and which mean a fluid without drug. */

/** Spellings of the drugs that the station knows by nature. Brand names are left out: one name stands for two of them. */
const KNOWN: readonly (readonly [drug: string, pattern: RegExp])[] = [
  ['esketamine', /^(esket|s[-\s]?(\(\+\)|\+)?[-\s]?ket(am|$))/],
  ['arketamine', /^(arket|r[-\s]?(\(-\)|-)?[-\s]?ket(am|$))/],
  ['ketamine', /^ketam/],
];

/** Pumps cut names off and add strengths to them (`KETAMIN 2mg/ml`): the first letters decide for drugs not known here. */
const TELLING_LETTERS = 5;

const spelling = (name: string): string => name.trim().toLowerCase();

export const knownDrug = (name: string): string | undefined =>
  KNOWN.find(([, pattern]) => pattern.test(spelling(name)))?.[0];

export function isSameDrug(a: string, b: string): boolean {
  const [one, other] = [a, b].map((name) => knownDrug(name) ?? spelling(name).slice(0, TELLING_LETTERS));
  return one !== '' && one === other;
}

/** Fluids that carry drugs and keep veins open, as drug libraries write them. */
const CARRIER =
  /^(nacl|na\s?cl|sodium chl|natriumchl|saline|normal saline|ringer|glucose|glukose|dextrose|g\s?5\s?%|sterofundin|plasmalyte|flush|carrier)/;

export const isCarrierName = (name: string): boolean => CARRIER.test(spelling(name));
