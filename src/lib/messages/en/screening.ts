/** What is asked before a session. The answers of `safe` need no decision; any other one needs a reason. */
export interface ScreeningItem {
  readonly key: string;
  readonly label: string;
  readonly safe: 'yes' | 'no';
  /** `stop`: do not go on unless a physician decides so; `flag`: look twice; `ready`: something to be done first. */
  readonly weight: 'stop' | 'flag' | 'ready';
  readonly hint?: string;
}

const items: readonly ScreeningItem[] = [
  {
    key: 'aneurysm',
    label: 'Aneurysm or arteriovenous malformation',
    safe: 'no',
    weight: 'stop',
    hint: 'aorta, head, or elsewhere',
  },
  { key: 'haemorrhage', label: 'Bleeding into the brain in the past', safe: 'no', weight: 'stop' },
  { key: 'allergy', label: 'Hypersensitive to ketamine or esketamine', safe: 'no', weight: 'stop' },
  { key: 'pressure-inside', label: 'Raised pressure in the head or in the eye', safe: 'no', weight: 'stop' },
  {
    key: 'hypertension',
    label: 'Uncontrolled high blood pressure',
    safe: 'no',
    weight: 'stop',
    hint: 'usually above 140/90',
  },
  {
    key: 'heart',
    label: 'Poorly controlled heart or vessel disease',
    safe: 'no',
    weight: 'stop',
    hint: 'unstable angina, recent infarction, failure, stroke',
  },
  { key: 'psychosis', label: 'Poorly controlled psychosis', safe: 'no', weight: 'flag' },
  { key: 'misuse', label: 'Active substance misuse', safe: 'no', weight: 'flag' },
  { key: 'liver', label: 'Liver disease, moderate or severe', safe: 'no', weight: 'flag' },
  { key: 'pregnancy', label: 'Pregnant or breastfeeding', safe: 'no', weight: 'flag' },
  {
    key: 'other',
    label: 'Untreated hyperthyroidism, severe sleep apnoea, or cystitis',
    safe: 'no',
    weight: 'flag',
  },
  {
    key: 'sedatives',
    label: 'Took a benzodiazepine, a Z-drug or an opioid today',
    safe: 'no',
    weight: 'flag',
    hint: 'sedation, breathing',
  },
  {
    key: 'stimulants',
    label: 'Takes a stimulant or an MAO inhibitor',
    safe: 'no',
    weight: 'flag',
    hint: 'blood pressure',
  },
  { key: 'fasting', label: 'Fasting as agreed', safe: 'yes', weight: 'ready' },
  { key: 'escort', label: 'Somebody takes the patient home', safe: 'yes', weight: 'ready' },
  { key: 'consent', label: 'Consent given', safe: 'yes', weight: 'ready' },
  { key: 'rescue', label: 'Oxygen, suction and rescue drugs at hand', safe: 'yes', weight: 'ready' },
];

export const screening = {
  title: 'Screening',
  /** Of the note in the journal: it is read again by this word. */
  listTitle: 'Screening',
  intro: 'Answer every line. An answer that needs a decision asks who decided and why.',
  items,
  weights: { stop: 'stop', flag: 'look twice', ready: 'first' },
  answers: { yes: 'yes', no: 'no' },
  answerMissing: 'Answer yes or no.',
  reasonMissing: 'Say who decided and why.',
  reasonFor: (label: string) => `Reason: ${label}`,
  missingCount: (count: number) => (count === 1 ? '1 line needs an answer.' : `${count} lines need an answer.`),
  clear: 'nothing needs a decision',
  decisions: (count: number) => (count === 1 ? '1 answer needed a decision' : `${count} answers needed a decision`),
  submit: 'Screening complete',
  again: 'Screen again',
  answered: (by: string, time: string) => `Answered by ${by} at ${time}`,
  againHint: 'A second screening corrects the first one; both stay in the record.',
};
