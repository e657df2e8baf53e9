/** Walk and Learn from a plain file server: no shared memory, a model beside the page. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { MODEL_BESIDE, onPlainServer } from './plain-server.test-support.ts'
import { browserTest, studio } from './studio.test-support.ts'

const { open, models, folder } = studio('classifier')

const opened = (hash: string, use: (page: Page) => Promise<void>) =>
  onPlainServer(folder(), join(models(), 'classifier.safetensors'), async url => {
    const { page, assertSilent } = await open(`${hash}model=${MODEL_BESIDE}`, { url })
    await use(page)
    assert.equal(await page.evaluate(() => crossOriginIsolated || typeof SharedArrayBuffer !== 'undefined'), false)
    assertSilent()
  })

browserTest('Walk shows the step with its numbers', () =>
  opened('#/walk?', async page => {
    await page.waitForSelector('[data-test="line-forgetGate"] .line-numbers math')
  }),
)

browserTest('Learn trains and measures', () =>
  opened('#/learn?chapter=5&steps=20&', async page => {
    await page.locator('[data-test="measure"]').click()
    await page.locator('[data-test="faded"] tbody tr').first().waitFor({ timeout: 120_000 })
  }),
)
