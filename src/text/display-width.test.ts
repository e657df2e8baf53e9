import assert from 'node:assert/strict'
import { it } from 'node:test'
import { displayWidth } from './display-width.ts'

it('two columns for wide characters, none for accents set upon a letter', () => {
  assert.equal(displayWidth('film'), 4)
  assert.equal(displayWidth('电影，很好'), 10)
  assert.equal(displayWidth('e\u0301'), 1)
  assert.equal(displayWidth('ok 🙂'), 5)
  assert.equal(displayWidth(''), 0)
})
