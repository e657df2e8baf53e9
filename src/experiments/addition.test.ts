import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../random/key.ts'
import { drawSums, experiment } from './addition.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'

test('questions are sums turned round and padded, none twice whichever number comes first', () => {
  const sums = drawSums(keyOf(1, 'test'), 2000, 3)
  const seen = new Set<string>()
  for (const { question, answer } of sums) {
    assert.deepEqual([question.length, answer.length], [7, 4])
    const numbers = [...question].reverse().join('').trim().split('+').map(Number)
    assert.equal(numbers[0] + numbers[1], Number(answer))
    seen.add(numbers.sort((a, b) => a - b).join())
  }
  assert.equal(seen.size, sums.length)
})

test('two LSTMs begin to add: most characters of sums they were never shown are right', async () => {
  const findings = await findingsOf(experiment)
  // Who knows only how often each character stands at each place has about four of ten.
  assert.ok(valuesOf(findings, '64 units', 'characters')[0] > 80)
  assert.ok(valuesOf(findings, '64 units', 'whole')[0] > 40)
})
