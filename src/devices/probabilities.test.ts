/** Softmax, cross-entropy and dropout masks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskValue } from '../random/mask.ts'
import {
  at,
  check,
  type Implementation,
  implementations,
  put,
  testsOn,
  type Values,
  values,
} from './devices.test-bench.ts'

const on = testsOn(test)

/** Softmax of a row in 64 bits. */
function softmaxOf({ columns, values: v }: Values, r: number): number[] {
  const row = v.slice(r * columns, (r + 1) * columns)
  const largest = Math.max(...row)
  const powers = row.map(x => Math.exp(x - largest))
  const sum = powers.reduce((a, b) => a + b)
  return powers.map(p => p / sum)
}

/** Logits of ordinary size, and some that would overflow if the largest were not taken out first. */
const logits = (rows: number, columns: number): Values => {
  const given = values(rows, columns, 1)
  return { ...given, values: given.values.map((x, i) => (i % 7 === 3 ? Math.fround(x * 300) : x)) }
}

const shapes = [
  [1, 1],
  [3, 1],
  [4, 2],
  [2, 7],
  [5, 8],
  [3, 9],
  [6, 33],
  [2, 1000],
]

function describeProbabilities(implementation: Implementation): void {
  on(implementation, 'softmax leaves padding out, also in place', device => {
    for (const [rows, columns] of shapes) {
      const given = logits(rows, columns)
      const [source, target] = [put(device, given), device.allocate(rows, columns)]
      device.softmax(target, source)
      check(device, target, (r, c) => softmaxOf(given, r)[c])
      device.softmax(source, source)
      assert.deepEqual(device.read(source), device.read(target))
    }
  })

  on(implementation, 'cross-entropy and its gradient, also in the memory of the logits', device => {
    for (const [rows, columns] of shapes) {
      const given = logits(rows, columns)
      const labels = Int32Array.from({ length: rows }, (_, r) => (r * 5 + 2) % columns)
      const [source, losses, alone] = [put(device, given), device.allocate(rows, 1), device.allocate(rows, 1)]
      device.softmaxCrossEntropy(alone, source, labels)
      check(device, source, (r, c) => at(given, r, c), { relative: 0 })
      const gradient = device.allocate(rows, columns)
      device.softmaxCrossEntropy(losses, source, labels, gradient)
      assert.deepEqual(device.read(losses), device.read(alone))
      // The loss is a difference of numbers as large as the logits.
      check(device, losses, r => -logSoftmax(given, r, labels[r]), { scale: 2 })
      check(device, gradient, (r, c) => softmaxOf(given, r)[c] - (c === labels[r] ? 1 : 0))
      device.softmaxCrossEntropy(losses, source, labels, source)
      assert.deepEqual(device.read(source), device.read(gradient))
      assert.deepEqual(device.read(losses), device.read(alone))
    }
  })

  on(implementation, 'a mask is that of its definition, bit by bit', device => {
    for (const [rows, columns] of [
      [1, 1],
      [3, 5],
      [4, 8],
      [7, 27],
    ]) {
      for (const rate of [0, 0.1, 0.5, 0.9]) {
        const target = device.allocate(rows, columns)
        device.mask(target, [0x13198a2e, 0x83707344], rate)
        check(device, target, (r, c) => maskValue(0x13198a2e, 0x83707344, r, c, rate), { relative: 0 })
      }
    }
  })
}

function logSoftmax({ columns, values: v }: Values, r: number, label: number): number {
  const row = v.slice(r * columns, (r + 1) * columns)
  const largest = Math.max(...row)
  return row[label] - largest - Math.log(row.reduce((sum, x) => sum + Math.exp(x - largest), 0))
}

for (const implementation of implementations) describeProbabilities(implementation)
