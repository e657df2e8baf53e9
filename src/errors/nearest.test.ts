import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from './nearest.ts'

test('a slip of the keyboard finds what was meant', () => {
  const options = ['hidden', 'epochs', 'text', 'batch']
  assert.equal(nearest('hiden', options), 'hidden')
  assert.equal(nearest('eopchs', options), 'epochs')
  assert.equal(nearest('Text', options), 'text')
})

test('a name unlike all others finds nothing', () => {
  assert.equal(nearest('colour', ['hidden', 'epochs', 'text']), undefined)
  assert.equal(nearest('x', []), undefined)
})
