import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModelFileError } from '../errors/errors.ts'
import {
  asArray,
  asArrayOf,
  asBoolean,
  asInteger,
  asNumber,
  asObject,
  asOneOf,
  asString,
  field,
  optional,
} from './json-checks.ts'

test('a value that is as expected is returned with its type', () => {
  assert.equal(asInteger(3, 'p', { minimum: 1, maximum: 3 }), 3)
  assert.equal(asNumber(-0.5, 'p'), -0.5)
  assert.equal(asString('x', 'p', { maximum: 1 }), 'x')
  assert.equal(asBoolean(false, 'p'), false)
  assert.equal(asOneOf('b', 'p', ['a', 'b']), 'b')
  assert.deepEqual(asArrayOf([1, 2], 'p', asNumber), [1, 2])
  assert.equal(optional(undefined, 'p', asString), undefined)
})

test('a value that is not as expected is refused with its path, what was expected and what was found', () => {
  const cases: [() => unknown, string][] = [
    [() => asInteger('x', 'hidden', { minimum: 1 }), 'hidden: expected a whole number of 1 or more, got "x".'],
    [() => asInteger(1.5, 'hidden'), 'hidden: expected a whole number, got 1.5.'],
    [() => asInteger(9, 'hidden', { minimum: 1, maximum: 8 }), 'hidden: expected a whole number from 1 to 8, got 9.'],
    [() => asNumber(Number.NaN, 'rate', { maximum: 1 }), 'rate: expected a number of at most 1, got NaN.'],
    [() => asString(undefined, 'task'), 'task: expected a string, got nothing.'],
    [() => asString('', 'task', { minimum: 1 }), 'task: expected a string of 1 or more characters, got "".'],
    [() => asBoolean(0, 'lowercase'), 'lowercase: expected true or false, got 0.'],
    [() => asOneOf('c', 'kind', ['a', 'b']), 'kind: expected one of a, b, got "c".'],
    [() => asObject([], 'document'), 'document: expected an object, got [].'],
    [() => asArray({}, 'labels'), 'labels: expected an array, got {}.'],
    [() => asArray([1], 'labels', { minimum: 2 }), 'labels: expected an array of 2 or more items, got 1 items.'],
    [() => asArrayOf(['a', 1], 'labels', asString), 'labels[1]: expected a string, got 1.'],
  ]
  for (const [check, message] of cases) {
    assert.throws(check, error => error instanceof ModelFileError && error.message.startsWith(`model file, ${message}`))
  }
})

test('what an object inherits is not a field of it', () => {
  assert.equal(field({}, 'constructor'), undefined)
  assert.equal(field(JSON.parse('{"__proto__":1}'), '__proto__'), 1)
})
