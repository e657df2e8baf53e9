import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DataError } from '../errors/errors.ts'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.ts'
import { buildVocabulary, countTokens } from '../text/vocabulary.ts'
import { allOf, sourceOf } from './bytes.test-support.ts'
import { textWindows } from './text-windows.ts'
import { countStream, idBlocks, streamIds } from './token-stream.ts'

const TOKENIZERS: readonly Tokenizer[] = [
  createTokenizer({ tokens: 'word' }),
  createTokenizer({ tokens: 'word', lineEnd: '<eos>' }),
  createTokenizer({ tokens: 'space', lineEnd: '<eos>' }),
  createTokenizer({ tokens: 'character' }),
]

test('the counts and ids of a stream are those of the whole text', async () => {
  const part = fc.constantFrom('the ', 'cat', "'s", '\n', '\r\n', '猫 ', 'é', '. ')
  const text = fc.array(part).map(parts => `first ${parts.join('')}`)
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), fc.constantFrom(...TOKENIZERS), async (t, length, by) => {
      const windows = () => textWindows([sourceOf(t, length)])
      const tokens = by.tokens(t.replaceAll('\r\n', '\n'))
      const counts = await countStream(windows(), by)
      assert.deepEqual([...counts.counts], [...countTokens([tokens])])
      assert.equal(counts.total, tokens.length)
      const vocabulary = buildVocabulary(counts.counts, { minimumCount: 2 })
      const ids = await allOf(streamIds(windows(), by, vocabulary))
      assert.deepEqual(Int32Array.from(ids.flatMap(part => [...part])), vocabulary.encode(tokens))
    }),
  )
})

async function* given(pieces: readonly (readonly number[])[]): AsyncGenerator<Int32Array, void> {
  for (const piece of pieces) yield Int32Array.from(piece)
}

test('blocks overlap by one token, so that each token is predicted once', async () => {
  const numbers = (blocks: readonly Int32Array[]) => blocks.map(block => [...block])
  const pieces = [[0, 1, 2, 3, 4], [5], [6, 7]]
  assert.deepEqual(numbers(await allOf(idBlocks(given(pieces), 3))), [
    [0, 1, 2],
    [2, 3, 4],
    [4, 5, 6],
    [6, 7],
  ])
  assert.deepEqual(numbers(await allOf(idBlocks(given([[0, 1, 2]]), 3))), [[0, 1, 2]])
  assert.deepEqual(numbers(await allOf(idBlocks(given(pieces)))), [[0, 1, 2, 3, 4, 5, 6, 7]])
  assert.deepEqual(numbers(await allOf(idBlocks(given([]), 3))), [])
})

test('a block grows to its length and keeps what it has', async () => {
  const pieces = Array.from({ length: 50 }, (_, k) => Array.from({ length: 5000 }, (_, j) => k * 5000 + j))
  const [block] = await allOf(idBlocks(given(pieces)))
  assert.equal(block.length, 250_000)
  assert.ok(block.every((id, place) => id === place))
})

test('a text without tokens is refused, and an abort is heard', async () => {
  const [tokenizer] = TOKENIZERS
  await assert.rejects(countStream(textWindows([sourceOf(' \n ')]), tokenizer), DataError)
  const signal = AbortSignal.abort(new Error('enough'))
  await assert.rejects(countStream(textWindows([sourceOf('a b')]), tokenizer, signal), /^Error: enough$/)
})
