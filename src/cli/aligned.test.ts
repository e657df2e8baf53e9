import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aligned, facts, onOneLine } from './aligned.ts'

test('the first column stands to the left, the others to the right; a Chinese character is two columns wide', () => {
  assert.deepEqual(
    aligned([
      ['label', 'n'],
      ['正面', '12'],
      ['é', '3'],
    ]),
    ['label   n', '正面   12', 'é       3'],
  )
})

test('facts stand to the left', () => {
  assert.deepEqual(
    facts([
      ['a', 'one'],
      ['long', 'two'],
    ]),
    ['a     one', 'long  two'],
  )
})

test('what would move the cursor is a space', () => {
  assert.equal(onOneLine('a\r\nb\u001b[2Jc'), 'a b [2Jc')
})
