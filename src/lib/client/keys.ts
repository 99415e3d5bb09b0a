/** Which single key does what: pure. None while a field has the focus, none together with a modifier. */
export type KeyAction =
  | { readonly type: 'acknowledge' | 'audio' | 'ward' | 'events' | 'help' }
  | { readonly type: 'bed'; readonly index: number };

/** The part of a keyboard event that decides. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
}

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  a: { type: 'acknowledge' },
  p: { type: 'audio' },
  w: { type: 'ward' },
  e: { type: 'events' },
  '?': { type: 'help' },
};

export function keyAction(press: KeyPress, isWriting: boolean): KeyAction | undefined {
  if (isWriting || press.repeat || press.ctrlKey || press.altKey || press.metaKey) return undefined;
  if (/^[1-9]$/.test(press.key)) return { type: 'bed', index: Number(press.key) - 1 };
  return ACTIONS[press.key.toLowerCase()];
}

/** Whether keys belong to what has the focus: a field, a list of choices, something that is edited in place. */
export const isField = (tagName: string, isEditable: boolean): boolean =>
  isEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(tagName);
