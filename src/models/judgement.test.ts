import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scoring } from './judgement.ts'

test('the table of a case worked out by hand', () => {
  // true → answered: a → a a b, b → b a, c → a; d never occurs and is never answered.
  //        precision   recall   f1
  //   a    2/4         2/3      4/7
  //   b    1/2         1/2      1/2
  //   c    0/0 = 0     0/1      0/0 = 0
  //   d    0/0 = 0     0/0 = 0  0
  const scoring = new Scoring(['a', 'b', 'c', 'd'])
  for (const [truth, answer] of [
    [0, 0],
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 0],
    [2, 0],
  ]) {
    scoring.add(truth, answer, 0.5 * (truth + 1))
  }
  const { classes, macroF1, loss, ...rest } = scoring.judgement()
  assert.deepEqual(rest, {
    examples: 6,
    accuracy: 3 / 6,
    confusion: [
      [2, 1, 0, 0],
      [1, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  })
  assert.equal(loss, (3 * 0.5 + 2 * 1 + 1.5) / 6)
  const expected = [
    { label: 'a', precision: 0.5, recall: 2 / 3, f1: 4 / 7, support: 3 },
    { label: 'b', precision: 0.5, recall: 0.5, f1: 0.5, support: 2 },
    { label: 'c', precision: 0, recall: 0, f1: 0, support: 1 },
    { label: 'd', precision: 0, recall: 0, f1: 0, support: 0 },
  ]
  expected.forEach(({ f1, ...others }, k) => {
    const { f1: actual, ...given } = classes[k]
    assert.deepEqual(given, others)
    assert.ok(Math.abs(actual - f1) < 1e-15)
  })
  assert.ok(Math.abs(macroF1 - (4 / 7 + 0.5) / 4) < 1e-15)
})
