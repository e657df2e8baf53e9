/**
 * Writes docs/images/studio-*.png: the studio's views of the model that `npm start` makes, for the README.
 *
 *   npm start                               writes the model
 *   node tools/write-studio-images.ts      needs Debian's chromium
 */
import { resolve } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { studioFolder } from '../src/cli/studio-build.ts'
import { startStudioServer } from '../src/server/studio-server.ts'

const ROOT = resolve(import.meta.dirname, '..')
const TEXT = encodeURIComponent('the food was good but the service was slow')

/** A view's address, and how much of it to show. */
const pictures = [
  { name: 'read', hash: `#/read?text=${TEXT}&token=3`, height: 860 },
  { name: 'walk', hash: `#/walk?text=${TEXT}&token=3`, height: 980 },
  { name: 'learn', hash: `#/learn?chapter=7&text=${TEXT}&token=3`, height: 980 },
] as const

const folder = await studioFolder(console.error, new AbortController().signal)
const server = await startStudioServer({ folder, port: 0, model: resolve(ROOT, 'out/sentiment.safetensors') })
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' })
try {
  for (const { name, hash, height } of pictures) {
    const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme: 'light', locale: 'en' })
    await page.goto(server.url + hash)
    await settled(page)
    await page.screenshot({ path: resolve(ROOT, `docs/images/studio-${name}.png`) })
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}

/** Until the page's picture stays the same for a second. */
async function settled(page: Page): Promise<void> {
  for (let before = '', now = '-'; before !== now; ) {
    before = now
    await page.waitForTimeout(1000)
    now = (await page.screenshot()).toString('base64')
  }
}
