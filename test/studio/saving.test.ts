/** What the studio saves, opened again: a picture as SVG and PNG, the view as one HTML file. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { browserTest, studio } from './studio.test-support.ts'

const { open, models } = studio('classifier')
const ADDRESS = `#/read?${new URLSearchParams({ text: 'a good film', token: '1' })}`
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47]

async function saved(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
  return readFileSync(await download.path())
}

async function opened(): Promise<{ page: Page; assertSilent: () => void; sentence: string }> {
  const { page, assertSilent } = await open(ADDRESS)
  await page.waitForSelector('[data-test="prediction"] dt')
  return { page, assertSilent, sentence: (await page.locator('.narrator-sentence').textContent()) ?? '' }
}

browserTest('a picture as SVG says in words what it shows, and is drawn again', async () => {
  const { page, assertSilent, sentence } = await opened()
  const svg = String(await saved(page, 'Save “Gates and states” as SVG'))
  assert.ok(svg.includes(`<desc>${sentence}</desc>`), svg.slice(0, 500))
  assert.equal(svg.match(/<img /g)?.length, 6) // a heat map is an image, never an element a cell
  assert.doesNotMatch(svg, /<script|https?:\/\/(?!www\.w3\.org)/)
  const file = join(models(), 'gates.svg')
  writeFileSync(file, svg)
  const again = await open('', { url: pathToFileURL(file).href })
  assert.equal(await again.page.locator('img').count(), 6)
  again.assertSilent()
  assertSilent()
})

browserTest('a picture as PNG has the colours of the page', async () => {
  const { page, assertSilent } = await opened()
  const png = await saved(page, 'Save “Gates and states” as PNG')
  assert.deepEqual([...png.subarray(0, 4)], PNG_SIGNATURE)
  const colours = await page.evaluate(async base64 => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const context = canvas.getContext('2d') as CanvasRenderingContext2D
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 0, image.width, image.height)
    return new Set(new Uint32Array(data.buffer)).size
  }, png.toString('base64'))
  assert.ok(colours > 50, `${colours} colours`)
  assertSilent()
})

browserTest('the view as one HTML file shows the same without scripts', async () => {
  const { page, assertSilent, sentence } = await opened()
  const html = String(await saved(page, 'this view (HTML)'))
  assert.doesNotMatch(html, /<script/)
  const file = join(models(), 'view.html')
  writeFileSync(file, html)
  const again = await open('', { url: pathToFileURL(file).href })
  assert.equal(await again.page.locator('.narrator-sentence').textContent(), sentence)
  assert.equal(await again.page.locator('textarea').inputValue(), 'a good film')
  const best = '[data-test="prediction"] .number'
  assert.equal(await again.page.locator(best).first().textContent(), await page.locator(best).first().textContent())
  assert.ok((await again.page.locator('img.painted').count()) >= 6)
  again.assertSilent()
  assertSilent()
})
