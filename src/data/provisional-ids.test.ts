import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTokenizer } from '../text/tokenizer.ts'
import { buildVocabulary } from '../text/vocabulary.ts'
import { countsWithin, numberedText, wholeText, withVocabulary } from './provisional-ids.ts'

const tokenizer = createTokenizer({ tokens: 'space' })
async function* windows(...texts: string[]) {
  yield* texts
}

test('tokens get numbers in order of first occurrence, whatever the windows', async () => {
  const numbered = await numberedText(windows('b a b\n', 'c b\n'), tokenizer)
  assert.deepEqual([...numbered.ids], [0, 1, 0, 2, 0])
  assert.deepEqual(numbered.tokens, ['b', 'a', 'c'])
  assert.deepEqual(await numberedText(windows('b a b\nc b\n'), tokenizer), numbered)
})

test('a vocabulary of the first part gives ids for the whole', async () => {
  const numbered = await numberedText(windows('b a a b a d d d\n'), tokenizer)
  const counts = countsWithin(numbered, 5)
  assert.deepEqual(
    [...counts],
    [
      ['b', 2],
      ['a', 3],
    ],
  )
  assert.deepEqual([...withVocabulary(numbered, buildVocabulary(counts))], [2, 1, 1, 2, 1, 0, 0, 0])
})

test('of too many different tokens the later ones are unknown', async () => {
  const numbered = await numberedText(windows('a b c d a c\n'), tokenizer, undefined, 2)
  assert.deepEqual([...numbered.ids], [0, 1, 2, 2, 0, 2])
  assert.deepEqual(numbered.tokens, ['a', 'b', null])
  const counts = countsWithin(numbered, 6)
  assert.deepEqual(
    [...counts],
    [
      ['a', 2],
      ['b', 1],
    ],
  )
  assert.deepEqual([...withVocabulary(numbered, buildVocabulary(counts))], [1, 2, 0, 0, 1, 0])
})

test('no tokens are an error, and an abort is heard', async () => {
  await assert.rejects(
    numberedText(windows(' \n'), tokenizer),
    /^DataError: text: expected words to learn from, got none/,
  )
  await assert.rejects(numberedText(windows('a'), tokenizer, AbortSignal.abort(new Error('stop'))), /stop/)
  async function* ids() {
    yield Int32Array.of(1, 2)
    yield Int32Array.of(3)
  }
  assert.deepEqual([...(await wholeText(ids()))], [1, 2, 3])
})
