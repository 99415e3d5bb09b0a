/** What holds for every screen: live, nothing cut off sideways, nothing serious for axe, at both sizes; its pictures are kept. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeFindings, evidence, SIZES } from './browser.ts';

export async function expectPresentable(page: Page, name: string): Promise<void> {
  for (const size of [SIZES[1], SIZES[0]]) {
    await page.setViewportSize(size);
    await page.locator('.shell[data-link="live"]').waitFor();
    const overflow = await page.evaluate(() => {
      const main = document.querySelector('main');
      return main === null ? Infinity : main.scrollWidth - main.clientWidth;
    });
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, name);
  }
}

/** How many pairs of these boxes cover each other. */
export async function overlaps(boxes: Locator): Promise<number> {
  const found = await boxes.evaluateAll((elements) =>
    elements.map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { left, right, top, bottom };
    }),
  );
  return found.flatMap((a, i) =>
    found.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
  ).length;
}
