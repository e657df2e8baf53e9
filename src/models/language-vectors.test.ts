/** A language model that begins with the vectors of a file. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Vocabulary } from '../text/vocabulary.ts'
import { LanguageModel } from './language-model.ts'
import { markovText, quickLanguage } from './language-texts.test-support.ts'

const text = markovText(700)
const { embedding: _, ...options } = { ...quickLanguage, epochs: 2 } as const
const still = { ...options, epochs: 1, learningRate: 1e-9, optimizer: 'sgd' } as const
const vectorA = Float32Array.of(0.5, -0.25, 0.125)
const vectors = async (vocabulary: Vocabulary) => ({
  dimensions: 3,
  vectors: new Map([['a', vectorA]].filter(([token]) => vocabulary.has(token as string)) as [string, Float32Array][]),
})

/** The vector of a token. */
function rowOf({ network, encoder }: LanguageModel, token: string): Float32Array {
  const weight = network.parameters().get('embedding.weight')
  const row = encoder.vocabulary.tokens.indexOf(token)
  return Float32Array.from(weight?.toArray() ?? []).subarray(3 * row, 3 * row + 3)
}

test('known tokens begin with them, and the embedding is as wide', async () => {
  const model = await LanguageModel.train(text, { ...still, vectors })
  assert.equal(model.network.sizes.embedding, 3)
  assert.ok(rowOf(model, 'a').every((x, k) => Math.abs(x - vectorA[k]) < 1e-6))
  assert.ok(rowOf(model, 'b').some((x, k) => Math.abs(x - vectorA[k]) > 1e-3))
})

test('frozen ones stay as they are, others are trained', async () => {
  const moved = async (freezeVectors: boolean) =>
    rowOf(await LanguageModel.train(text, { ...options, vectors, freezeVectors }), 'a').some((x, k) => x !== vectorA[k])
  assert.deepEqual([await moved(true), await moved(false)], [false, true])
})

test('an interrupted training goes on to the same bytes, frozen too', async () => {
  const saved: Uint8Array[] = []
  const given = { ...options, vectors, freezeVectors: true }
  const checkpoint = { everySeconds: 0, save: async (bytes: Uint8Array) => void saved.push(Uint8Array.from(bytes)) }
  const whole = await LanguageModel.train(text, { ...given, checkpoint })
  const again = await LanguageModel.train(text, { ...given, resume: saved[4] })
  assert.deepEqual(again.toBytes(), whole.toBytes())
  const others = { ...given, vectors: async () => ({ dimensions: 3, vectors: new Map() }), resume: saved[4] }
  await assert.rejects(LanguageModel.train(text, others), /ModelFileError: resume: .* vectors was "/)
})

test('tied weights are as wide as the vectors, or refused', async () => {
  const tied = { ...still, vectors, tieWeights: true }
  assert.equal((await LanguageModel.train(text, { ...tied, hidden: 3 })).network.sizes.tieWeights, true)
  await assert.rejects(LanguageModel.train(text, { ...tied, hidden: 4 }), /OptionError: tie-weights: expected an emb/)
})

test('another width is refused, and freezing without vectors, and a model besides', async () => {
  const refused = (given: object, message: RegExp) => assert.rejects(LanguageModel.train(text, given), message)
  await refused({ ...still, vectors, embedding: 8 }, /^OptionError: vectors: expected an embedding of 3 numbers/)
  await refused({ ...still, freezeVectors: true }, /^OptionError: freezeVectors: expected vectors that can be frozen/)
  const from = await LanguageModel.train(text, still)
  const subwords = {}
  await refused({ ...still, from, subwords }, /^OptionError: subwords: expected subwords or a model to go on from/)
  await refused({ ...still, from, vectors }, /^OptionError: vectors: expected vectors or a model to go on from/)
})
