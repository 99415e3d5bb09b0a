/** What a page and its server say to each other about a form: text by field name, and what the server answers to a wrong one. */

export type Fields = Readonly<Record<string, string>>;

/** Sentences by field. */
export type Mistakes = Readonly<Record<string, string>>;

/** What a page shows again: which of its forms it was, what was typed, what is wrong, and why the bed refused. */
export interface RefusedForm {
  readonly form: string;
  readonly fields: Fields;
  readonly mistakes: Mistakes;
  readonly refusal: string;
}
