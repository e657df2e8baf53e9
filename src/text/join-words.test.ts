import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { joinWords } from './join-words.ts'
import { wordSplitter } from './word-tokens.ts'

const split = wordSplitter('und')

test('ordinary sentences come back as they were', () => {
  for (const text of [
    'I don’t know, she said; it costs $3.50 (or 5%)!',
    'He said "well done" and left.',
    '酒店很好，我喜欢。',
    '我用iPhone上网。',
    '안녕 세계.',
  ]) {
    assert.equal(joinWords(split(text)), text)
  }
  assert.equal(joinWords([]), '')
})

test('a text begins with the text of any beginning of its tokens', () => {
  const token = fc.constantFrom('a', 'word', '"', "'", '(', ')', '.', ',', '$', '好', '，', '-')
  fc.assert(
    fc.property(fc.array(token), fc.nat(20), (tokens, count) => {
      assert.ok(joinWords(tokens).startsWith(joinWords(tokens.slice(0, count))))
    }),
  )
})
