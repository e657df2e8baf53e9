import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEmma } from '../../examples/emma.ts'
import { experiment, halvedAfterFour, halvedWhenSlow } from './penn-treebank.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'

/** "Emma" in the form of the Penn Treebank: a sentence a line, small letters, rare words `<unk>`. */
function emmaAsTreebank(): readonly string[] {
  const sentences = readEmma()
    .toLowerCase()
    .split(/[.!?;]/)
    .map(sentence => sentence.match(/[a-z']+/g) ?? [])
    .filter(words => words.length > 0)
  const counts = new Map<string, number>()
  for (const word of sentences.flat()) counts.set(word, (counts.get(word) ?? 0) + 1)
  const written = (word: string) => ((counts.get(word) as number) < 20 ? '<unk>' : word)
  return sentences.map(words => words.map(written).join(' '))
}

const lines = emmaAsTreebank()
const parts: Readonly<Record<string, string>> = {
  'lm/ptb/ptb.train.txt.gz': lines.slice(0, 4000).join('\n'),
  'lm/ptb/ptb.valid.txt': lines.slice(4000, 4500).join('\n'),
  'lm/ptb/ptb.test.txt': lines.slice(4500, 5000).join('\n'),
}

for (const variant of [null, 'dropout']) {
  test(`a small form foretells words better than their frequencies${variant ? ', with dropout too' : ''}`, async () => {
    const findings = await findingsOf(experiment, { variant, readText: path => parts[path] })
    const [frequencies] = valuesOf(findings, 'frequencies', 'test')
    const [perplexity] = valuesOf(findings, 'LSTM', 'test perplexity')
    assert.ok(perplexity < frequencies * 0.8, `${perplexity} of ${frequencies}`)
  })
}

const moment = { step: 1, steps: 100, epochs: 13, validationLosses: [] }

test('the rate is 1 for four epochs, then halved with each', () => {
  const rates = [1, 4, 5, 6, 13].map(epoch => halvedAfterFour.factor({ ...moment, epoch }))
  assert.deepEqual(rates, [1, 1, 0.5, 0.25, 2 ** -9])
})

test('the rate is halved after each epoch that gained less than 1 of perplexity, or lost', () => {
  const after = (...perplexities: number[]) =>
    halvedWhenSlow.factor({ ...moment, epoch: perplexities.length + 1, validationLosses: perplexities.map(Math.log) })
  assert.equal(after(), 1)
  assert.equal(after(200), 1)
  assert.equal(after(200, 150, 148), 1)
  assert.equal(after(200, 150, 149.5), 0.5)
  assert.equal(after(200, 150, 149.5, 152, 140), 0.25)
})
