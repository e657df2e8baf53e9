import assert from 'node:assert/strict'
import { test } from 'node:test'
import { majorityOf } from './majority.ts'

test('the most frequent label and its share; the first on a tie', () => {
  assert.deepEqual(majorityOf(['a', 'b', 'b', 'c']), { label: 'b', share: 0.5 })
  assert.deepEqual(majorityOf(['b', 'a']), { label: 'b', share: 0.5 })
  assert.deepEqual(majorityOf([]), { label: '', share: 0 })
})
