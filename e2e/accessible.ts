import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** What a theme decides; all else was found in the other one. */
const COLOURS = ['color-contrast', 'link-in-text-block']

/**
 * Findings that keep people out; a page that has any fails.
 * @param options.name the page or panel, where a test looks over several
 * @param options.only 'colours' of a page that has just been looked over whole, in its other theme
 */
export async function expectAccessible(page: Page, { name, only }: { name?: string; only?: 'colours' } = {}): Promise<void> {
  // We have no frames of others. For those axe would put its account together in a new tab, each time.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], ...(only && { runOnly: COLOURS }) })
  const { violations } = await axe.analyze()
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(grave.map(({ id, nodes }) => `${name ? `${name}: ` : ''}${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([])
}

/** The page changes its theme as it lies there, as when the evening comes. */
export async function goOverInto(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await expect(page.locator('html')).toHaveClass(new RegExp(`(^| )${theme}( |$)`))
}
