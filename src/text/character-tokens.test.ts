import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { segmentCharacters, splitCharacters } from './character-tokens.ts'

test('characters are what a reader counts', () => {
  assert.deepEqual(splitCharacters('a 好\n'), ['a', ' ', '好', '\n'])
  assert.deepEqual(splitCharacters('e\u0301👍🏽\r\n👨‍👩‍👧'), ['e\u0301', '👍🏽', '\r\n', '👨‍👩‍👧'])
  assert.deepEqual(splitCharacters(''), [])
})

test('the fast path gives exactly what the segmenter gives', () => {
  const unit = fc.oneof(
    fc.integer({ min: 9, max: 0x20ff }),
    fc.integer({ min: 0x3000, max: 0x30ff }),
    fc.integer({ min: 0xac00, max: 0xd7a3 }),
    fc.integer({ min: 0xff00, max: 0xff9f }),
  )
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 4 }), codes => {
      const text = String.fromCodePoint(...codes)
      assert.deepEqual(splitCharacters(text), segmentCharacters(text))
    }),
    { numRuns: 5000 },
  )
})
