/** The Walk view on a language model with another cell (a GRU): its numbers, and what flows back. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { LanguageModel } from '../../src/index.ts'
import { answerOf } from '../../src/inspect/inspect.ts'
import { stepGradientsOf } from '../../src/inspect/step-gradients.ts'
import { readingOf } from '../../src/inspect/subject.ts'
import { json } from '../cli/spawn-sluice.ts'
import { assertAccessible, browserTest, picture, studio } from './studio.test-support.ts'

const { open, models } = studio('language-model')

const TEXT = 'the film was a good story'
const FILE = 'language-model.safetensors'
/** Numbers are printed with two digits. */
const PRINTED = 0.06

const address = (fields: Readonly<Record<string, string>> = {}) =>
  `#/walk?${new URLSearchParams({ text: TEXT, ...fields })}`

/** `3.1·10⁻⁴` → 0.00031 */
function read(printed: string): number {
  const plain = printed.replace(/−/g, '-').replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/g, c => '0123456789-'['⁰¹²³⁴⁵⁶⁷⁸⁹⁻'.indexOf(c)])
  const [, mantissa, exponent = '0'] = /(-?[\d.]+)(?:·10(-?\d+))?/.exec(plain) ?? []
  return Number(mantissa) * 10 ** Number(exponent)
}

async function settled(page: Page): Promise<void> {
  await page.waitForSelector('[data-test="line-resetGate"] .line-numbers math')
}

browserTest('values are those of inspect --json, gradients those of the library', async () => {
  const at = 2
  const { page, assertSilent } = await open(address({ token: String(at), unit: '4' }))
  await settled(page)
  const report = json(['inspect', FILE, TEXT], { cwd: models() })
  const model = LanguageModel.fromBytes(readFileSync(join(models(), FILE)))
  const [{ quantities }] = stepGradientsOf(model, readingOf(model, TEXT), answerOf(model, report.prediction))
  for (const name of ['resetGate', 'updateGate', 'candidate', 'h']) {
    const line = page.locator(`[data-test="line-${name}"]`)
    const value = Number(await line.locator('.line-numbers').getAttribute('data-value'))
    assert.ok(Math.abs(value - report.layers[0].quantities[name].values[at][4]) < 1e-4, `${name}: ${value}`)
    const [shown, expected] = [
      read((await line.locator('.line-gradient').textContent()) ?? ''),
      quantities[name][at][4],
    ]
    assert.ok(Math.abs(shown - expected) <= PRINTED * Math.abs(expected), `${name}: ${shown}, expected ${expected}`)
  }
  await page.selectOption('[data-test="of"]', 'norm')
  const norms = quantities.h.map(row => Math.hypot(...row))
  await page.waitForFunction(() => location.hash.includes('of=norm'))
  const red = (await page.locator('.time-diagram text.red').allTextContents()).map(read)
  assert.equal(red.length, norms.length)
  red.forEach((shown, t) => {
    assert.ok(Math.abs(shown - norms[t]) <= PRINTED * norms[t], `at ${t}: ${shown}, expected ${norms[t]}`)
  })
  const best = page.locator('[data-test="prediction"] .number').first()
  assert.equal(await best.textContent(), `${(100 * report.prediction.top[0].probability).toFixed(1)} %`)
  assertSilent()
})

browserTest('axe finds nothing, the cell rolled', async () => {
  const { page, assertSilent } = await open(address({ form: 'rolled', way: 'back', line: '3', lang: 'zh' }))
  await settled(page)
  await picture(page, 'walk-gru-rolled')
  await assertAccessible(page)
  assertSilent()
})
