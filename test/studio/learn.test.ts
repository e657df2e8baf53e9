/** The Learn view in a browser: each chapter's pieces compute, with the open model and with those of the house. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { TextClassifier } from '../../src/index.ts'
import { json } from '../cli/spawn-sluice.ts'
import { assertAccessible, browserTest, picture, studio } from './studio.test-support.ts'

const { open, models } = studio('classifier')

const TEXT = 'the film was a good story with an awful actor'
/** Another engine's relaxed arithmetic, and 64-bit numbers of one step. */
const OTHER_ENGINE = 1e-4
const TRAINING_MS = 60_000

const inspected = (...words: string[]) => json(['inspect', 'classifier.safetensors', TEXT, ...words], { cwd: models() })
const address = (chapter: number, fields: Readonly<Record<string, string>> = {}) =>
  `#/learn?${new URLSearchParams({ chapter: String(chapter), ...fields })}`
const textOf = async (place: Locator): Promise<string> => (await place.textContent()) ?? ''
const sentence = (page: Page) => textOf(page.locator('.narrator-sentence'))
const percent = (share: number) => `${(100 * share).toFixed(1)} %`

async function shares(page: Page, test: string): Promise<Record<string, string>> {
  const rows = page.locator(`[data-test="${test}"] > div`)
  await rows.first().waitFor()
  const names = await rows.locator('dt').allInnerTexts()
  const values = await rows.locator('.number').allInnerTexts()
  return Object.fromEntries(names.map((name, k) => [name, values[k]]))
}

browserTest(
  'chapter 1: the answer after each word is that of inspect --json; the next word of a model trained here',
  async () => {
    const { page, assertSilent } = await open(address(1, { text: TEXT }))
    const { predictions } = inspected()
    const strip = page.locator('.token-strip')
    await strip.focus()
    for (const t of [0, 1, 2]) {
      const { label, probability, probabilities } = predictions[t]
      await page.waitForFunction(
        wanted => document.querySelector('.narrator-sentence')?.textContent?.includes(wanted),
        `“${label}” has ${percent(probability)}`,
      )
      assert.equal((await shares(page, 'answer'))[label], percent(probabilities[label]))
      await page.keyboard.press('ArrowRight')
    }
    const next = page.locator('[data-test="next"] dt')
    await next.first().waitFor({ timeout: TRAINING_MS })
    const word = await textOf(next.first())
    await page.getByRole('button', { name: `Write on with “${word}”` }).click()
    assert.equal(await page.locator('[data-test="begun"]').inputValue(), `the film was good but ${word}`)
    assertSilent()
  },
)

browserTest('chapter 2: counted, and it does not grow with the text', async () => {
  const { page, assertSilent } = await open(address(2, { text: TEXT, steps: '50', filter: '4' }))
  await page.locator('[data-test="recurrent"]').waitFor()
  const shown = async (kind: string) =>
    Number((await textOf(page.locator(`[data-test="${kind}"]`))).replaceAll(',', ''))
  // By hand: W [128, 64], U [128, 128], two biases; 50 · 64 inputs; 4 · 64 inputs.
  assert.equal(await shown('recurrent'), 128 * 64 + 128 * 128 + 2 * 128)
  assert.equal(await shown('full'), 128 * 50 * 64 + 128)
  assert.equal(await shown('convolution'), 128 * 4 * 64 + 128)
  await page.locator('[data-test="steps"]').focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction(() => document.querySelector('[data-test="full"]')?.textContent === '417,920')
  assert.equal(await shown('recurrent'), 128 * 64 + 128 * 128 + 2 * 128)
  assert.equal(await page.locator('.time-cell').count(), 10)
  assertSilent()
})

browserTest('chapter 3: softmax and its gradient', async () => {
  const { page, assertSilent } = await open(address(3, { text: TEXT, z1: '10', z2: '0', z3: '-10', right: '1' }))
  const rows = page.locator('[data-test="softmax"] tbody tr')
  await rows.first().locator('.number').waitFor()
  const exponentials = [1, 0, -1].map(Math.exp)
  const sum = exponentials.reduce((a, b) => a + b, 0)
  for (const [k, e] of exponentials.entries()) {
    assert.equal(await textOf(rows.nth(k).locator('.number')), percent(e / sum))
    const gradient = (e / sum - Number(k === 1)).toFixed(3).replace('-', '−')
    assert.equal(await textOf(rows.nth(k).locator('.red-number')), gradient)
  }
  assert.match(await textOf(page.locator('[data-test="loss"]')), /1\.4/) // ln(e + 1 + 1/e) = 1.408
  await page.locator('.time-diagram text.red').first().waitFor()
  assertSilent()
})

browserTest('chapter 4: both models guess, and have neighbours', async () => {
  const { page, assertSilent } = await open(address(4, { token: '3' }))
  await page.locator('[data-test="guess-middle"] dt').first().waitFor({ timeout: TRAINING_MS })
  assert.equal(await textOf(page.locator('[data-test="rnn-sees"]')), 'the → film → was')
  assert.equal(await textOf(page.locator('[data-test="cbow-sees"]')), 'but, film, the, was')
  const things = ['film', 'plot', 'actor', 'food', 'soup', 'service', 'waiter', 'room', 'music', 'story']
  await page.locator('[data-test="cbow"] dt').first().waitFor({ timeout: TRAINING_MS })
  for (const model of ['cbow', 'recurrent']) {
    const near = await page.locator(`[data-test="${model}"] dt`).allInnerTexts()
    assert.ok(
      near.every(word => things.includes(word)),
      `${model}: ${near}`,
    )
  }
  assertSilent()
})

browserTest('chapter 5: the gradient of the plain cell fades, that of the gated ones does not', async () => {
  const { page, assertSilent } = await open(address(5, { steps: '30' }))
  await page.locator('[data-test="measure"]').click()
  const table = page.locator('[data-test="faded"] tbody tr')
  await table.first().waitFor({ timeout: 2 * TRAINING_MS })
  const left = async (row: number) => await textOf(table.nth(row).locator('td').first())
  assert.match(await left(0), /·10⁻/, 'rnn') // below a thousandth
  for (const row of [1, 2]) assert.ok(Number(await left(row)) > 0.01, await left(row))
  assert.match(await sentence(page), /rnn: at the first letter .* gru: .* lstm: /)
  assertSilent()
})

browserTest('chapter 5: a training is stopped', async () => {
  const { page, assertSilent } = await open(address(5))
  await page.locator('[data-test="measure"]').click()
  await page.locator('[data-test="stop"]').click()
  await page.locator('[data-test="measure"]').waitFor()
  assert.equal(await page.locator('[data-test="faded"]').count(), 0)
  assertSilent()
})

browserTest('chapter 6: a gate by hand', async () => {
  const { page, assertSilent } = await open(address(6, { w: '200', x: '50', b: '100', f: '50', i: '100' }))
  const gate = page.locator('[data-test="gate"]')
  await gate.waitFor()
  assert.match(await textOf(gate), /0\.88/) // σ(2 · 0.5 + 1) = 0.881
  const cells = page.locator('[data-test="memory"] tbody tr').nth(3).locator('td')
  await cells.first().waitFor()
  assert.equal(await textOf(cells.nth(4)), '0.13') // 1 · 0.5³
  await page.locator('[data-test="f"]').focus()
  await page.keyboard.press('End')
  await page.waitForFunction(
    () => document.querySelectorAll('[data-test="memory"] tbody tr:nth-child(4) td')[4]?.textContent === '1.00',
  )
  assert.match(await sentence(page), /With f at 100 % and i at 100 % the first number is 0\.50/)
  assertSilent()
})

browserTest('chapter 7: the numbers in the six lines are those of inspect --json', async () => {
  const { page, assertSilent } = await open(address(7, { text: TEXT, token: '4', unit: '6' }))
  await page.locator('[data-test="line-h"] .numbers-line').waitFor()
  const { quantities } = inspected().layers[0]
  for (const name of ['forgetGate', 'inputGate', 'candidate', 'c', 'outputGate', 'h']) {
    const shown = await page.locator(`[data-test="line-${name}"] .numbers-line`).getAttribute('data-value')
    assert.ok(Math.abs(Number(shown) - quantities[name].values[4][6]) <= OTHER_ENGINE, `${name}: ${shown}`)
  }
  assert.match(await sentence(page), /^At “good” the forget gate of unit 6 is \d+ %\.$/)
  await page.locator('.chapter-cell').focus()
  for (let k = 0; k < 3; k++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction(() =>
    document.querySelector('.narrator-sentence')?.textContent?.startsWith('At “story” the cell state'),
  )
  await page.waitForFunction(() => location.hash.includes('line=4') && location.hash.includes('token=5'))
  await page.reload()
  await page.waitForFunction(() =>
    document.querySelector('.narrator-sentence')?.textContent?.startsWith('At “story” the cell state'),
  )
  assertSilent()
})

browserTest('chapter 8: another function changes the prediction as inspect --json tells', async () => {
  const { page, assertSilent } = await open(address(8, { text: TEXT, gate: 'outputGate' }))
  await page.locator('[data-test="after"] dt').first().waitFor()
  for (const name of ['relu', 'tanh']) {
    await page.selectOption('[data-test="function"]', name)
    const { probabilities } = inspected('--activation', `outputGate=${name}`).interventions[0].prediction
    for (const [label, p] of Object.entries(probabilities) as [string, number][]) {
      await page.waitForFunction(
        ([wanted, label]) =>
          [...document.querySelectorAll('[data-test="after"] > div')].some(
            row =>
              row.querySelector('dt')?.textContent === label && row.querySelector('.number')?.textContent === wanted,
          ),
        [percent(p), label] as const,
      )
    }
  }
  assertSilent()
})

browserTest('chapter 9: the bytes are those of the file; saved, read again, the same', async () => {
  const { page, assertSilent } = await open(address(9, { text: TEXT }))
  const file = join(models(), 'classifier.safetensors')
  const shown = await page.locator('[data-test="bytes"]').getAttribute('data-bytes')
  assert.equal(Number(shown), statSync(file).size)
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-test="save"]').click()])
  assert.equal(download.suggestedFilename(), 'model.safetensors')
  const saved = readFileSync(await download.path())
  assert.deepEqual(saved, readFileSync(file))
  assert.equal(
    TextClassifier.fromBytes(saved).parameterCount,
    Number((await textOf(page.locator('tfoot td').last())).replaceAll(',', '')),
  )
  await page.locator('[data-test="again"]').click()
  await page.locator('[data-test="verdict"][data-same]').waitFor()
  assert.deepEqual(await shares(page, 'after'), await shares(page, 'before'))
  assertSilent()
})

browserTest('without a model the chapters train one of the house', async () => {
  const { page, assertSilent } = await open(address(7, { lang: 'zh', model: '' }))
  await page.locator('[data-test="line-h"] .numbers-line').waitFor({ timeout: TRAINING_MS })
  assertSilent()
})

for (const [chapter, scheme, language] of [
  [1, 'dark', 'zh'],
  [2, 'light', 'en'],
  [3, 'dark', 'en'],
  [4, 'light', 'zh'],
  [6, 'light', 'zh'],
  [6, 'dark', 'en'],
  [7, 'light', 'en'],
  [7, 'dark', 'zh'],
  [8, 'light', 'zh'],
  [9, 'dark', 'zh'],
] as const) {
  browserTest(`axe finds nothing in chapter ${chapter}, ${language}, ${scheme}`, async () => {
    const { page, assertSilent } = await open(address(chapter, { lang: language, scheme, text: TEXT }))
    await page.waitForSelector('.piece')
    await page.waitForFunction(() => document.querySelectorAll('progress').length === 0)
    await page.waitForFunction(() => document.querySelector('.narrator-sentence')?.textContent !== '')
    await picture(page, `learn-${chapter}-${language}-${scheme}`)
    await assertAccessible(page)
    assertSilent()
  })
}
