import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../random/key.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'
import { drawLetters, experiment } from './shared-weights.ts'

test('half of the sequences have the pair once, the others never', () => {
  const { sequences, labels } = drawLetters(keyOf(1, 'test'), 400, 12)
  const pairs = sequences.map(letters => letters.join('').split('01').length - 1)
  assert.deepEqual(pairs, [...labels])
  assert.ok(sequences.every(letters => letters.length === 12))
  const places = new Set(sequences.map(letters => letters.join('').indexOf('01')))
  assert.equal(places.size, 12)
})

test('the LSTM finds the pair at lengths it never learned from, with fewer weights', async () => {
  const findings = await findingsOf(experiment)
  assert.ok(valuesOf(findings, 'LSTM', 'right at T')[0] > 95)
  assert.ok(valuesOf(findings, 'LSTM', '10 T')[0] > 90)
  assert.ok(valuesOf(findings, 'connected', 'right at T')[0] < 90)
  assert.ok(valuesOf(findings, 'connected', '10 T')[0] < 65)
  assert.ok(valuesOf(findings, 'LSTM', 'weights')[0] < valuesOf(findings, 'connected', 'weights')[0])
})
