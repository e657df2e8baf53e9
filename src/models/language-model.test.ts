import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ByteSource } from '../data/byte-source.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { LanguageModel } from './language-model.ts'
import { markovLoss, markovText, quickLanguage } from './language-texts.test-support.ts'

const pattern = 'abcd\n'.repeat(200)
const sourceOf = (text: string): ByteSource => ({
  name: 'a text',
  async *bytes() {
    const bytes = new TextEncoder().encode(text)
    for (let begin = 0; begin < bytes.length; begin += 100) yield bytes.slice(begin, begin + 100)
  },
})

describe('a language model', () => {
  it('learns a repeating pattern to a perplexity of 1', async () => {
    const model = await LanguageModel.train(pattern, quickLanguage)
    const { validation } = model.summary.best
    assert.ok(validation.perplexity < 1.03, `perplexity ${validation.perplexity}`)
    assert.deepEqual([model.summary.tokens, model.summary.validationTokens, validation.tokens], [900, 100, 99])
    const judged = await model.evaluate(pattern)
    // The first letters after the beginning are the only ones to guess.
    assert.ok(judged.accuracy > 0.995, `accuracy ${judged.accuracy}`)
    assert.equal(model.next('abcdabc', 1)[0].token, 'd')
  })

  it('reaches the entropy of a Markov chain', async () => {
    const text = markovText(6000)
    const model = await LanguageModel.train(text, { ...quickLanguage, batch: 8, epochs: 4 })
    const least = markovLoss(text.slice(5400))
    const { loss } = model.summary.best.validation
    assert.ok(loss > least - 0.01 && loss < least + 0.02, `${loss}, the chain's own is ${least}`)
    // By frequency alone: 7/16 a and 9/16 b.
    assert.ok(Math.abs(Math.log(model.summary.baseline.unigram) - 0.685) < 0.02)
    const [first] = model.next('ababa', 1)
    assert.equal(first.token, 'b')
    assert.ok(Math.abs(first.probability - 0.9) < 0.04, `${first.probability}`)
  })

  it('gives the same bytes again, and from files read in pieces', async () => {
    const options = { ...quickLanguage, epochs: 1 }
    const bytes = (await LanguageModel.train(pattern, options)).toBytes()
    assert.deepEqual((await LanguageModel.train(pattern, options)).toBytes(), bytes)
    const parts = [pattern.slice(0, 500), pattern.slice(500)].map(sourceOf)
    assert.deepEqual((await LanguageModel.train(parts, options)).toBytes(), bytes)
    assert.notDeepEqual((await LanguageModel.train(pattern, { ...options, seed: 2 })).toBytes(), bytes)
  })

  it('is read from its file as it was', async () => {
    const model = await LanguageModel.train(pattern, { ...quickLanguage, epochs: 1, tieWeights: true, embedding: 16 })
    const again = LanguageModel.fromBytes(model.toBytes())
    assert.deepEqual(again.toBytes(), model.toBytes())
    assert.deepEqual(again.next('ab'), model.next('ab'))
    assert.deepEqual(again.summary, model.summary)
    assert.deepEqual(await again.evaluate(pattern), await model.evaluate(pattern))
  })

  it('judges the text that is given for validation', async () => {
    const model = await LanguageModel.train(pattern, { ...quickLanguage, epochs: 1, validationText: 'abcdabcd' })
    assert.deepEqual([model.summary.tokens, model.summary.validationTokens], [1000, 8])
    const { loss, tokens } = await model.evaluate('abcdabcd')
    assert.deepEqual([model.summary.best.validation.loss, model.summary.best.validation.tokens], [loss, tokens])
  })

  it('goes on from a model with another text, whose new letters come after the old ones', async () => {
    const from = await LanguageModel.train(pattern, quickLanguage)
    const options = { from, epochs: 1, learningRate: 1e-9 }
    const on = await LanguageModel.train('abce\n'.repeat(100), options)
    const { tokens } = from.encoder.vocabulary
    assert.deepEqual(on.encoder.vocabulary.tokens, [...tokens, 'e'])
    const weights = (model: LanguageModel) => model.network.parameters().get('embedding.weight')?.toArray() ?? []
    const difference = Array.from(weights(from), (w, i) => Math.abs(w - weights(on)[i]))
    assert.ok(Math.max(...difference) < 1e-5)
    await assert.rejects(
      LanguageModel.train(pattern, { from, hidden: 5 }),
      /from: expected hidden as in the model \(16\)/,
    )
    await assert.rejects(LanguageModel.train(pattern, { from, tokens: 'word' }), /expected tokens as in the model/)
  })

  it('learns its first state, several layers and other cells', async () => {
    const options = { ...quickLanguage, hidden: [8, 12], initialState: 'learned', cell: 'gru', epochs: 4 } as const
    const model = await LanguageModel.train(pattern, options)
    const first = model.network.parameters().get('rnn.initial_h_l1')
    assert.deepEqual(first?.shape, [12])
    assert.ok(first?.toArray().some(value => value !== 0))
    assert.ok(model.summary.best.validation.perplexity < 1.2)
  })

  it('runs on the reference device', async () => {
    const device = new ReferenceDevice()
    const model = await LanguageModel.train(pattern.slice(0, 200), { ...quickLanguage, epochs: 1, device })
    assert.equal(typeof model.next('a', 1)[0].token, 'string')
  })
})

describe('a text', () => {
  it('shorter than batch · unroll is cut into fewer runs', async () => {
    const model = await LanguageModel.train('abcd'.repeat(10), { ...quickLanguage, batch: 32, unroll: 12, epochs: 1 })
    assert.equal(model.summary.tokens, 36)
    const tiny = await LanguageModel.train('abcdab', { ...quickLanguage, epochs: 1, validation: 0.4 })
    assert.deepEqual([tiny.summary.tokens, tiny.summary.validationTokens], [4, 2])
  })

  it('too short to divide is refused', async () => {
    for (const [text, message] of [
      ['', /text: expected words to learn from, got none\./],
      ['abc', /training text: expected enough for training and validation, got 3 tokens\. Give a longer text\./],
      ['a', /expected enough for training and validation, got 1 token\. Give a longer text\./],
    ] as const) {
      await assert.rejects(LanguageModel.train(text, quickLanguage), message)
    }
    const validationText = 'a'
    await assert.rejects(LanguageModel.train(pattern, { ...quickLanguage, validationText }), /two tokens or more/)
    await assert.rejects(
      LanguageModel.train(['ab'] as unknown as string),
      /^OptionError: training text: expected a text or/,
    )
    await assert.rejects(LanguageModel.train(7 as unknown as string), /^OptionError: training text: expected a text or/)
  })

  it('of words keeps those seen three times in the part that is trained on', async () => {
    const text = `${'the cat sees the dog. '.repeat(3)}a bird ${'the cat sees the dog. '.repeat(30)}end end end end`
    const model = await LanguageModel.train(text, { hidden: 4, embedding: 4, epochs: 1 })
    assert.deepEqual(model.encoder.vocabulary.tokens, ['<unk>', 'the', 'cat', 'sees', 'dog', '.'])
    const judged = await model.evaluate('the bird sees the dog')
    assert.deepEqual([judged.tokens, judged.unknown], [4, 0.25])
  })

  it('in Chinese, by character and by word', async () => {
    const text = '我们去吃饭。你们去看书。\n'.repeat(60)
    const character = await LanguageModel.train(text, { ...quickLanguage, epochs: 8 })
    assert.equal(character.next('我们去吃', 1)[0].token, '饭')
    const word = await LanguageModel.train(text, { ...quickLanguage, tokens: 'word', epochs: 3 })
    assert.equal(word.encoder.tokenizer.settings.language, 'zh')
    assert.ok(!word.encoder.vocabulary.has('\n'))
    const written = [...word.generate({ prompt: '我们', length: 8, temperature: 0 })].map(({ text }) => text).join('')
    assert.doesNotMatch(written, /\s/)
  })

  it('with line ends as tokens, split at spaces, keeps <unk> as the unknown token', async () => {
    const text = 'a b <unk> c\n'.repeat(50)
    const options = { ...quickLanguage, tokens: 'space', lineEnd: '<eos>', epochs: 2 } as const
    const model = await LanguageModel.train(text, options)
    assert.deepEqual(model.encoder.vocabulary.tokens, ['<unk>', 'a', 'b', 'c', '<eos>'])
    assert.equal((await model.evaluate(text)).unknown, 50 / 249)
    const tokens = [...model.generate({ length: 50 })].map(({ token }) => token)
    assert.ok(tokens.includes('<eos>') && !tokens.includes('<unk>'))
  })

  it('of subwords makes its pieces of the part that is trained on, and knows them again', async () => {
    const text = `${'low lower lowest new newer newest\n'.repeat(60)}${'xyzxyz\n'.repeat(20)}`
    const options = { ...quickLanguage, tokens: 'subword', vocabulary: 280, epochs: 1 } as const
    const model = await LanguageModel.train(text, options)
    assert.ok(model.encoder.vocabulary.has('low') && !model.encoder.vocabulary.has('xyz'))
    const again = LanguageModel.fromBytes(model.toBytes())
    assert.deepEqual(again.next('low', 3), model.next('low', 3))
    const subwords = model.encoder.tokenizer.settings.subwords
    assert.ok(subwords)
    const given = await LanguageModel.train(text, { ...options, subwords })
    assert.deepEqual(given.toBytes(), model.toBytes())
  })
})
