/** The Read view with a language model of another cell: a GRU, which has other gates, and whose h has the ledger. */
import assert from 'node:assert/strict'
import { json } from '../cli/spawn-sluice.ts'
import { browserTest, picture, studio } from './studio.test-support.ts'

const { open, models } = studio('language-model')
const TEXT = 'the film was a good story'
const percent = (share: number, digits = 0) => `${(100 * share).toFixed(digits)} %`

browserTest('what comes next, and how probable what came was, are those of inspect --json', async () => {
  const { page, assertSilent } = await open(`#/read?${new URLSearchParams({ text: TEXT, colour: 'updateGate' })}`)
  await page.waitForSelector('[data-test="prediction"] dt')
  const report = json(['inspect', 'language-model.safetensors', TEXT], { cwd: models() })
  const gate = report.layers[0].quantities.updateGate
  assert.deepEqual(
    await page.locator('.token small').allInnerTexts(),
    gate.mean.map((x: number) => percent(x)),
  )
  const rows = page.locator('[data-test="prediction"] > div')
  const best = report.prediction.top.slice(0, 6)
  assert.deepEqual(
    await rows.locator('dt').allInnerTexts(),
    best.map(({ token }: { token: string }) => token),
  )
  assert.deepEqual(
    await rows.locator('.number').allInnerTexts(),
    best.map(({ probability }: { probability: number }) => percent(probability, 1)),
  )
  await page.locator('.token-strip').focus()
  const said = await page.locator('.narrator-sentence').textContent()
  assert.ok(said?.includes(`“film”, which came next, had ${percent(report.predictions[0].probability, 1)}`), said ?? '')
  assert.deepEqual(await page.locator('.map-name > span:first-child').allInnerTexts(), [
    'reset gate r',
    'update gate z',
    'candidate h̃',
    'hidden state h',
  ])
  await picture(page, 'read-language-model')
  assertSilent()
})
