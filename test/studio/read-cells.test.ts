/** The Read view with a model of each cell that there is, and one of somebody's own. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { cells, defineCell, formula, TextClassifier } from '../../src/index.ts'
import { inspect } from '../../src/inspect/inspect.ts'
import { dropFile } from './drop-file.test-support.ts'
import { browserTest, studio } from './studio.test-support.ts'

const { open } = studio(null)

const { add, mul, sigmoid, sub, tanh } = formula
/** h_t = keepGate ⊙ h_{t−1} + (1 − keepGate) ⊙ newValue */
const own = defineCell('own', ({ affine, previous }) => {
  const keepGate = sigmoid(affine('k'))
  const newValue = tanh(affine('v'))
  const h = add(mul(keepGate, previous('h')), mul(sub(1, keepGate), newValue))
  return { state: { h }, quantities: { keepGate, newValue } }
})

const ROWS = ['good film', 'bad film', 'good plot', 'bad plot'].map(text => ({ text, label: text.split(' ')[0] }))
const TEXT = 'a good film with a bad plot'
const percent = (share: number) => `${(100 * share).toFixed(1)} %`

browserTest('every cell is read, and predicts what the library predicts', async () => {
  const { page, assertSilent } = await open(`#/read?${new URLSearchParams({ text: TEXT })}`)
  for (const cell of [...Object.values(cells), own]) {
    const model = await TextClassifier.train(ROWS, { cell, hidden: 4, embedding: 4, minimumCount: 1, epochs: 1 })
    await dropFile(page, `${cell.name}.safetensors`, model.toBytes())
    await page.waitForFunction(
      name => document.querySelector('[data-test="model"] strong')?.textContent === name,
      `${cell.name}.safetensors`,
    )
    const report = await inspect(model, TEXT)
    const quantities = Object.keys(report.layers[0].quantities)
    await page.waitForFunction(count => document.querySelectorAll('.heat-map').length === count, quantities.length)
    await predicted(page, percent(report.prediction.probability))
    const hasHalfLife = report.layers[0].halfLife !== null
    assert.equal(await page.locator('.histogram').count(), hasHalfLife ? 1 : 0, cell.name)
    await page.selectOption('[data-test="colour"]', 'ledger')
    assert.equal(await page.locator('[data-test="no-ledger"]').count(), hasHalfLife ? 0 : 1, cell.name)
    await page.selectOption('[data-test="colour"]', 'h')
    assert.match(
      (await page.locator('.narrator-sentence').textContent()) ?? '',
      /the hidden state is −?\d\.\d\d on average/,
    )
  }
  assertSilent()
})

async function predicted(page: Page, probability: string): Promise<void> {
  await page.waitForFunction(
    wanted => document.querySelector('[data-test="prediction"] .number')?.textContent === wanted,
    probability,
  )
}
