/** What every dialog of this page is given, and what becomes of its form: closed when the station has taken it, else told why not. */
import type { SubmitFunction } from '@sveltejs/kit';

export interface DialogProps {
  readonly preset: { readonly id: string; readonly version: string };
  /** Whoever changes a rule has a name. */
  readonly isNamed: boolean;
  /** Why the page's last change was not taken. */
  readonly faults: readonly string[];
  readonly onclose: () => void;
}

/** The faults are those of this dialog's form as it stands: they go with the next key, and another dialog begins without. */
export class Sending {
  isRefused = $state(false);
  isSending = $state(false);
  readonly #onclose: () => void;

  constructor(onclose: () => void) {
    this.#onclose = onclose;
  }

  readonly submit: SubmitFunction = () => {
    this.isSending = true;
    return async ({ result, update }) => {
      await update({ reset: false });
      this.isSending = false;
      this.isRefused = result.type !== 'success';
      if (result.type === 'success') this.#onclose();
    };
  };

  readonly changed = (): void => {
    this.isRefused = false;
  };
}
