import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { OptionError } from '../errors/errors.ts'
import { LanguageModel } from '../models/language-model.ts'
import { markovText, quickLanguage } from '../models/language-texts.test-support.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import { logSoftmax, noGradient, slice, step, tensor } from '../tensor/index.ts'
import { gradientOf } from './gradient.ts'
import { embeddingOf, isClassifier, type Reading, readingOf, type Subject, withEmbedding } from './subject.ts'

const rows = madeUpTexts(english, 40)
const text = 'the film was good , the plot was bad'

/** Central differences with this step are off by about its square, in 64 bits. */
const STEP = 1e-4
const DIFFERENCE = 1e-6
/** The kernels' 32 bits against 64. */
const SINGLE = 1e-4

/** log p of an answer to the text whose tokens have these vectors, [T, E]. */
function logProbability(subject: Subject, vectors: Float64Array, length: number, answer: number): number {
  const table = tensor(vectors, [length, vectors.length / length], {
    device: embeddingOf(subject.network.parameters()).device,
  })
  const changed = withEmbedding(subject, table)
  const ids = Int32Array.from({ length }, (_, t) => t)
  const logits = () => {
    if (isClassifier(changed)) return changed.network.logits([ids])
    const { network } = changed
    return network.logits(slice(network.read(ids, 1, network.initialState(1)).output, 0, length - 1, length))
  }
  return noGradient(() => step(() => logSoftmax(logits()).toArray()))[answer]
}

/** ‖∂ log p / ∂ vector of token t‖ by central differences. */
function byDifferences(subject: Subject, { ids }: Reading, answer: number): number[] {
  const table = embeddingOf(subject.network.parameters())
  const width = table.shape[1]
  const all = table.toArray()
  const vectors = Float64Array.from(
    { length: ids.length * width },
    (_, i) => all[ids[Math.floor(i / width)] * width + (i % width)],
  )
  return Array.from(ids, (_, t) => {
    let squares = 0
    for (let k = t * width; k < (t + 1) * width; k++) {
      const [more, less] = [STEP, -STEP].map(by =>
        logProbability(subject, vectors.with(k, vectors[k] + by), ids.length, answer),
      )
      squares += ((more - less) / (2 * STEP)) ** 2
    }
    return Math.sqrt(squares)
  })
}

function compare(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const size = Math.max(...expected)
  assert.equal(actual.length, expected.length)
  actual.forEach((value, t) => {
    assert.ok(Math.abs(value - expected[t]) <= tolerance * size, `token ${t}: ${value}, expected ${expected[t]}`)
  })
}

describe('the gradient of a prediction to each token', () => {
  const kinds = [
    { cell: 'lstm', pooling: 'last', bidirectional: true, layers: 2 },
    { cell: 'gru', pooling: 'max', bidirectional: false, layers: 1 },
    { cell: 'rnn', pooling: 'mean', bidirectional: true, layers: 1 },
    { cell: 'lstm-layer-norm', pooling: 'attention', bidirectional: false, layers: 1 },
  ] as const
  for (const kind of kinds) {
    it(`${kind.cell}, ${kind.pooling}: equals central differences, of each label`, async () => {
      const bytes = (await TextClassifier.train(rows, { ...quick, ...kind, epochs: 2 })).toBytes()
      const exact = TextClassifier.fromBytes(bytes, { device: new ReferenceDevice() })
      const reading = readingOf(exact, text)
      for (const answer of [0, 1]) {
        const expected = byDifferences(exact, reading, answer)
        compare(gradientOf(exact, reading, answer), expected, DIFFERENCE)
        compare(gradientOf(TextClassifier.fromBytes(bytes), reading, answer), expected, SINGLE)
      }
    })
  }

  for (const tieWeights of [false, true]) {
    it(`of a language model, ${tieWeights ? 'tied' : 'untied'}: equals central differences`, async () => {
      const sizes = { hidden: 8, embedding: 8 }
      const trained = await LanguageModel.train(markovText(400), { ...quickLanguage, ...sizes, epochs: 1, tieWeights })
      const exact = LanguageModel.fromBytes(trained.toBytes(), { device: new ReferenceDevice() })
      const reading = readingOf(exact, 'abbab')
      const answer = exact.encoder.vocabulary.idOf('a')
      compare(gradientOf(exact, reading, answer), byDifferences(exact, reading, answer), DIFFERENCE)
    })
  }

  it('leaves the model without gradients, and refuses an answer that is not there', async () => {
    const model = await TextClassifier.train(rows, { ...quick, epochs: 1 })
    const before = model.toBytes()
    gradientOf(model, readingOf(model, text), 0)
    assert.ok([...model.network.parameters().values()].every(t => t.gradient === null))
    assert.deepEqual(model.toBytes(), before)
    assert.throws(
      () => gradientOf(model, readingOf(model, text), 2),
      new OptionError('gradient: expected an answer from 0 to 1, got 2.'),
    )
  })
})
