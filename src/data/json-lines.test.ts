import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataError } from '../errors/errors.ts'
import { readJsonLines } from './json-lines.ts'

function read(text: string) {
  return readJsonLines({ text, name: 'r.jsonl', header: true })
}

test('columns are all keys in order of appearance, and values are strings', () => {
  const { columns, rows, lines } = read('{"text":"fine","stars":5}\n\n{"label":true,"text":null,"tags":["a"]}\n')
  assert.deepEqual(columns, ['text', 'stars', 'label', 'tags'])
  assert.deepEqual(rows, [
    ['fine', '5', '', ''],
    ['', '', 'true', '["a"]'],
  ])
  assert.deepEqual(lines, [1, 3])
})

test('a key such as __proto__ is a column like any other', () => {
  const { columns, rows } = read('{"__proto__":"x","constructor":"y"}')
  assert.deepEqual(columns, ['__proto__', 'constructor'])
  assert.deepEqual(rows, [['x', 'y']])
})

test('a line that is no JSON or no object is refused with its number', () => {
  assert.throws(() => read('{"a":1}\n{"a":'), /^DataError: r\.jsonl, line 2: expected a JSON object, got "\{\\"a\\":"/)
  assert.throws(() => read('[1]'), /^DataError: r\.jsonl, line 1: expected a JSON object, got \[1\]\./)
  assert.throws(() => read('null'), DataError)
})

test('keys without end are refused', () => {
  const text = Array.from({ length: 1001 }, (_, index) => `{"k${index}":1}`).join('\n')
  assert.throws(() => read(text), /expected at most 1000 different keys/)
})

test('rows that hardly have a key are refused before they fill the memory', () => {
  const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, 1])))
  assert.throws(() => read(`${wide}\n${'{"k999":1}\n'.repeat(2000)}`), /got 1000 keys that hardly any line has/)
  assert.throws(() => read('{}\n{}\n'), /expected objects with the same keys on each line, got no keys at all/)
})

test('levels without end are refused with the line', () => {
  const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
  assert.throws(() => read(`{"a":1}\n${deep}`), /^DataError: r\.jsonl, line 2: expected text, numbers or a few levels/)
})
