import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ModelFileError } from '../errors/errors.ts'
import { parseStrictJson } from './strict-json.ts'

test('whatever JSON can say without a duplicate key is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), text => {
      assert.deepEqual(parseStrictJson(text, 'test'), JSON.parse(text))
    }),
  )
})

test('a key given twice is refused, however it is spelled and wherever it stands', () => {
  for (const text of ['{"a":1,"a":2}', '{"a":1,"\\u0061" : 2}', '[{"b":{"a":1,"c":[],"a":2}}]']) {
    assert.throws(() => parseStrictJson(text, 'test'), /^ModelFileError: test: expected each key once, got "a" twice/)
  }
  assert.deepEqual(parseStrictJson('[{"a":1},{"a":{"a":"a:"}}]', 'test'), [{ a: 1 }, { a: { a: 'a:' } }])
})

test('nesting without end and text that is no JSON are refused', () => {
  const deep = '['.repeat(1000) + ']'.repeat(1000)
  assert.throws(() => parseStrictJson(deep, 'test'), /expected at most 64 levels of nesting, got more at character 64/)
  const bottomless = '['.repeat(1e6) + ']'.repeat(1e6)
  assert.throws(() => parseStrictJson(bottomless, 'test'), ModelFileError)
  for (const text of ['', '{', '{"a":1', "{'a':1}", '"\\']) {
    assert.throws(() => parseStrictJson(text, 'test'), /^ModelFileError: test: expected JSON, got "/)
  }
})
