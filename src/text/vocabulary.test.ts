import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModelFileError, OptionError } from '../errors/errors.ts'
import { buildVocabulary, countTokens, Vocabulary } from './vocabulary.ts'

const counts = countTokens([['b', 'a', 'c', '<unk>'], ['a', '__proto__', 'c'], ['d']])

test('ids go by descending count, then by first occurrence, after the unknown token', () => {
  assert.deepEqual(buildVocabulary(counts).tokens, ['<unk>', 'a', 'c', 'b', '__proto__', 'd'])
})

test('a minimum count and a size keep the most frequent', () => {
  assert.deepEqual(buildVocabulary(counts, { minimumCount: 2 }).tokens, ['<unk>', 'a', 'c'])
  assert.deepEqual(buildVocabulary(counts, { size: 4 }).tokens, ['<unk>', 'a', 'c', 'b'])
  assert.deepEqual(buildVocabulary(counts, { size: 1 }).tokens, ['<unk>'])
  assert.throws(() => buildVocabulary(counts, { size: 0 }), /^OptionError: vocabulary: expected a whole number/)
  assert.throws(() => buildVocabulary(counts, { minimumCount: 1.5 }), /^OptionError: minimum-count/)
})

test('tokens become ids and ids tokens; what is unknown becomes 0, also what every object inherits', () => {
  const vocabulary = buildVocabulary(counts)
  const ids = vocabulary.encode(['a', '__proto__', 'constructor', '<unk>', 'toString'])
  assert.deepEqual([...ids], [1, 4, 0, 0, 0])
  assert.deepEqual(vocabulary.decode(ids), ['a', '__proto__', '<unk>', '<unk>', '<unk>'])
  assert.equal(vocabulary.has('constructor'), false)
  assert.equal(vocabulary.size, 6)
  for (const id of [6, -1, 0.5]) assert.throws(() => vocabulary.decode([id]), OptionError)
})

test('a vocabulary comes back from its JSON', () => {
  const vocabulary = buildVocabulary(counts)
  const read = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)))
  assert.deepEqual(read.tokens, vocabulary.tokens)
  assert.equal(read.idOf('c'), 2)
})

test('hostile JSON is refused', () => {
  const cases: [unknown, RegExp][] = [
    [{}, /vocabulary: expected an array, got \{\}/],
    [[], /vocabulary: expected an array of 1 to 10000000 items, got 0 items/],
    [['<unk>', 1], /vocabulary\[1\]: expected a string, got 1/],
    [['<unk>', 'a', 'a'], /expected different tokens, <unk> first, got "a" twice/],
    [['a', '<unk>'], /got "a" first/],
  ]
  for (const [value, message] of cases) {
    assert.throws(
      () => Vocabulary.fromJSON(value),
      error => error instanceof ModelFileError && message.test(error.message),
    )
  }
})
