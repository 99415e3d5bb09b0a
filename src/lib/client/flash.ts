/** All flashing fields of a page flash together: each animation is moved to the phase of the document's own time. */

const isFlash = (animation: Animation): boolean =>
  animation instanceof CSSAnimation && animation.animationName.startsWith('flash-');

/** In the browser only. @returns how to stop. */
export function keepOnePhase(page: Document): () => void {
  const join = ({ target, animationName }: AnimationEvent): void => {
    if (!animationName.startsWith('flash-') || !(target instanceof Element)) return;
    for (const animation of target.getAnimations({ subtree: true })) if (isFlash(animation)) animation.startTime = 0;
  };
  for (const animation of page.getAnimations()) if (isFlash(animation)) animation.startTime = 0;
  page.addEventListener('animationstart', join);
  return () => page.removeEventListener('animationstart', join);
}
