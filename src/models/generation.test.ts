import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type GenerateOptions, promptIds, Reader } from './generation.ts'
import { LanguageModel } from './language-model.ts'
import { markovText, quickLanguage } from './language-texts.test-support.ts'

const pattern = await LanguageModel.train('abcd\n'.repeat(200), quickLanguage)
const markov = await LanguageModel.train(markovText(2000), { ...quickLanguage, epochs: 2 })
const written = (model: LanguageModel, options: GenerateOptions) =>
  [...model.generate(options)].map(({ text }) => text).join('')

describe('generating', () => {
  it('writes on what was learned', () => {
    assert.equal(written(pattern, { prompt: 'ab', length: 8, temperature: 0 }), 'cd\nabcd\n')
    assert.equal(written(pattern, { length: 4, temperature: 0 }), 'abcd')
  })

  it('draws the same for the same seed, whatever length is asked for', () => {
    const text = written(markov, { length: 60 })
    assert.equal(written(markov, { length: 60 }), text)
    assert.equal(written(markov, { length: 20 }), text.slice(0, 20))
    assert.notEqual(written(markov, { length: 60, seed: 2 }), text)
  })

  it('keeps to top-k and top-p', () => {
    // b follows a with 0.9, a follows b with 0.7.
    assert.equal(written(markov, { prompt: 'a', length: 6, topK: 1 }), 'bababa')
    assert.equal(written(markov, { prompt: 'a', length: 6, topP: 0.5 }), 'bababa')
    const free = written(markov, { prompt: 'a', length: 400 })
    assert.ok(free.includes('aa') && free.includes('bb'))
  })

  it('stops before a text, which is held back until it is certain', () => {
    const options = { prompt: 'a', length: 50, temperature: 0, stop: 'd\na' }
    const steps = [...pattern.generate(options)]
    assert.deepEqual(
      steps.map(({ text }) => text),
      ['b', 'c', '', '', ''],
    )
    assert.equal(written(pattern, { ...options, stop: 'dd' }).length, 50)
    assert.equal(written(pattern, { ...options, length: 4, stop: 'd\na' }), 'bcd\n')
  })

  it('can be left at any time', () => {
    for (const { token } of pattern.generate({ prompt: 'ab', length: 1_000_000 })) {
      assert.equal(token, 'c')
      break
    }
  })

  it('refuses options out of range at once', () => {
    for (const [options, message] of [
      [{ temperature: -1 }, /temperature to be a number from 0 to 100, got -1/],
      [{ topK: 0 }, /topK to be a whole number of 1 or more, got 0/],
      [{ topP: 0 }, /topP to be a number above 0 and at most 1, got 0/],
      [{ length: 0.5 }, /length to be a whole number of 1 or more, got 0\.5/],
      [{ stop: 3 as unknown as string }, /stop to be a text, got 3/],
      [{ lenght: 3 } as object, /an option of prompt, .*got "lenght"\. Did you mean "length"\?$/],
    ] as const) {
      assert.throws(() => pattern.generate(options), message)
    }
    assert.throws(() => pattern.next('a', 0), /top to be a whole number of 1 or more, got 0/)
    assert.throws(() => pattern.next(undefined as unknown as string), /expected a text, got undefined/)
  })
})

describe('a reader', () => {
  it('gives the same bits token by token as at once', () => {
    const ids = promptIds(markov.encoder, markovText(300, 5))
    const [whole, steps, parts] = [0, 1, 2].map(() => new Reader(markov.network))
    whole.read(ids)
    for (const id of ids) steps.read(Int32Array.of(id))
    for (const [begin, end] of [
      [0, 7],
      [7, 8],
      [8, 300],
    ])
      parts.read(ids.subarray(begin, end))
    assert.deepEqual(steps.logits, whole.logits)
    assert.deepEqual(parts.logits, whole.logits)
  })

  it('hands over to a stream, which goes on with the same bits', () => {
    const ids = promptIds(markov.encoder, markovText(60, 5))
    const [whole, begun] = [new Reader(markov.network), new Reader(markov.network)]
    begun.read(ids.subarray(0, 40))
    const stream = markov.network.stream()
    stream.restart(begun.state)
    for (let k = 40; k < 60; k++) {
      const logits = stream.read(ids[k])
      whole.read(ids.subarray(k === 40 ? 0 : k, k + 1))
      assert.deepEqual(logits, whole.logits, `token ${k}`)
    }
  })
})

describe('what comes next', () => {
  it('is a distribution over the known tokens, the most probable first', () => {
    const next = pattern.next('abc', 100)
    assert.equal(next.length, pattern.encoder.vocabulary.size - 1)
    assert.ok(next.every(({ token }) => token !== '<unk>'))
    assert.ok(Math.abs(next.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-12)
    assert.deepEqual(
      next.map(({ probability }) => probability),
      next.map(({ probability }) => probability).toSorted((a, b) => b - a),
    )
    assert.deepEqual(pattern.next('abc', 2), next.slice(0, 2))
  })
})
