/**
 * The cover over a page that hangs. A hung page cannot paint anything, so the cover is painted beforehand, invisible, with an
 * animation that shows it after a while; every sign of life puts the animation back to its beginning. The browser's compositor
 * runs it, not the page: only opacity is animated, because more than that it does not do by itself.
 */

/** The page gave no sign of life for so long. */
export const COVER_AFTER_MS = 3000;

export interface StallCover {
  /** The page lives: the cover stays away for another {@link COVER_AFTER_MS}. */
  renew(): void;
  end(): void;
}

/** @param element lies over the whole page, says in words that it is not monitoring, and takes no pointer events. */
export function stallCover(element: HTMLElement): StallCover {
  element.style.pointerEvents = 'none';
  element.style.willChange = 'opacity';
  const rise = element.animate([{ opacity: 0 }, { opacity: 1 }], {
    delay: COVER_AFTER_MS,
    duration: 1,
    fill: 'both',
  });
  return {
    renew: () => {
      rise.currentTime = 0;
    },
    end: () => rise.cancel(),
  };
}
