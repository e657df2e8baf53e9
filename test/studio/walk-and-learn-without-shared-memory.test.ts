/** Walk and Learn from a plain file server: no shared memory, a model beside the page. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { extname, join } from 'node:path'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { browserTest, skip, studio } from './studio.test-support.ts'

const { open, models, folder } = studio('classifier')
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

let plain: Server
let url: string

before(async () => {
  if (skip) return
  const fileOf = (path: string) =>
    path === 'my.safetensors' ? join(models(), 'classifier.safetensors') : join(folder(), path || 'index.html')
  plain = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0].slice(1)
    response.setHeader('Content-Type', TYPES[extname(path)] ?? 'text/html')
    response.end(readFileSync(fileOf(path)))
  }).listen(0, '127.0.0.1')
  await once(plain, 'listening')
  url = `http://127.0.0.1:${(plain.address() as { port: number }).port}/`
})
after(() => {
  plain?.closeAllConnections()
  plain?.close()
})

const isShared = (page: Page) => page.evaluate(() => crossOriginIsolated || typeof SharedArrayBuffer !== 'undefined')

browserTest('Walk shows the step with its numbers', async () => {
  const { page, assertSilent } = await open('#/walk?model=my.safetensors', { url })
  await page.waitForSelector('[data-test="line-forgetGate"] .line-numbers math')
  assert.equal(await isShared(page), false)
  assertSilent()
})

browserTest('Learn trains and measures', async () => {
  const { page, assertSilent } = await open('#/learn?chapter=5&model=my.safetensors&steps=20', { url })
  await page.locator('[data-test="measure"]').click()
  await page.locator('[data-test="faded"] tbody tr').first().waitFor({ timeout: 120_000 })
  assert.equal(await isShared(page), false)
  assertSilent()
})
