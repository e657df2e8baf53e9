/** The Read view in a browser: with real models, by mouse and keyboard, in both languages and colour schemes. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { json } from '../cli/spawn-sluice.ts'
import { dropFile } from './drop-file.test-support.ts'
import { MODEL_BESIDE, onPlainServer } from './plain-server.test-support.ts'
import { assertAccessible, browserTest, picture, studio } from './studio.test-support.ts'

const { open, models, folder } = studio('classifier')

const TEXT = 'the film was a good story with an awful actor'

/** Chromium and Node may have different relaxed vector instructions: the last bits of 32-bit floats may differ. */
const OTHER_ENGINE = 1e-4

const inspected = (...words: string[]) => json(['inspect', 'classifier.safetensors', TEXT, ...words], { cwd: models() })

const address = (fields: Readonly<Record<string, string>> = {}) =>
  `#/read?${new URLSearchParams({ text: TEXT, ...fields })}`

/** Waits until the text is read and everything about it is there. */
async function settled(page: Page): Promise<void> {
  await page.waitForSelector('[data-t]')
  await page.waitForSelector('[data-test="prediction"] dt')
}

const strip = (page: Page) => page.locator('.token-strip').first()
const textOf = async (place: Locator): Promise<string> => (await place.textContent()) ?? ''
const sentence = (page: Page) => textOf(page.locator('.narrator-sentence'))
const notes = (page: Page) => strip(page).locator('small').allInnerTexts()
const percent = (share: number, digits = 0) => `${(100 * share).toFixed(digits)} %`

browserTest('the numbers are those of inspect --json', async () => {
  const { page, assertSilent } = await open(address())
  await settled(page)
  const report = inspected()
  const { quantities } = report.layers[0]
  assert.deepEqual(await strip(page).locator('b').allInnerTexts(), report.tokens)
  assert.deepEqual(
    await notes(page),
    quantities.forgetGate.mean.map((x: number) => percent(x)),
  )
  const best = page.locator('[data-test="prediction"] > div').first()
  assert.equal(await textOf(best.locator('dt')), report.prediction.label)
  assert.equal(await textOf(best.locator('.number')), percent(report.prediction.probability, 1))
  await strip(page).focus()
  for (const t of report.tokens.keys()) {
    const { label, probabilities } = { ...report.predictions[t], label: report.prediction.label }
    const said = await sentence(page)
    assert.ok(said.includes(`At “${report.tokens[t]}”, token ${t + 1} of ${report.tokens.length}`), said)
    assert.ok(said.includes(`the forget gate stands at ${percent(quantities.forgetGate.mean[t])}`), said)
    assert.ok(said.includes(`“${label}” has ${percent(probabilities[label], 1)}`), said)
    const row = page.locator('[data-quantity="inputGate"] td')
    assert.equal(await textOf(row.nth(0)), percent(quantities.inputGate.mean[t]))
    assert.equal(await textOf(row.nth(1)), percent(quantities.inputGate.values[t][0]))
    await page.keyboard.press('ArrowRight')
  }
  assertSilent()
})

browserTest('what is saved as JSON is the document of inspect --json', async () => {
  const { page } = await open(address({ clamps: '{"forgetGate":0.5}', at: '4' }))
  await settled(page)
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-test="save-json"]').click()])
  const saved = JSON.parse(readFileSync(await download.path(), 'utf8'))
  assertClose(saved, inspected('--clamp', 'forgetGate=0.5', '--at', '3'), 'report')
})

browserTest('a clamp and another word change the prediction as inspect --json tells', async () => {
  const { page, assertSilent } = await open(address())
  await settled(page)
  await page.locator('[data-test="clamp-forgetGate"]').focus()
  await page.keyboard.press('Home')
  const after = page.locator('[data-test="prediction-after"] > div')
  await after.first().waitFor()
  const clamped = inspected('--clamp', 'forgetGate=0', '--edit', '4=bad').interventions
  const shownFor = async (probabilities: Record<string, number>) => {
    const expected = Object.entries(probabilities).sort(([, a], [, b]) => b - a)
    await page.waitForFunction(
      wanted => document.querySelector('[data-test="prediction-after"] .number')?.textContent === wanted,
      percent(expected[0][1], 1),
    )
    assert.deepEqual(
      await after.locator('dt').allInnerTexts(),
      expected.map(([label]) => label),
    )
  }
  await shownFor(clamped[0].prediction.probabilities)
  await page.locator('[data-test="undo"]').click()
  await after.first().waitFor({ state: 'detached' })
  await strip(page).focus()
  for (let t = 0; t < 4; t++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.keyboard.type('bad')
  await page.keyboard.press('Enter')
  await after.first().waitFor()
  await shownFor(clamped[1].prediction.probabilities)
  assert.equal(await textOf(page.locator('.token-strip').nth(1).locator('[data-changed] b')), 'bad')
  assertSilent()
})

browserTest('ledger, gradient and another layer are coloured by their numbers', async () => {
  const { page } = await open(address({ colour: 'ledger', at: '5' }))
  await settled(page)
  const report = inspected('--at', '4')
  const shares = report.layers[0].ledger.shares.map((x: number) => percent(x).replace('-0 %', '0 %').replace('-', '−'))
  await page.waitForFunction(first => document.querySelector('.token small')?.textContent === first, shares[0])
  assert.deepEqual(await notes(page), shares)
  await page.selectOption('[data-test="colour"]', 'gradient')
  await page.waitForFunction(() => document.querySelector('.token small')?.textContent?.includes('0.'))
  const gradient = (await notes(page)).map(Number)
  assertClose(gradient, report.gradient, 'gradient', 5e-3)
  await page.selectOption('[data-test="colour"]', 'inputGate')
  await page.selectOption('[data-test="layer"]', '3')
  const { inputGate } = report.layers[3].quantities
  await page.waitForFunction(
    first => document.querySelector('.token small')?.textContent === first,
    percent(inputGate.mean[0]),
  )
  assert.deepEqual(
    await notes(page),
    inputGate.mean.map((x: number) => percent(x)),
  )
})

browserTest('the units that fire are those of inspect --over', async () => {
  const { page, assertSilent } = await open(address({ unit: '3', colour: 'h' }))
  await settled(page)
  writeFileSync(join(models(), 'more.txt'), 'a good film\nan awful story\nthe actor was great\n')
  await page.setInputFiles('.read-side input[type="file"]', join(models(), 'more.txt'))
  const values = page.locator('[data-test="places"] .place-value')
  await values.first().waitFor()
  const { firing } = json(
    ['inspect', 'classifier.safetensors', TEXT, '--over', 'more.txt', '--unit', '3', '--quantity', 'h'],
    { cwd: models() },
  )
  const expected = firing[0].places.map(({ value }: { value: number }) => value.toFixed(2).replace('-', '−'))
  assert.deepEqual(
    (await values.allInnerTexts()).map(text => text.trim()),
    expected,
  )
  assertSilent()
})

browserTest('the address restores the view; back and forward go between steps', async () => {
  const { page, assertSilent } = await open(address({ token: '4', unit: '7', of: 'unit', colour: 'outputGate' }))
  await settled(page)
  assert.match(await sentence(page), /At “good”, token 5 of 10, the output gate of unit 7 stands at \d+ %/)
  await page.selectOption('[data-test="colour"]', 'candidate')
  assert.match(await sentence(page), /the candidate of unit 7/)
  await page.goBack()
  assert.match(await sentence(page), /the output gate of unit 7/)
  await page.goForward()
  assert.match(await sentence(page), /the candidate of unit 7/)
  await page.reload()
  await settled(page)
  assert.match(await sentence(page), /At “good”, token 5 of 10, the candidate of unit 7/)
  await page.locator('[data-test="text"]').fill('an awful film')
  await page.waitForFunction(() => document.querySelectorAll('.token-strip [data-t]').length === 3)
  await page.waitForFunction(() => location.hash.includes('text=an+awful+film'))
  assertSilent()
})

browserTest('mouse and keys move one selection in all pictures', async () => {
  const { page, assertSilent } = await open(address())
  await settled(page)
  const map = page.locator('.heat-map').nth(2)
  const box = await map.boundingBox()
  assert.ok(box)
  const x = (t: number) => box.x + ((t + 0.5) / 10) * box.width
  await page.mouse.move(x(6), box.y + box.height * 0.99)
  assert.match(await sentence(page), /token 7 of 10/)
  assert.equal(await strip(page).locator('[data-selected]').getAttribute('data-t'), '6')
  assert.match(await textOf(page.locator('.quantities thead')), /unit 11/)
  await map.focus()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Home')
  assert.match(await textOf(page.locator('.quantities thead')), /unit 10/)
  assert.match(await sentence(page), /token 1 of 10/)
  await page.mouse.move(x(2), box.y + 5)
  await page.mouse.down()
  await page.mouse.move(x(5), box.y + 5, { steps: 4 })
  await page.mouse.up()
  assert.match(await sentence(page), /^From “was” to “story” the forget gate is \d+ % on average\.$/)
  assert.equal(await strip(page).locator('[data-within]').count(), 4)
  assertSilent()
})

for (const scheme of ['light', 'dark'] as const) {
  for (const language of ['en', 'zh'] as const) {
    browserTest(`axe finds nothing in ${language}, ${scheme}`, async () => {
      const fields = { lang: language, scheme, edits: '[[4,"bad"]]', token: '4', stretch: '2-4' }
      const { page, assertSilent } = await open(address(fields))
      await settled(page)
      await page.waitForSelector('[data-test="prediction-after"]')
      await page.locator('[data-test="firing"]').click()
      await page.waitForSelector('[data-test="places"] li')
      assert.equal(await page.locator('html').getAttribute('lang'), language === 'zh' ? 'zh-Hans' : 'en')
      await picture(page, `read-${language}-${scheme}`)
      await assertAccessible(page)
      assertSilent()
    })
  }
}

browserTest('the language is changed by a button, and remembered', async () => {
  const { page } = await open(address())
  await settled(page)
  await page.getByRole('button', { name: '中文' }).click()
  assert.match(await sentence(page), /遗忘门平均为 \d+ %/)
  assert.match(page.url(), /lang=zh/)
  await page.getByRole('button', { name: 'English' }).click()
  assert.match(await sentence(page), /the forget gate stands at/)
})

browserTest('the live region says the sentence when the hand rests', async () => {
  const { page } = await open(address())
  await settled(page)
  await strip(page).focus()
  await page.keyboard.press('End')
  await page.waitForFunction(() =>
    document.querySelector('[aria-live][data-test="spoken"]')?.textContent?.includes('token 10'),
  )
  assert.equal(await textOf(page.locator('[data-test="spoken"]')), await sentence(page))
})

browserTest('a model file is dropped on the page; a broken one shows the message of the library', async () => {
  const { page, assertSilent } = await open('')
  await settled(page)
  const bytes = readFileSync(join(models(), 'classifier.safetensors'))
  await dropFile(page, 'other.safetensors', bytes)
  await page.waitForFunction(() =>
    document.querySelector('[data-test="model"]')?.textContent?.includes('other.safetensors'),
  )
  await dropFile(page, 'broken.safetensors', bytes.with(bytes.length - 3, 1 + bytes[bytes.length - 3]))
  await page.waitForSelector('[data-test="failure"]')
  const message = await textOf(page.locator('[data-test="failure"]'))
  assert.match(
    message,
    /^broken\.safetensors: model file, sha256: expected tensors with the checksum .* The file is damaged/,
  )
  await dropFile(page, 'short.safetensors', bytes.subarray(0, 100))
  await page.waitForFunction(() =>
    document.querySelector('[data-test="failure"]')?.textContent?.startsWith('short.safetensors: '),
  )
  assert.doesNotMatch(await textOf(page.locator('[data-test="failure"]')), /internal/)
  assert.match(await textOf(page.locator('[data-test="model"]')), /other\.safetensors/)
  assertSilent()
})

browserTest(
  'without shared memory and WebGPU, from a plain file server in a folder, with a model beside it',
  async () => {
    await onPlainServer(folder(), join(models(), 'classifier.safetensors'), async url => {
      const { page, assertSilent } = await open(`#/read?model=${MODEL_BESIDE}`, { url })
      await settled(page)
      assert.equal(await page.evaluate(() => crossOriginIsolated || typeof SharedArrayBuffer !== 'undefined'), false)
      assert.match(await sentence(page), /the forget gate stands at \d+ %/)
      assertSilent()
    })
  },
)

/** Same structure, numbers within the tolerance of their size. */
function assertClose(actual: unknown, expected: unknown, path: string, tolerance = OTHER_ENGINE): void {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const difference = Math.abs(actual - expected)
    assert.ok(difference <= tolerance * Math.max(1, Math.abs(expected)), `${path}: got ${actual}, expected ${expected}`)
  } else if (typeof expected === 'object' && expected !== null && typeof actual === 'object' && actual !== null) {
    assert.deepEqual(Object.keys(actual), Object.keys(expected), path)
    for (const [key, value] of Object.entries(expected)) {
      assertClose((actual as Record<string, unknown>)[key], value, `${path}.${key}`, tolerance)
    }
  } else assert.deepEqual(actual, expected, path)
}
