import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LanguageModel } from '../models/language-model.ts'
import { markovText, quickLanguage } from '../models/language-texts.test-support.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import { predictionsOf } from './predictions.ts'
import type { TokenPrediction } from './report.ts'
import { readingOf } from './subject.ts'

const rows = madeUpTexts(english, 40)
const words = 'the film was good and the plot zebra poor'.split(' ')

describe('predictions after each token of a classifier', () => {
  for (const pooling of ['last', 'mean', 'max', 'attention'] as const) {
    for (const bidirectional of [false, true]) {
      for (const layers of [1, 2]) {
        const both = bidirectional ? 'both directions' : 'one direction'
        it(`${pooling}, ${both}, ${layers} layers: have the bits of the text cut there`, async () => {
          const kind = { pooling, bidirectional, layers, initialState: 'learned', merge: 'mean' } as const
          const model = await TextClassifier.train(rows, { ...quick, ...kind, epochs: 1, cell: 'gru' })
          const reading = readingOf(model, words.join(' '))
          assert.deepEqual(reading.tokens, words)
          const cut = words.map((_, t) => words.slice(0, t + 1).join(' '))
          assert.deepEqual(
            await predictionsOf(model, reading),
            cut.map(text => model.predict(text)),
          )
        })
      }
    }
  }

  it('of a long text, which takes several batches', async () => {
    for (const bidirectional of [false, true]) {
      const model = await TextClassifier.train(rows, { ...quick, bidirectional, epochs: 1, maxTokens: 1000 })
      const long = Array.from({ length: 700 }, (_, k) => words[(k * 5) % words.length])
      const shares: number[] = []
      const predictions = await predictionsOf(model, readingOf(model, long.join(' ')), {
        onProgress: share => shares.push(share),
      })
      assert.equal(predictions.length, 700)
      assert.equal(shares.at(-1), 1)
      assert.deepEqual(
        shares,
        shares.toSorted((a, b) => a - b),
      )
      for (const t of [0, 1, 255, 256, 300, 699]) {
        assert.deepEqual(predictions[t], model.predict(long.slice(0, t + 1).join(' ')))
      }
    }
  })

  it('stop when asked to', async () => {
    const model = await TextClassifier.train(rows, { ...quick, epochs: 1, maxTokens: 1000 })
    const reading = readingOf(model, 'good '.repeat(500))
    await assert.rejects(
      predictionsOf(model, reading, { signal: AbortSignal.abort(new Error('enough')) }),
      /^Error: enough$/,
    )
  })
})

describe('predictions after each token of a language model', () => {
  const long = markovText(700)

  it('foretell what came next with the probability that evaluate counts, at the end the most probable', async () => {
    const model = await LanguageModel.train(markovText(600), { ...quickLanguage, layers: 2, epochs: 2 })
    const predictions = (await predictionsOf(model, readingOf(model, long))) as TokenPrediction[]
    assert.deepEqual(
      predictions
        .slice(0, -1)
        .map(p => p.token)
        .join(''),
      long.slice(1),
    )
    const { loss } = await model.evaluate(long)
    const mean = predictions.slice(0, -1).reduce((sum, p) => sum - Math.log(p.probability), 0) / (long.length - 1)
    assert.ok(Math.abs(mean - loss) < 1e-6, `${mean}, ${loss}`)
    const last = predictions[predictions.length - 1]
    assert.equal(last.token, last.top[0].token)
    // `next` leaves the unknown token out and shares its probability.
    const [first] = model.next(long)
    assert.equal(last.token, first.token)
    const known = last.top.filter(p => p.token !== '<unk>')
    const sum = known.reduce((s, p) => s + p.probability, 0)
    assert.ok(Math.abs(known[0].probability / sum - first.probability) < 1e-6)
  })

  it('have ten tokens at most, the most probable first', async () => {
    const text = 'the quick brown fox jumps over a lazy dog '.repeat(8)
    const model = await LanguageModel.train(text, { ...quickLanguage, epochs: 1 })
    const predictions = (await predictionsOf(model, readingOf(model, 'the lazy'))) as TokenPrediction[]
    for (const { top } of predictions) {
      assert.equal(top.length, 10)
      const probabilities = top.map(p => p.probability)
      assert.deepEqual(
        probabilities,
        probabilities.toSorted((a, b) => b - a),
      )
      assert.equal(new Set(top.map(p => p.token)).size, 10)
    }
    const all = (await predictionsOf(model, readingOf(model, 'the'))) as TokenPrediction[]
    assert.ok(all.every(p => p.top.every(q => q.probability >= (p.top.at(-1)?.probability ?? 1))))
  })

  it('go on from an empty text as from a beginning', async () => {
    const model = await LanguageModel.train(markovText(400), { ...quickLanguage, epochs: 1 })
    const reading = readingOf(model, '')
    assert.equal(reading.tokens.length, 1)
    const [only] = (await predictionsOf(model, reading)) as TokenPrediction[]
    assert.equal(only.token, model.next('')[0].token)
  })
})
