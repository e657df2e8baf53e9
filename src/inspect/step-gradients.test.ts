import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lstmProjectionOf } from '../cells/lstm-projection.ts'
import { LanguageModel } from '../models/language-model.ts'
import { markovText, quickLanguage } from '../models/language-texts.test-support.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import type { Tensor } from '../tensor/index.ts'
import { gradientOf } from './gradient.ts'
import { type RecordedLayer, recordReading } from './record.ts'
import { type StepGradients, stepGradientsOf } from './step-gradients.ts'
import { readingOf, type Subject } from './subject.ts'

const rows = madeUpTexts(english, 40)
const text = 'the film was good , the plot was bad'

/** Sums of 32-bit products in another order. */
const SINGLE = 1e-4

type Rows = readonly (readonly number[])[]

function assertClose(actual: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what)
  const size = Math.max(...expected.map(Math.abs), 1e-12)
  actual.forEach((a, k) => {
    const off = Math.abs(a - expected[k])
    assert.ok(off <= SINGLE * size, `${what}[${k}]: got ${a}, expected ${expected[k]}, off by ${off} of ${size}`)
  })
}

const values = ({ quantities }: RecordedLayer, name: string): Rows => quantities[name].values
const pairs = (a: Rows, b: Rows, f: (a: number, b: number) => number): number[][] =>
  a.map((row, t) => row.map((x, u) => f(x, b[t][u])))

/** rowsᵀ·g: what reaches the operand of a product. @param weight [rows, columns], from row `begin` on. */
function through(weight: Tensor, begin: number, g: readonly number[]): number[] {
  const columns = weight.shape[1]
  const data = weight.toArray()
  return Array.from({ length: columns }, (_, k) =>
    g.reduce((sum, x, r) => sum + x * data[(begin + r) * columns + k], 0),
  )
}

/** ‖∂ log p / ∂ x_t‖ from the gates' gradients: σ' = s(1 − s), tanh' = 1 − t², then W_ihᵀ. lstm's blocks. */
function ofInputs(subject: Subject, recorded: readonly RecordedLayer[], gradients: readonly StepGradients[]): number[] {
  const weights = subject.network.parameters()
  const first = gradients.filter(({ layer }) => layer === 0)
  return recorded[0].quantities.h.values.map((_, t) => {
    const sums = first.map(({ quantities }, direction) => {
      const weight = weights.get(`rnn.weight_ih_l0${direction === 1 ? '_reverse' : ''}`) as Tensor
      const blocks = ['inputGate', 'forgetGate', 'candidate', 'outputGate'].map((name, k) => {
        const slope = (y: number) => (name === 'candidate' ? 1 - y * y : y * (1 - y))
        const dz = quantities[name][t].map((g, u) => g * slope(values(recorded[direction], name)[t][u]))
        return through(weight, k * dz.length, dz)
      })
      return blocks[0].map((_, k) => blocks.reduce((sum, block) => sum + block[k], 0))
    })
    return Math.hypot(...sums[0].map((_, k) => sums.reduce((sum, one) => sum + one[k], 0)))
  })
}

describe('the gradient at each step', () => {
  it('gives the gradient of the embedding that the whole network gives (two layers, both directions)', async () => {
    for (const pooling of ['last', 'mean', 'max', 'attention'] as const) {
      const options = { ...quick, cell: 'lstm', hidden: [6, 5], bidirectional: true, pooling } as const
      const model = await TextClassifier.train(rows, options)
      const reading = readingOf(model, text)
      const gradients = stepGradientsOf(model, reading, 1)
      assert.deepEqual(
        gradients.map(({ layer, direction }) => `${layer} ${direction}`),
        ['0 forward', '0 backward', '1 forward', '1 backward'],
      )
      const recorded = recordReading(model, reading)
      assertClose(ofInputs(model, recorded, gradients), gradientOf(model, reading, 1), pooling)
    }
  })

  it('of a state is the sum over all ways: what the gates get of it follows from it', async () => {
    const model = await TextClassifier.train(rows, { ...quick, cell: 'lstm', hidden: [6], bidirectional: false })
    const reading = readingOf(model, text)
    const [{ quantities }] = stepGradientsOf(model, reading, 0)
    const [recorded] = recordReading(model, reading)
    const { c, h, inputGate, candidate, outputGate } = quantities
    const expected = {
      inputGate: pairs(c, values(recorded, 'candidate'), (g, x) => g * x),
      candidate: pairs(c, values(recorded, 'inputGate'), (g, x) => g * x),
      outputGate: pairs(h, values(recorded, 'c'), (g, x) => g * Math.tanh(x)),
    }
    for (const [name, actual] of Object.entries({ inputGate, candidate, outputGate })) {
      assertClose(actual.flat(), expected[name as keyof typeof expected].flat(), name)
    }
  })

  it('of a projected state reaches the gates through the projection', async () => {
    const cell = lstmProjectionOf(0.5)
    const model = await TextClassifier.train(rows, { ...quick, cell, hidden: [6], bidirectional: false })
    const reading = readingOf(model, text)
    const [{ quantities }] = stepGradientsOf(model, reading, 0)
    const [recorded] = recordReading(model, reading)
    const weight = model.network.parameters().get('rnn.weight_hr_l0') as Tensor
    const before = quantities.h.map(g => through(weight, 0, g))
    const expected = pairs(before, values(recorded, 'c'), (g, x) => g * Math.tanh(x))
    assertClose(quantities.outputGate.flat(), expected.flat(), 'outputGate')
  })

  it('of a language model is of the token that would come next', async () => {
    const model = await LanguageModel.train(markovText(400), { ...quickLanguage, cell: 'lstm' })
    const reading = readingOf(model, 'a b c a')
    const gradients = stepGradientsOf(model, reading, 2)
    assertClose(ofInputs(model, recordReading(model, reading), gradients), gradientOf(model, reading, 2), 'inputs')
  })

  it('is there for a cell whose state is its quantity', async () => {
    const model = await TextClassifier.train(rows, { ...quick, cell: 'rnn', hidden: [6], bidirectional: false })
    const [{ quantities }] = stepGradientsOf(model, readingOf(model, text), 0)
    assert.deepEqual(quantities.h, quantities.candidate)
    assert.ok(quantities.h[0].some(g => g !== 0))
  })
})
