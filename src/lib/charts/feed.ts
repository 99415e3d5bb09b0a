/**
 * The data of a chart on their way to it, outside of the framework's reactivity: a page sets what is to be shown as often as
 * something comes, a chart draws at most once per display frame.
 */
export class Feed<T> {
  #current: T;
  readonly #listeners = new Set<() => void>();

  constructor(first: T) {
    this.#current = first;
  }

  get current(): T {
    return this.#current;
  }

  set(next: T): void {
    this.#current = next;
    for (const listener of this.#listeners) listener();
  }

  /** @returns how to stop listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/**
 * Calls `draw` in the next display frame after each change of the feed or of the element's size, once however many there were.
 * @returns how to end it.
 */
export function drawOnChange<T>(feed: Feed<T>, element: Element, draw: (isResized: boolean) => void): () => void {
  let request = 0;
  let isResized = false;
  const ask = (): void => {
    request ||= requestAnimationFrame(() => {
      request = 0;
      draw(isResized);
      isResized = false;
    });
  };
  const stop = feed.onChange(ask);
  const sizes = new ResizeObserver(() => {
    isResized = true;
    ask();
  });
  sizes.observe(element);
  return () => {
    stop();
    sizes.disconnect();
    cancelAnimationFrame(request);
  };
}
