import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadSubwords } from '../text/subword-library.ts'
import { trainSubwords } from '../text/subword-training.ts'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.ts'
import { GrowingText } from './growing-text.ts'

await loadSubwords()
const subwords = await trainSubwords(['the cat sat on the mat 我们去吃饭 😀 naïve '.repeat(5)], { vocabulary: 280 })
const tokenizers: [string, Tokenizer][] = [
  ['words', createTokenizer({ tokens: 'word' })],
  ['words with line ends', createTokenizer({ tokens: 'word', lineEnd: '<eos>' })],
  ['spaces', createTokenizer({ tokens: 'space', lineEnd: '<eos>' })],
  ['characters', createTokenizer({ tokens: 'character' })],
  ['code points', createTokenizer({ tokens: 'code-point' })],
  ['subwords', createTokenizer({ tokens: 'subword', subwords })],
]
const word = fc.constantFrom('the', 'cat', '"', ',', '.', '\n', '(', ')', '我们', '去', '😀', 'naïve', "'", '¡é', ' ')

for (const [name, tokenizer] of tokenizers) {
  test(`the pieces of a long text of ${name} are the whole text, joined at once`, () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 100, maxLength: 600 }), words => {
        const tokens = tokenizer.tokens(words.join(' '))
        const growing = new GrowingText(tokenizer)
        const pieces = tokens.map(token => growing.add(token))
        assert.equal(pieces.join(''), tokenizer.join(tokens))
      }),
      { numRuns: 60 },
    )
  })
}
