/** axe-core in a page, by evaluation, which the page's content security policy lets the browser's driver do. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, Result } from 'axe-core'
import type { Page } from 'playwright-core'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** @returns  What it finds, most severe rules included: WCAG 2 A and AA, and best practices. */
export async function violationsOf(page: Page): Promise<Result[]> {
  await page.evaluate(SOURCE)
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  return results.violations
}
