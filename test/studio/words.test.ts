/** The Words view in a browser: neighbours, analogies and the map, of word vectors and of other models' vectors. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before } from 'node:test'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { readEmma } from '../../examples/emma.ts'
import { TextClassifier } from '../../src/index.ts'
import { WordVectors } from '../../src/models/word-vectors/word-vectors.ts'
import { type StudioServer, startStudioServer } from '../../src/server/studio-server.ts'
import { assertAccessible, browserTest, picture, skip, studio } from './studio.test-support.ts'

const { open, models, folder } = studio('classifier')

let vectors: WordVectors
let empty: StudioServer | undefined

/** Where no model is served. */
async function withoutModel(): Promise<string> {
  empty ??= await startStudioServer({ folder: folder(), model: null, port: 0 })
  return empty.url
}

after(() => empty?.close())

before(async () => {
  if (skip) return
  vectors = await WordVectors.train(readEmma().slice(0, 300_000), { embedding: 32, epochs: 4, minimumCount: 5 })
  writeFileSync(join(models(), 'emma.safetensors'), vectors.toBytes())
  writeFileSync(join(models(), 'emma.vec'), vectors.toWord2Vec('text'))
  writeFileSync(join(models(), 'emma.bin'), vectors.toWord2Vec('binary'))
})

const textOf = async (place: Locator): Promise<string> => (await place.textContent()) ?? ''
const sentence = (page: Page) => textOf(page.locator('.narrator-sentence'))
const foundOf = (page: Page, list: string) => page.locator(`[data-test="${list}-found"] button`).allTextContents()
const cosinesOf = (page: Page, list: string) => page.locator(`[data-test="${list}-found"] .number`).allTextContents()
const cosine = (similarity: number) => similarity.toFixed(2).replace('-', '−')

async function openedVectors(hash: string, file = 'emma.safetensors', options: BrowserContextOptions = {}) {
  const opened = await open(hash, options)
  await opened.page.waitForSelector('[data-test="map"]')
  await opened.page.setInputFiles('.model input[type="file"]', join(models(), file))
  await opened.page.waitForFunction(
    () => document.querySelectorAll('[data-test="kind"]').length === 1 && !document.querySelector('.words-kind'),
  )
  return opened
}

browserTest('neighbours and analogies are those of the library, from each format', async () => {
  for (const file of ['emma.safetensors', 'emma.vec', 'emma.bin']) {
    const { page, assertSilent } = await openedVectors('#/words?word=she&a=he&b=his&c=she', file)
    await page.waitForSelector('[data-test="analogy-found"]')
    const near = vectors.similar('she', 12)
    assert.deepEqual(
      await foundOf(page, 'neighbours'),
      near.map(({ word }) => word),
    )
    assert.deepEqual(
      await cosinesOf(page, 'neighbours'),
      near.map(({ similarity }) => cosine(similarity)),
    )
    assert.deepEqual(
      await foundOf(page, 'analogy'),
      vectors.analogy('he', 'his', 'she', 12).map(({ word }) => word),
    )
    const said = near.slice(0, 3).map(({ word, similarity }) => `“${word}” (cosine ${cosine(similarity)})`)
    assert.equal(await sentence(page), `Nearest to “she” are ${said[0]}, ${said[1]} and ${said[2]}.`)
    assertSilent()
  }
})

browserTest('a word is written, clicked in a list, found by keys; an unknown one is refused in words', async () => {
  const { page, assertSilent } = await openedVectors('#/words')
  await page.waitForFunction(
    () => document.querySelector('.narrator-sentence')?.textContent === '200 words are on the map; none is chosen.',
  )
  await page.locator('[data-test="word"]').fill('Emma')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test="neighbours-found"]')
  assert.match(await sentence(page), /^Nearest to “emma” are/)
  const [first] = await foundOf(page, 'neighbours')
  await page.locator('[data-test="neighbours-found"] button').first().click()
  await page.waitForFunction(word => location.hash.includes(`word=${word}`), first)
  await page.locator('.words-map').focus()
  await page.keyboard.press('ArrowLeft')
  await page.waitForFunction(
    word => !location.hash.includes(`word=${word}&`) && !location.hash.endsWith(`word=${word}`),
    first,
  )
  await page.locator('[data-test="word"]').fill('zeppelin')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test="neighbours-failure"]')
  assert.match(await textOf(page.locator('[data-test="neighbours-failure"]')), /got "zeppelin", which is none of the/)
  assertSilent()
})

browserTest('the map is larger by key and button, dragged, and restored by its address', async () => {
  const { page, assertSilent } = await openedVectors('#/words?word=she')
  await page.waitForSelector('[data-test="neighbours-found"]')
  const painted = () =>
    page.locator('[data-test="map"]').evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL().length)
  const before = await painted()
  await page.locator('.words-map').focus()
  await page.keyboard.press('+')
  await page.waitForFunction(() => location.hash.includes('window=1.5'))
  await page.locator('[data-test="zoom-in"]').click()
  await page.waitForFunction(() => location.hash.includes('window=2.25'))
  const box = await page.locator('.words-map').boundingBox()
  assert.ok(box)
  await page.mouse.move(box.x + 300, box.y + 300)
  await page.mouse.down()
  await page.mouse.move(box.x + 400, box.y + 250, { steps: 3 })
  await page.mouse.up()
  await page.waitForFunction(() => /window=2\.25%2C-0\.\d+%2C-0\.\d+/.test(location.hash))
  const hash = await page.evaluate(() => location.hash)
  assert.notEqual(await painted(), before)
  await page.reload()
  await page.waitForSelector('[data-test="map"]')
  assert.equal(await page.evaluate(() => location.hash), hash)
  await page.locator('.words-map').focus()
  await page.keyboard.press('0')
  await page.waitForFunction(() => !location.hash.includes('window='))
  assertSilent()
})

browserTest('the vectors of a classifier are shown, and said to be a by-product', async () => {
  const { page, assertSilent } = await open('#/words?word=good')
  await page.waitForSelector('[data-test="neighbours-found"]')
  assert.match(
    await textOf(page.locator('[data-test="kind"]')),
    /^By-product: the .* that a text classifier has learned/,
  )
  const model = TextClassifier.fromBytes(readFileSync(join(models(), 'classifier.safetensors')))
  const weight = model.network.parameters().get('embedding.weight')
  assert.ok(weight)
  const rows = weight.toArray()
  const [, size] = weight.shape
  const row = (place: number) => Array.from(rows.slice(place * size, (place + 1) * size))
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, d) => sum + x * b[d], 0)
  const { tokens } = model.encoder.vocabulary
  const query = row(tokens.indexOf('good'))
  const expected = tokens
    .map((word, place) => ({
      word,
      is: dot(query, row(place)) / Math.sqrt(dot(query, query) * dot(row(place), row(place))),
    }))
    .filter(({ word }) => word !== 'good' && word !== '<unk>')
    .sort((a, b) => b.is - a.is)
    .slice(0, 12)
  assert.deepEqual(
    await foundOf(page, 'neighbours'),
    expected.map(({ word }) => word),
  )
  assertSilent()
})

browserTest('with no model it says what it needs and how to make it, and opens a file', async () => {
  const { page, assertSilent } = await open('#/words', { url: await withoutModel() })
  await page.waitForSelector('[data-test="words-nothing"]')
  assert.match(await textOf(page.locator('[data-test="words-nothing"]')), /sluice train word-vectors/)
  await assertAccessible(page)
  await page.setInputFiles('[data-test="words-nothing"] input[type="file"]', join(models(), 'emma.vec'))
  await page.waitForSelector('[data-test="map"]')
  assertSilent()
})

for (const scheme of ['light', 'dark'] as const) {
  for (const language of ['en', 'zh'] as const) {
    browserTest(`axe finds nothing in ${language}, ${scheme}`, async () => {
      const shared = { lang: language, scheme }
      const hashOf = (fields: Readonly<Record<string, string>>) =>
        `#/words?${new URLSearchParams({ ...shared, ...fields })}`
      const { page, assertSilent } = await open(hashOf({ word: 'good', a: 'good', b: 'bad', c: 'great' }))
      await page.waitForSelector('[data-test="neighbours-found"]')
      await picture(page, `words-by-product-${language}-${scheme}`)
      await assertAccessible(page)
      assertSilent()
      const { page: own, assertSilent: ownSilent } = await openedVectors(
        hashOf({ word: 'she', a: 'he', b: 'his', c: 'she' }),
      )
      await own.waitForSelector('[data-test="analogy-found"]')
      await own.locator('.words-map').focus()
      await picture(own, `words-${language}-${scheme}`)
      await assertAccessible(own)
      ownSilent()
    })
  }
}

browserTest('a narrow page has no sideways scroll', async () => {
  const { page } = await openedVectors('#/words?word=she', 'emma.safetensors', {
    viewport: { width: 380, height: 800 },
  })
  await page.waitForSelector('[data-test="neighbours-found"]')
  await picture(page, 'words-narrow')
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
})
