/**
 * No option of a classifier is without effect: with each, another model comes out.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readModelFile } from '../formats/model-file.ts'
import { english, madeUpTexts, quick } from './made-up-texts.test-support.ts'
import { TextClassifier, type TrainOptions } from './text-classifier.ts'
import { type TextClassifierOptions, textClassifierOptions } from './text-classifier-options.ts'

/** Twice as many of one label as of the other, and some capitals. */
const rows = [...madeUpTexts(english, 36), ...madeUpTexts(english, 36, 3).filter(row => row.label === 'good')].map(
  ({ text, label }, k) => ({ text: k % 3 === 0 ? text.toUpperCase() : text, label }),
)

const base: TrainOptions = { ...quick, epochs: 3, patience: 50, bidirectional: true, minimumCount: 1 }

/** Another value of each, and what the training has besides, so that it can act. */
const others: { readonly [Name in keyof TextClassifierOptions]: readonly [unknown, TrainOptions?] } = {
  seed: [2],
  validation: [0.3],
  tokens: ['character'],
  language: ['en'],
  lowercase: [false],
  vocabulary: [6],
  minimumCount: [12],
  maxTokens: [2],
  wordDropout: [0.4],
  adversarial: [0.3],
  cell: ['gru'],
  embedding: [4],
  hidden: [[5, 3]],
  layers: [2],
  activation: ['relu'],
  gateActivation: ['hardSigmoid'],
  initialization: ['orthogonal'],
  forgetBias: [0],
  initialState: ['learned'],
  dropout: [0.5],
  recurrentDropout: [0.3],
  zoneout: [0.2],
  weightDrop: [0.3],
  bidirectional: [false],
  merge: ['sum'],
  pooling: ['mean'],
  epochs: [2],
  batch: [5],
  optimizer: ['sgd'],
  learningRate: [0.01],
  schedule: ['cosine'],
  warmUp: [4],
  clipNorm: [0.01],
  clipValue: [0.001],
  weightDecay: [0.1, { optimizer: 'adamw' }],
  labelSmoothing: [0.2],
  accumulate: [2],
  patience: [1, { learningRate: 3, optimizer: 'sgd', epochs: 8 }],
  classWeights: ['balanced'],
}

/** The model and how its training went, without the options that were asked for. */
async function outcome(options: TrainOptions) {
  const model = await TextClassifier.train(rows, options)
  const { document, tensors } = readModelFile(model.toBytes())
  const { options: _, ...training } = document.training as Record<string, unknown>
  return { document: { ...document, training }, tensors }
}

describe('each option of a classifier has an effect', () => {
  for (const name of Object.keys(textClassifierOptions) as (keyof TextClassifierOptions)[]) {
    it(name, async () => {
      const [value, besides] = others[name]
      assert.notDeepEqual(
        await outcome({ ...base, ...besides, [name]: value }),
        await outcome({ ...base, ...besides }),
        `${name} was ignored`,
      )
    })
  }
})

describe('options that change how much a row counts', () => {
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length
  const meanProbability = (model: TextClassifier, label: string) =>
    mean(rows.map(({ text }) => model.predict(text).probabilities[label]))

  it('balanced classes are told apart without the share of the frequent one', async () => {
    // The text has nothing to go by, so that all that is learned is how often a label comes. The best epoch is that
    // of the lowest validation loss, where every row counts the same.
    const blank = rows.map(({ label }) => ({ text: 'film', label }))
    const share = mean(blank.map(({ label }) => (label === 'good' ? 1 : 0)))
    for (const [classWeights, expected] of [
      ['none', share],
      ['balanced', 0.5],
    ] as const) {
      const validationRows = classWeights === 'none' ? blank : [blank[0], blank[1]]
      const options = { ...base, classWeights, validationRows, batch: 100, epochs: 60, dropout: 0, wordDropout: 0 }
      const model = await TextClassifier.train(blank, options)
      const { good } = model.predict('film').probabilities
      assert.ok(Math.abs(good - expected) < 0.06, `${classWeights}: ${good}, expected ${expected}`)
    }
  })

  it('smoothed labels leave some probability to the others', async () => {
    const sure = {
      ...base,
      schedule: 'exponential',
      epochs: 30,
      dropout: 0,
      wordDropout: 0,
      validationRows: rows,
    } as const
    const model = await TextClassifier.train(rows, { ...sure, labelSmoothing: 0.4 })
    const highest = rows.map(({ text }) => model.predict(text).probability)
    assert.ok(Math.abs(mean(highest) - 0.8) < 0.05, `${mean(highest)}`)
    assert.ok(meanProbability(model, 'good') > 0.5)
  })

  it('accumulated batches are one batch of all their rows, but for rounding', async () => {
    const plain = { ...base, dropout: 0, wordDropout: 0, epochs: 2, validationRows: rows, optimizer: 'sgd' } as const
    for (const classWeights of ['none', 'balanced'] as const) {
      // One step an epoch, whatever the order of the batches.
      const [whole, parts] = await Promise.all(
        [
          { batch: 100, accumulate: 1 },
          { batch: 9, accumulate: 100 },
        ].map(sizes => TextClassifier.train(rows, { ...plain, classWeights, ...sizes })),
      )
      for (const [name, t] of whole.network.parameters()) {
        const other = parts.network.parameters().get(name)?.toArray() as Float32Array
        assert.ok(
          t.toArray().every((x, k) => Math.abs(x - other[k]) < 1e-6),
          name,
        )
      }
    }
  })
})
