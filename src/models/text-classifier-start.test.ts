/**
 * Where a training starts: a trained model, or the vectors of a file.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Tensor } from '../tensor/index.ts'
import type { Vocabulary } from '../text/vocabulary.ts'
import { english, madeUpTexts, quick, threeClasses } from './made-up-texts.test-support.ts'
import { TextClassifier } from './text-classifier.ts'

const rows = madeUpTexts(english, 60)
const { embedding: _, ...free } = quick
const old = await TextClassifier.train(rows, { ...quick, epochs: 4, cell: 'gru', recurrentDropout: 0.1 })

/** The row of each of some tensor's rows, by what it stands for. */
function rowsOf(t: Tensor, names: readonly string[]): Map<string, number[]> {
  const [values, width] = [t.toArray(), t.shape[1] ?? 1]
  return new Map(names.map((name, row) => [name, Array.from(values.subarray(row * width, (row + 1) * width))]))
}

const weight = (model: TextClassifier, name: string) => model.network.parameters().get(name) as Tensor

/** So small a step that what was there before can be seen. */
const still = { epochs: 1, learningRate: 1e-9, optimizer: 'sgd' } as const

describe('a training from a model', () => {
  const more = madeUpTexts(threeClasses, 60, 5).map(({ text, label }) => ({ text: `${text} 新词 新词`, label }))

  it('keeps the rows of known words and labels, and adds new ones', async () => {
    const model = await TextClassifier.train(more, { from: old, ...still })
    assert.deepEqual(model.labels, ['bad', 'good', 'mixed'])
    const [before, after] = [old, model].map(m => rowsOf(weight(m, 'embedding.weight'), m.encoder.vocabulary.tokens))
    assert.deepEqual([...after.keys()].slice(0, before.size), [...before.keys()], 'ids of known words stay')
    assert.ok(['mixed', 'middling', '新', '新词'].some(word => after.has(word) && !before.has(word)))
    const isNear = (a: readonly number[], b: readonly number[]) => a.every((x, i) => Math.abs(x - b[i]) < 1e-6)
    for (const [word, row] of before) assert.ok(isNear(after.get(word) as number[], row), word)
    const [was, is] = [old, model].map(m => rowsOf(weight(m, 'linear.weight'), m.labels))
    for (const label of old.labels) assert.ok(isNear(is.get(label) as number[], was.get(label) as number[]), label)
    const [biasWas, biasIs] = [old, model].map(m => rowsOf(weight(m, 'linear.bias'), m.labels))
    for (const label of old.labels) assert.ok(isNear(biasIs.get(label) as number[], biasWas.get(label) as number[]))
    for (const [name, t] of old.network.parameters()) {
      if (name.startsWith('rnn.')) assert.ok(isNear([...weight(model, name).toArray()], [...t.toArray()]), name)
    }
  })

  it('takes what the model has settled, learns the new, and is saved and read', async () => {
    const model = await TextClassifier.train(more, {
      from: old,
      epochs: 15,
      learningRate: 0.03,
      batch: 8,
      patience: 15,
    })
    const { cell, embedding, hidden, bidirectional, recurrentDropout } = model.summary.options
    assert.deepEqual([cell, embedding, hidden, bidirectional, recurrentDropout], ['gru', 8, 9, false, 0.1])
    assert.ok((await model.evaluate(more)).accuracy > 0.9)
    assert.deepEqual(TextClassifier.fromBytes(model.toBytes()).predict('middling'), model.predict('middling'))
  })

  it('leaves the model that it began with as it was', async () => {
    const before = old.toBytes()
    await TextClassifier.train(more, { from: old, epochs: 1 })
    assert.deepEqual(old.toBytes(), before)
  })

  it('has a first validation as good as the model', async () => {
    const { loss } = await old.evaluate(rows)
    const model = await TextClassifier.train(rows, { from: old, ...still, validationRows: rows })
    assert.ok(Math.abs(model.epochs[0].validation.loss - loss) < 1e-4)
  })

  it('refuses what the model has settled otherwise, and vectors or subwords besides', async () => {
    const refused = (options: object, message: RegExp) =>
      assert.rejects(TextClassifier.train(more, { from: old, ...options }), message)
    await refused(
      { cell: 'lstm' },
      /^OptionError: from: expected cell as in the model \("gru"\), got "lstm"\. Leave it/,
    )
    await refused({ hidden: 12 }, /from: expected hidden as in the model \(9\), got 12/)
    await refused({ maxTokens: 7 }, /from: expected maxTokens as in the model \(400\), got 7/)
    await refused({ zoneout: 0.1 }, /from: expected zoneout as in the model \(0\), got 0\.1/)
    await refused({ forgetBias: 2 }, /from: expected forgetBias as in the model \(1\), got 2/)
    await refused({ vectors: async () => assert.fail() }, /^OptionError: vectors: expected vectors or a model/)
    await refused({ subwords: {} }, /^OptionError: subwords: expected subwords or a model to go on from, got both\./)
    await TextClassifier.train(more, { from: old, ...still, cell: 'gru', hidden: [9] })
  })
})

describe('a training from vectors', () => {
  const vectorOf = (word: string) => Float32Array.from({ length: 6 }, (_v, k) => ((word.length + k) % 5) / 4 - 0.5)
  const found = (words: readonly string[]) => async (vocabulary: Vocabulary) => ({
    dimensions: 6,
    vectors: new Map(words.filter(word => vocabulary.has(word)).map(word => [word, vectorOf(word)])),
  })
  const vectors = found(['film', 'good', 'bad', 'nowhere'])

  it('begins with them where a word is known, and is as wide as they are', async () => {
    const model = await TextClassifier.train(rows, { ...free, ...still, vectors })
    assert.equal(model.network.sizes.embedding, 6)
    assert.equal(model.summary.options.embedding, 6)
    const embedding = rowsOf(weight(model, 'embedding.weight'), model.encoder.vocabulary.tokens)
    for (const word of ['film', 'good', 'bad']) {
      assert.ok(
        embedding.get(word)?.every((x, k) => Math.abs(x - vectorOf(word)[k]) < 1e-6),
        word,
      )
    }
    assert.ok(embedding.get('actor')?.some((x, k) => Math.abs(x - vectorOf('actor')[k]) > 1e-3))
  })

  it('leaves them alone when frozen, and trains them when not', async () => {
    const moved = async (freezeVectors: boolean) => {
      const model = await TextClassifier.train(rows, { ...free, epochs: 2, vectors, freezeVectors })
      const row = rowsOf(weight(model, 'embedding.weight'), model.encoder.vocabulary.tokens).get('good') as number[]
      return row.some((x, k) => x !== vectorOf('good')[k])
    }
    assert.deepEqual([await moved(true), await moved(false)], [false, true])
  })

  it('goes on after an interruption, frozen too', async () => {
    const options = { ...free, epochs: 3, vectors, freezeVectors: true }
    const saved: Uint8Array[] = []
    const save = async (bytes: Uint8Array) => void saved.push(bytes)
    const whole = await TextClassifier.train(rows, { ...options, checkpoint: { everySeconds: 0, save } })
    const again = await TextClassifier.train(rows, { ...options, resume: saved[4] })
    assert.deepEqual(again.toBytes(), whole.toBytes())
    const others = { ...options, vectors: found(['film']), resume: saved[4] }
    await assert.rejects(TextClassifier.train(rows, others), /ModelFileError: resume: .* vectors was "/)
  })

  it('refuses another width, and freezing without vectors', async () => {
    await assert.rejects(
      TextClassifier.train(rows, { ...quick, vectors }),
      /^OptionError: vectors: expected an embedding of 6 numbers, as the vectors have, got 8\. Give 6, or leave/,
    )
    await assert.rejects(TextClassifier.train(rows, { ...quick, freezeVectors: true }), /^OptionError: freezeVectors: /)
  })
})
