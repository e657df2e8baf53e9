import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sizeOffences } from './check-sizes.ts'

test('a file of 400 lines and 120 columns is fine', () => {
  assert.deepEqual(sizeOffences('src/cells/lstm.ts', `${'x'.repeat(120)}\n`.repeat(400)), [])
})

test('a longer file is an offence, unless its header gives the reason', () => {
  const long = 'x\n'.repeat(401)
  assert.deepEqual(sizeOffences('src/cells/lstm.ts', long), [
    'src/cells/lstm.ts:1: 401 lines, at most 400 without a reason in the header',
  ])
  assert.deepEqual(sizeOffences('src/cells/lstm.ts', `// Longer than 400 lines: one table.\n${long}`), [])
})

test('a wider line is named', () => {
  assert.deepEqual(sizeOffences('test/a.test.ts', `\n${'x'.repeat(121)}\n`), [
    'test/a.test.ts:2: 121 columns, at most 120',
  ])
})

test('a name that says nothing is an offence in src/ only', () => {
  assert.deepEqual(sizeOffences('src/text/utils.ts', ''), ['src/text/utils.ts:1: name it for what it does, not utils'])
  assert.deepEqual(sizeOffences('bench/utils.ts', ''), [])
})
