/**
 * The words of a conversation with a New Era pump. The same word reads when it stands alone and sets when something follows it
 * (`RAT`, `RAT5`), so a question of ours has no place for an argument.
 */

/** What this driver asks. `DIR`, `PHN` and the bare status question are reads too and are not asked: see README.md. */
export const WORDS = ['VER', 'DIA', 'RAT', 'DIS', 'VOL'] as const;
export type Word = (typeof WORDS)[number];

/** `safe`: with length and CRC. Which of the two a pump speaks is its owner's choice and is only followed. */
export type Mode = 'basic' | 'safe';

export interface Query {
  readonly word: Word;
  /** 0 to 99. */
  readonly address: number;
  readonly mode: Mode;
}

/** One letter: what the pump does, or, behind `A?`, the alarm that stands there instead. */
export type Status =
  { readonly kind: 'run'; readonly letter: string } | { readonly kind: 'alarm'; readonly letter: string };

/** What follows the status. A reply does not repeat its question; only the form of its data says which one it answers. */
export type Data =
  | { readonly kind: 'none' }
  /** A rate or a volume, by its unit of two letters as it was sent. */
  | { readonly kind: 'amount'; readonly value: number; readonly unit: string }
  | { readonly kind: 'dispensed'; readonly infused: number; readonly withdrawn: number; readonly unit: string }
  /** Of the syringe, inside, mm. */
  | { readonly kind: 'diameter'; readonly mm: number }
  | { readonly kind: 'direction'; readonly way: 'INF' | 'WDR' }
  | { readonly kind: 'version'; readonly model: string; readonly version: string }
  /** Empty for a bare question mark, else what stands behind it: `NA`, `OOR`, `COM`, `IGN`. */
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'other'; readonly text: string };

/** One reply. */
export interface Message {
  readonly mode: Mode;
  readonly address: number;
  readonly status: Status;
  readonly data: Data;
}
