/** What a page shows of the form that was refused last. Pure. */
import type { RefusedForm } from '$lib/realtime/forms.ts';

export interface FormState {
  readonly mistakes: Readonly<Record<string, string>>;
  readonly refusal: string;
  /** Anything was wrong with it, or the bed refused. */
  readonly isRefused: boolean;
  /** What was typed, else what stands there before. */
  readonly text: (name: string, otherwise?: string) => string;
}

/** @param form the page's last answer, whichever of its forms it belongs to. */
export function formState(form: RefusedForm | null | undefined, name: string): FormState {
  const own = form?.form === name ? form : undefined;
  const mistakes = own?.mistakes ?? {};
  return {
    mistakes,
    refusal: own?.refusal ?? '',
    isRefused: own !== undefined && (own.refusal !== '' || Object.keys(mistakes).length > 0),
    text: (field, otherwise = '') => own?.fields[field] ?? otherwise,
  };
}
