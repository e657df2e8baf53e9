/** The Walk view in a browser: the numbers of `inspect --json` in the equations, clamps, slow motion, both forms. */
import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { json } from '../cli/spawn-sluice.ts'
import { assertAccessible, browserTest, picture, studio } from './studio.test-support.ts'

const { open, models } = studio('classifier')

const TEXT = 'the film was a good story with an awful actor'
const TOKENS = TEXT.split(' ')

const inspected = (...words: string[]) => json(['inspect', 'classifier.safetensors', TEXT, ...words], { cwd: models() })

const address = (fields: Readonly<Record<string, string>> = {}) =>
  `#/walk?${new URLSearchParams({ text: TEXT, ...fields })}`

/** 64-bit numbers of one step against the kernels' 32 bits, in another engine. */
const OTHER_ENGINE = 1e-4

async function settled(page: Page): Promise<void> {
  await page.waitForSelector('[data-test="line-forgetGate"] .line-numbers math')
}

const textOf = async (place: Locator): Promise<string> => (await place.textContent()) ?? ''
const sentence = (page: Page) => textOf(page.locator('.narrator-sentence'))
const value = async (page: Page, name: string): Promise<number> =>
  Number(await page.locator(`[data-test="line-${name}"] .line-numbers`).getAttribute('data-value'))

async function waitForValue(page: Page, name: string, expected: number): Promise<void> {
  await page.waitForFunction(
    ([selector, wanted, most]) => {
      const shown = document.querySelector(selector as string)?.getAttribute('data-value')
      return shown != null && Math.abs(Number(shown) - (wanted as number)) <= (most as number)
    },
    [`[data-test="line-${name}"] .line-numbers`, expected, OTHER_ENGINE] as const,
  )
}

const NAMES = ['forgetGate', 'inputGate', 'candidate', 'c', 'outputGate', 'h']

browserTest('the numbers in the equations are those of inspect --json, at every token, layer and unit', async () => {
  const { page, assertSilent } = await open(address({ unit: '5' }))
  await settled(page)
  const report = inspected()
  await page.locator('.walk-time').focus()
  for (const t of TOKENS.keys()) {
    await waitForValue(page, 'h', report.layers[0].quantities.h.values[t][5])
    for (const name of NAMES) {
      const expected = report.layers[0].quantities[name].values[t][5]
      assert.ok(Math.abs((await value(page, name)) - expected) <= OTHER_ENGINE, `${name} at ${t}`)
    }
    assert.ok((await sentence(page)).startsWith(`At “${TOKENS[t]}”, token ${t + 1} of 10, unit 5`))
    await page.keyboard.press('ArrowRight')
  }
  await page.selectOption('[data-test="layer"]', '3')
  await page.locator('[data-test="unit"]').fill('2')
  const last = report.layers[3].quantities
  for (const name of NAMES) await waitForValue(page, name, last[name].values[9][2])
  await page.selectOption('[data-test="of"]', 'mean')
  for (const name of NAMES) await waitForValue(page, name, last[name].mean[9])
  assertSilent()
})

browserTest('a formula with its numbers comes to its result', async () => {
  const { page } = await open(address({ token: '4', unit: '3' }))
  await settled(page)
  const written = await textOf(page.locator('[data-test="line-c"] .line-numbers'))
  const [f, before, i, candidate, c] = [...written.replace(/−/g, '-').matchAll(/-?\d+\.\d+/g)].map(([n]) => Number(n))
  const { quantities } = inspected().layers[0]
  assert.equal(f.toFixed(2), quantities.forgetGate.values[4][3].toFixed(2))
  assert.equal(before.toFixed(2), quantities.c.values[3][3].toFixed(2))
  // Each of the five was rounded to two digits.
  assert.ok(Math.abs(f * before + i * candidate - c) < 0.02, written)
})

browserTest('a clamp changes the prediction as inspect --json tells, and is let go', async () => {
  const { page, assertSilent } = await open(address())
  await settled(page)
  const first = page.locator('[data-test="prediction"] .number').first()
  const before = await textOf(first)
  await page.locator('[data-test="clamp-forgetGate"]').focus()
  await page.keyboard.press('Home')
  const clamped = inspected('--clamp', 'forgetGate=0').interventions[0].prediction.probabilities
  const expected = `${(100 * Math.max(...(Object.values(clamped) as number[]))).toFixed(1)} %`
  await page.waitForFunction(
    wanted => document.querySelector('[data-test="prediction"] .number')?.textContent === wanted,
    expected,
  )
  assert.equal(await textOf(page.locator('[data-test="prediction-was"] .number').first()), before)
  await waitForValue(page, 'forgetGate', 0)
  await page.waitForFunction(() => location.hash.includes('clamps='))
  await page.locator('[data-test="release-forgetGate"]').click()
  await page.locator('[data-test="prediction-was"]').waitFor({ state: 'detached' })
  // The text is read anew without the clamp, which takes its moment.
  await page.waitForFunction(
    wanted => document.querySelector('[data-test="prediction"] .number')?.textContent === wanted,
    before,
  )
  assertSilent()
})

browserTest('slow motion goes equation by equation, over the end of a step, in both ways', async () => {
  const { page, assertSilent } = await open(address({ speed: '4' }))
  await settled(page)
  const now = () => page.locator('.walk-equations [data-now]').getAttribute('data-test')
  await page.locator('[data-test="play"]').click()
  assert.equal(await now(), 'line-forgetGate')
  await page.waitForSelector('[data-test="line-outputGate"][data-now]')
  await page.waitForFunction(() => document.querySelector('.narrator-sentence')?.textContent?.includes('token 2 of 10'))
  await page.locator('[data-test="play"]').click()
  await page.locator('.walk-cell').focus()
  await page.keyboard.press('Home')
  const at = await now()
  await page.keyboard.press('ArrowDown')
  assert.notEqual(await now(), at)
  await page.keyboard.press('ArrowUp')
  assert.equal(await now(), at)
  await page.selectOption('[data-test="way"]', 'back')
  assert.match(await sentence(page), /back through the .+: the prediction hangs on it with/)
  assertSilent()
})

browserTest('the address restores the step, the form and the way', async () => {
  const { page } = await open(address({ token: '6', unit: '7', line: '4', form: 'rolled', way: 'back' }))
  await settled(page)
  assert.match(await sentence(page), /^At “with”, token 7 of 10, unit 7, back through the cell state/)
  assert.equal(await page.locator('.time-diagram.rolled').count(), 1)
  await page.locator('[data-test="unrolled"]').click()
  assert.equal(await page.locator('.time-cell').count(), 10)
  await page.goBack()
  assert.equal(await page.locator('.time-diagram.rolled').count(), 1)
  await page.reload()
  await settled(page)
  assert.match(await sentence(page), /^At “with”, token 7 of 10, unit 7, back through the cell state/)
})

for (const scheme of ['light', 'dark'] as const) {
  for (const language of ['en', 'zh'] as const) {
    browserTest(`axe finds nothing in the Walk view in ${language}, ${scheme}`, async () => {
      const fields = { lang: language, scheme, token: '4', line: '4', clamps: '{"outputGate":0.5}' }
      const { page, assertSilent } = await open(address(fields))
      await settled(page)
      await page.waitForSelector('[data-test="prediction-was"]')
      await picture(page, `walk-${language}-${scheme}`)
      await assertAccessible(page)
      assertSilent()
    })
  }
}
