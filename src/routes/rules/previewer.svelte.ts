/** Asks the station what a form would make, a moment after the last key, and keeps the newest answer. */
import type { Attachment } from 'svelte/attachments';
import { resolve } from '$app/paths';
import { words } from '$lib/messages/index.ts';
import type { RulePreview } from '$lib/realtime/rule-rows.ts';

const QUIET_MS = 250;

export class Previewer {
  preview = $state.raw<RulePreview>();
  #asked = 0;

  readonly follow: Attachment<HTMLFormElement> = (form) => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      clearTimeout(waiting);
      waiting = setTimeout(() => void this.#ask(form), QUIET_MS);
    };
    // A condition that is left out or added is a change of the form, too.
    const watch = new MutationObserver(later);
    watch.observe(form, { childList: true, subtree: true });
    form.addEventListener('input', later);
    later();
    return () => {
      clearTimeout(waiting);
      watch.disconnect();
      form.removeEventListener('input', later);
    };
  };

  async #ask(form: HTMLFormElement): Promise<void> {
    const number = (this.#asked += 1);
    const preview = await previewFor(new FormData(form));
    if (number === this.#asked) this.preview = preview;
  }
}

async function previewFor(body: FormData): Promise<RulePreview> {
  const wrong = (fault: string): RulePreview => ({ faults: [fault], levels: [] });
  try {
    const answer = await fetch(resolve('/rules/preview'), { method: 'POST', body });
    if (!answer.ok) return wrong(words.rules.form.previewFailed(answer.status));
    const preview: unknown = await answer.json();
    return isPreview(preview) ? preview : wrong(words.rules.form.previewFailed(answer.status));
  } catch (failure) {
    return wrong(String(failure));
  }
}

/** Of the station that this page came from: whether it is one, not whether it is a right one. */
const isPreview = (answer: unknown): answer is RulePreview =>
  typeof answer === 'object' && answer !== null && 'faults' in answer && 'levels' in answer;
