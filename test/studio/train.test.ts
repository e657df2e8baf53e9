/** The Train view in a browser: trains, pauses, steps, goes on; its numbers are the library's. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Locator, Page } from 'playwright-core'
import { type LabelledText, TextClassifier } from '../../src/index.ts'
import { cellOf } from '../../studio/train/ablated-cell.ts'
import { type Contender, DEFAULTS, quantitiesOf, type Settings, trainOptionsOf } from '../../studio/train/contenders.ts'
import { onPlainServer } from './plain-server.test-support.ts'
import { assertAccessible, browserTest, picture, studio } from './studio.test-support.ts'

const { open, folder } = studio(null)

const TEXT = 'the food was good but the service was slow'
/** 480 sentences, a fifth for validation, 16 in a batch. */
const STEPS_AN_EPOCH = 24
/** Chromium and Node may have different relaxed vector instructions: the last bits of 32-bit floats may differ. */
const OTHER_ENGINE = 1e-5

const small: Settings = { ...DEFAULTS, hidden: 8, epochs: 2 }
const address = (fields: Readonly<Record<string, string>> = {}) =>
  `#/train?${new URLSearchParams({ text: TEXT, hidden: '8', epochs: '2', ...fields })}`

const textOf = async (place: Locator): Promise<string> => (await place.textContent()) ?? ''
const click = (page: Page, test: string) => page.locator(`[data-test="${test}"]`).click()
const stepsOf = async (page: Page) => Number(await page.locator('[data-test="distance"]').getAttribute('data-steps'))
const reached = (page: Page, steps: number) => page.waitForSelector(`[data-test="distance"][data-steps="${steps}"]`)
const sentence = (page: Page) => textOf(page.locator('.narrator-sentence'))

/** Loss of the step that is selected, of each contender. */
const lossesOf = (page: Page) =>
  page
    .locator('[data-test="step-loss"]')
    .evaluateAll(cells => cells.map(cell => Number((cell as HTMLElement).dataset.loss)))

async function trained(page: Page): Promise<void> {
  await click(page, 'go')
  await reached(page, 2 * STEPS_AN_EPOCH)
  await page.waitForSelector('[data-test="predictions"]')
  await page.waitForSelector('[data-test="when"]')
}

/** The sentences that the studio brings, read as a table is. */
function sentences(): LabelledText[] {
  const path = createRequire(import.meta.url).resolve('sentiment/test/fixtures/yelp.json')
  const rows: { text: string; class: number | null }[] = JSON.parse(readFileSync(path, 'utf8'))
  return rows
    .filter(row => row.text.trim() !== '' && row.class !== null)
    .slice(0, 480)
    .map(row => ({ text: row.text.trim().replace(/\s+/g, ' '), label: row.class === 1 ? 'positive' : 'negative' }))
}

/** What the library does in this process with the same rows, options and seed. */
async function inNode(contender: Contender): Promise<{ losses: number[]; model: TextClassifier }> {
  const losses: number[] = []
  const model = await TextClassifier.train(sentences(), {
    ...trainOptionsOf(small, cellOf(contender)),
    onProgress: ({ stepLoss }) => losses.push(stepLoss),
  })
  return { losses, model }
}

function assertNear(actual: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what)
  for (const [k, x] of expected.entries()) {
    assert.ok(
      Math.abs(actual[k] - x) <= OTHER_ENGINE * Math.max(1, Math.abs(x)),
      `${what} ${k}: ${actual[k]}, not ${x}`,
    )
  }
}

browserTest('the losses are those of the library: RNN, LSTM and GRU on the same data and seed', async () => {
  const { page, assertSilent } = await open(address())
  await trained(page)
  const runs = [
    await inNode({ cell: 'rnn', ablation: null }),
    await inNode({ cell: 'lstm', ablation: null }),
    await inNode({ cell: 'gru', ablation: null }),
  ]
  await page.locator('.train-moving').focus()
  await page.keyboard.press('Home')
  for (let step = 0; step < 2 * STEPS_AN_EPOCH; step++) {
    assertNear(
      await lossesOf(page),
      runs.map(({ losses }) => losses[step]),
      `step ${step + 1}, contender`,
    )
    await page.keyboard.press('ArrowRight')
  }
  const cells = page.locator('[data-test="standing"] tbody tr')
  for (const [k, { model }] of runs.entries()) {
    const [parameters, , loss, accuracy] = await cells.nth(k).locator('td').allInnerTexts()
    const last = model.epochs[1].validation
    assert.equal(parameters, model.parameterCount.toLocaleString('en'))
    assert.equal(loss, last.loss.toFixed(3))
    assert.equal(accuracy, `${(100 * last.accuracy).toFixed(1)} %`)
    const shown = page.locator('[data-test="predictions"] section').nth(k)
    const { probability, label } = model.predict(TEXT)
    assert.equal(await textOf(shown.locator('dt').first()), label)
    const percent = Number.parseFloat(await textOf(shown.locator('.number').first()))
    assert.ok(Math.abs(percent - 100 * probability) < 0.11, `${percent} %, not ${100 * probability}`)
  }
  assertSilent()
})

browserTest('it pauses, makes single steps, goes on, and begins again', async () => {
  const { page, assertSilent } = await open(address({ pace: 'slow' }))
  await page.waitForSelector('[data-test="go"]')
  assert.match(await sentence(page), /Nothing is trained yet; RNN, LSTM, GRU wait/)
  await click(page, 'step')
  await reached(page, 1)
  const [first] = await lossesOf(page)
  await click(page, 'go')
  await page.waitForSelector('[data-test="pause"]')
  await reached(page, 3)
  await click(page, 'pause')
  await page.waitForSelector('[data-test="go"]:enabled')
  await page.waitForTimeout(400)
  const paused = await stepsOf(page)
  await page.waitForTimeout(700)
  assert.equal(await stepsOf(page), paused)
  await click(page, 'step')
  await reached(page, paused + 1)
  await page.waitForFunction(steps => location.hash.includes(`steps=${steps}`), paused + 1)
  await page.selectOption('[data-test="pace"]', 'fast')
  await click(page, 'go')
  await reached(page, 2 * STEPS_AN_EPOCH)
  await page.waitForSelector('[data-test="go"]:disabled')
  await click(page, 'again')
  await page.waitForSelector('[data-test="distance"]', { state: 'detached' })
  await click(page, 'step')
  await reached(page, 1)
  assert.equal((await lossesOf(page))[0], first)
  assertSilent()
})

browserTest('the ablated twin trains beside the full cell, with its own curve and prediction', async () => {
  const { page, assertSilent } = await open(address({ mode: 'twin', gate: 'forgetGate', change: 'without' }))
  await trained(page)
  const full = await inNode({ cell: 'lstm', ablation: null })
  const twin = await inNode({ cell: 'lstm', ablation: { quantity: 'forgetGate', change: 'without' } })
  assertNear(await lossesOf(page), [full.losses.at(-1) as number, twin.losses.at(-1) as number], 'contender')
  assert.match(await sentence(page), /LSTM has a loss of .*; LSTM without forget gate has a loss of/)
  assert.equal(await page.locator('[data-test="predictions"] section').count(), 2)
  await page.selectOption('[data-test="birth-run"]', '1')
  const quantities = await page
    .locator('[data-test="birth-quantity"] option')
    .evaluateAll(all => all.map(option => (option as HTMLOptionElement).value))
  assert.ok(!quantities.includes('forgetGate'))
  await page.selectOption('[data-test="change"]', '0.5')
  await page.waitForSelector('[data-test="distance"]', { state: 'detached' })
  await click(page, 'step')
  await reached(page, 1)
  assertSilent()
})

browserTest('the scrubber shows the same text at each checkpoint', async () => {
  const { page, assertSilent } = await open(address({ run: '1', quantity: 'inputGate', as: 'value' }))
  await trained(page)
  const notes = () => page.locator('.train-birth .token-strip small').allInnerTexts()
  const when = () => textOf(page.locator('[data-test="when"]'))
  // Before training, each quarter of both epochs.
  assert.equal(await page.locator('[data-test="scrubber"]').getAttribute('max'), '8')
  assert.equal(await when(), 'after 2 epochs')
  const last = await notes()
  const { model } = await inNode({ cell: 'lstm', ablation: null })
  // The model of the last epoch, unless another one was better.
  const { recordText } = await import('../../src/index.ts')
  if (model.summary.best.epoch === 2) {
    const [layer] = recordText(model, TEXT).layers
    assert.deepEqual(
      last,
      layer.quantities.inputGate.mean.map(x => `${(100 * x).toFixed(0)} %`),
    )
  }
  await page.locator('[data-test="scrubber"]').focus()
  await page.keyboard.press('Home')
  assert.equal(await when(), 'before training')
  assert.notDeepEqual(await notes(), last)
  await page.keyboard.press('ArrowRight')
  assert.equal(await when(), 'after 0.25 epochs')
  assert.match(await sentence(page), /^After 0\.25 epochs, the input gate of the LSTM at “the” is \d+ %; before/)
  await page.locator('.train-maps .heat-map').first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  assert.match(await sentence(page), /^After 0\.5 epochs, the input gate of the LSTM at “food” is \d+ %/)
  await page.locator('[data-test="train-text"]').fill('bad food')
  await page.waitForFunction(() => document.querySelectorAll('.train-birth .token').length === 2)
  await page.keyboard.press('Tab')
  await click(page, 'play')
  await page.waitForFunction(() => document.querySelector('[data-test="when"]')?.textContent === 'after 2 epochs')
  assertSilent()
})

browserTest('the address restores the view, and trains again up to where it was', async () => {
  const { page, assertSilent } = await open(address({ steps: '12', mode: 'twin', cell: 'gru', gate: 'resetGate' }))
  await reached(page, 12)
  await page.waitForSelector('[data-test="go"]:enabled')
  const losses = await lossesOf(page)
  const said = await sentence(page)
  assert.match(said, /^After batch 12, epoch 0\.5: GRU has a loss of .*; GRU without reset gate/)
  await page.reload()
  await reached(page, 12)
  assert.deepEqual(await lossesOf(page), losses)
  await page.getByRole('link', { name: 'Read' }).click()
  await page.goBack()
  await reached(page, 12)
  assert.equal(await sentence(page), said)
  assertSilent()
})

browserTest('a model is opened in Read, and what it predicts there is the same', async () => {
  const { page, assertSilent } = await open(address())
  await trained(page)
  const before = await textOf(page.locator('[data-test="predictions"] section').nth(1).locator('.number').first())
  const [download] = await Promise.all([page.waitForEvent('download'), click(page, 'save-1')])
  const saved = TextClassifier.fromBytes(readFileSync(await download.path()))
  assert.equal(download.suggestedFilename(), 'lstm.safetensors')
  assert.equal(`${(100 * saved.predict(TEXT).probability).toFixed(1)} %`, before)
  await click(page, 'open-1')
  await page.waitForSelector('[data-test="prediction"] dt')
  assert.match(await textOf(page.locator('[data-test="model"]')), /lstm\.safetensors/)
  assert.equal(await textOf(page.locator('[data-test="prediction"] .number').first()), before)
  await page.getByRole('link', { name: 'Train' }).click()
  await reached(page, 2 * STEPS_AN_EPOCH)
  assertSilent()
})

browserTest('a table of one’s own is trained on; a wrong one shows the message of the library', async () => {
  const { page, assertSilent } = await open(address())
  const rows = Array.from(
    { length: 40 },
    (_, k) => `${k % 2 ? 'sunny and warm' : 'rain and wind'} ${k},${k % 2 ? 'good' : 'bad'}`,
  )
  await page.setInputFiles('.train-data input[type="file"]', {
    name: 'weather.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`text,label\n${rows.join('\n')}\n`),
  })
  await click(page, 'go')
  await reached(page, 4)
  assert.match(await textOf(page.locator('.train-data')), /weather\.csv: 40 rows, 2 labels/)
  await page.waitForSelector('[data-test="predictions"]')
  assert.deepEqual(
    (await page.locator('[data-test="predictions"] section').first().locator('dt').allInnerTexts()).sort(),
    ['bad', 'good'],
  )
  await page.setInputFiles('.train-data input[type="file"]', {
    name: 'one.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('text,label\na,b\n'),
  })
  await click(page, 'go')
  await page.waitForSelector('[data-test="train-failure"]')
  assert.match(
    await textOf(page.locator('[data-test="train-failure"]')),
    /expected two or more different labels, got only "b"/,
  )
  assertSilent()
})

browserTest('a twin that leaves the finite numbers says so, and the full cell goes on', async () => {
  const twin = { mode: 'twin', cell: 'gru', gate: 'updateGate', change: 'relu', rate: '1', epochs: '12' }
  const { page, assertSilent } = await open(address(twin))
  await click(page, 'go')
  await reached(page, 12 * STEPS_AN_EPOCH)
  await page.waitForSelector('[data-test="go"]:disabled')
  const alert = await textOf(page.locator('.train-side [role="alert"]'))
  assert.match(alert, /^GRU, update gate with ReLU has stopped: training, .*expected a finite/)
  await page.waitForFunction(() =>
    document.querySelector('[data-test="predictions"]')?.textContent?.includes('nothing:'),
  )
  // The reason speaks of it; no number that is shown is one.
  const shown = (await textOf(page.locator('main'))).replace(alert, '')
  assert.doesNotMatch(shown, /NaN|Infinity/)
  assertSilent()
})

browserTest('without shared memory and WebGPU, from a plain file server', async () => {
  await onPlainServer(folder(), null, async url => {
    const { page } = await open(address(), { url })
    await trained(page)
    assert.equal(await page.evaluate(() => crossOriginIsolated || typeof SharedArrayBuffer !== 'undefined'), false)
  })
})

for (const scheme of ['light', 'dark'] as const) {
  for (const language of ['en', 'zh'] as const) {
    browserTest(`axe finds nothing in ${language}, ${scheme}`, async () => {
      const mode = scheme === 'dark' ? 'twin' : 'cells'
      const { page, assertSilent } = await open(address({ lang: language, scheme, mode }))
      await assertAccessible(page)
      await trained(page)
      await page.locator('[data-test="scrubber"]').focus()
      await page.keyboard.press('ArrowLeft')
      await picture(page, `train-${language}-${scheme}`)
      await assertAccessible(page)
      assertSilent()
    })
  }
}

browserTest('a narrow page has no sideways scroll, and the live region says how training stands', async () => {
  const { page, assertSilent } = await open(address(), { viewport: { width: 380, height: 800 } })
  await trained(page)
  await picture(page, 'train-narrow')
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  await page.waitForFunction(() =>
    document
      .querySelector('[data-test="spoken"]')
      ?.textContent?.startsWith('After batch 48, epoch 2.0: RNN has a loss of'),
  )
  assertSilent()
})

browserTest('the quantities that can be shown are those that the library records', async () => {
  const { recordText } = await import('../../src/index.ts')
  for (const cell of ['rnn', 'lstm', 'gru'] as const) {
    const { model } = await inNode({ cell, ablation: null })
    const recorded = Object.keys(recordText(model, TEXT).layers[0].quantities)
    // An RNN's candidate is its state.
    const expected = cell === 'rnn' ? ['h'] : recorded.toSorted()
    assert.deepEqual(quantitiesOf({ cell, ablation: null }).toSorted(), expected)
  }
})
