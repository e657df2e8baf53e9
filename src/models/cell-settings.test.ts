/** Options that ask something of a cell: refused where the cell has nothing that they would act on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellNamed } from '../cells/registry.ts'
import { type CellSettings, isRewritten } from './cell-settings.ts'
import { LanguageModel } from './language-model.ts'
import { rewrittenCell } from './rewritten-cell.ts'
import { TextClassifier } from './text-classifier.ts'

const DEFAULTS: CellSettings = {
  ...{ activation: null, gateActivation: null, recurrentDropout: 0, zoneout: 0 },
  ...{ forgetBias: 1, initialization: null },
}
const chosen = (cell: string, settings: Partial<CellSettings>) =>
  rewrittenCell(cellNamed(cell), { ...DEFAULTS, ...settings })

test('defaults ask nothing of any cell', () => {
  assert.equal(isRewritten(DEFAULTS), false)
  assert.equal(isRewritten({ ...DEFAULTS, initialization: 'orthogonal' }), false)
  for (const name of ['rnn', 'irnn', 'gru', 'lstm-coupled']) assert.equal(chosen(name, {}), cellNamed(name))
})

test('a forget bias needs a forget gate of its own', () => {
  assert.equal(isRewritten({ ...DEFAULTS, forgetBias: 0 }), true)
  for (const name of ['lstm', 'lstm-peephole', 'lstm-projection', 'lstm-layer-norm']) {
    assert.equal(chosen(name, { forgetBias: 0 }), cellNamed(name))
  }
  // The forget gate of coupled gates is 1 − i, that of the GRU is the update gate: neither has such a bias.
  for (const name of ['rnn', 'rnn-relu', 'irnn', 'gru', 'lstm-coupled']) {
    assert.throws(() => chosen(name, { forgetBias: 0 }), {
      name: 'OptionError',
      message:
        `forgetBias: expected a cell with a forgetGate of its own, got ${name}, which has none. ` +
        'Leave it out, or take another cell.',
    })
  }
})

test('chrono needs gates, and draws the bias itself', () => {
  const initialization = 'chrono'
  assert.equal(isRewritten({ ...DEFAULTS, initialization }), true)
  for (const name of ['lstm', 'lstm-coupled', 'gru']) assert.equal(chosen(name, { initialization }), cellNamed(name))
  assert.throws(
    () => chosen('irnn', { initialization }),
    /^OptionError: initialization: expected a cell with gates of their own .* for chrono, got irnn, which has none\./,
  )
  assert.throws(
    () => chosen('lstm', { initialization, forgetBias: 2 }),
    /^OptionError: forgetBias: expected none beside chrono, which draws that bias, got 2\. Leave one of them out\.$/,
  )
})

test('both models ask', async () => {
  const rows = Array.from({ length: 20 }, (_, k) => ({ text: `word ${k % 2}`, label: `${k % 2}` }))
  await assert.rejects(TextClassifier.train(rows, { cell: 'rnn', forgetBias: 2 }), /^OptionError: forgetBias: /)
  await assert.rejects(TextClassifier.train(rows, { cell: 'rnn', initialization: 'chrono' }), /^OptionError: init/)
  const text = 'a text of words. '.repeat(40)
  await assert.rejects(LanguageModel.train(text, { cell: 'gru', forgetBias: 2 }), /^OptionError: forgetBias: /)
})
