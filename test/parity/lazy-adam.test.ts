/**
 * Adam on the rows that a batch uses, against torch.optim.SparseAdam; and what the rows' gradients are: those of the
 * whole table, bit by bit.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Device } from '../../src/devices/device.ts'
import {
  add,
  backward,
  embedding,
  linear,
  mul,
  step,
  sum,
  type Tensor,
  tensor,
  zeroGradients,
} from '../../src/tensor/index.ts'
import { gradientNorm } from '../../src/training/gradient-norm.ts'
import { OptimizerState } from '../../src/training/optimizer-state.ts'
import { adam } from '../../src/training/optimizers/adam.ts'
import { lazyAdam } from '../../src/training/optimizers/lazy-adam.ts'
import type { Settings } from '../../src/training/settings.ts'
import { numbersOf, readGolden } from './golden.ts'
import { compare, leaf, sides, wave } from './wave.ts'

interface GoldenCase {
  readonly settings: Settings
  readonly learningRate: number
  readonly steps: readonly { readonly ids: string; readonly table: string }[]
}

const golden = readGolden('row-optimizers') as readonly GoldenCase[]

/** Σ wave ⊙ rows + rows² / 2. */
function lossOf(rows: Tensor, name: string): Tensor {
  const weights = tensor(wave(name, rows.shape, 1), rows.shape, { device: rows.device })
  return sum(add(mul(weights, rows), mul(mul(rows, rows), 0.5)))
}

const tableOn = (device: Device) => leaf(device, 'table', [6, 3], 1)

for (const { name, create, tolerance } of sides) {
  test(`lazy-adam on ${name}: five steps as torch.optim.SparseAdam`, () => {
    for (const { settings, learningRate, steps } of golden) {
      const table = tableOn(create())
      const state = new OptimizerState(lazyAdam.with(settings), new Map([['table', table]]))
      for (const [k, expected] of steps.entries()) {
        step(() => backward(lossOf(embedding(numbersOf(expected.ids), table), `rows ${k + 1}`)))
        assert.equal(table.gradient, null)
        state.step(learningRate, 1)
        zeroGradients([table])
        compare(`step ${k + 1}`, table.toArray(), numbersOf(expected.table), tolerance)
      }
    }
  })

  const gradients = (table: Tensor, uses: readonly (readonly number[])[]) => {
    for (const ids of uses) step(() => backward(lossOf(embedding(ids, table), 'rows')))
    return table
  }

  test(`gradients of rows on ${name} are those of the whole table`, () => {
    const device = create()
    const uses = [
      [4, 1, 1, 4, 4],
      [1, 5],
    ]
    const whole = gradients(tableOn(device), uses)
    const lazy = tableOn(device)
    lazy.takesRowGradients = true
    gradients(lazy, uses)
    const { rows, values } = lazy.rowGradient ?? assert.fail()
    assert.deepEqual([...rows], [1, 4, 5])
    const expected = whole.gradient?.toArray() ?? assert.fail()
    const given = values.toArray()
    rows.forEach((row, k) => {
      assert.deepEqual(given.slice(3 * k, 3 * k + 3), expected.slice(3 * row, 3 * row + 3))
    })
    const norms = [whole, lazy].map(t => gradientNorm(new Map([['table', t]])))
    assert.ok(Math.abs(norms[0] - norms[1]) <= 1e-6 * norms[0], norms.join(' and '))
    zeroGradients([lazy])
    assert.equal(lazy.rowGradient, null)
  })

  test(`a table used otherwise, too, has one whole gradient on ${name}, whatever came first`, () => {
    const device = create()
    const x = tensor(wave('x', [2, 3], 1), [2, 3], { device })
    const lookUp = (table: Tensor) => step(() => backward(lossOf(embedding([2, 0], table), 'rows')))
    const project = (table: Tensor) => step(() => backward(lossOf(linear(x, table), 'logits')))
    const both = (table: Tensor) =>
      step(() => backward(add(lossOf(embedding([2, 0], table), 'rows'), lossOf(linear(x, table), 'logits'))))
    for (const runs of [[lookUp, project], [project, lookUp], [both], [both, both]]) {
      const [whole, lazy] = [tableOn(device), tableOn(device)]
      lazy.takesRowGradients = true
      for (const run of runs) for (const table of [whole, lazy]) run(table)
      assert.equal(lazy.rowGradient, null)
      compare('gradient', lazy.gradient?.toArray() ?? [], whole.gradient?.toArray() ?? [], 1e-6)
    }
  })
}

test('rows that a step does not use stay as they are, whatever came before; Adam moves them on', () => {
  const [byAdam, lazily] = [adam, lazyAdam].map(optimizer => {
    const table = tableOn(sides[0].create())
    const state = new OptimizerState(optimizer, new Map([['table', table]]))
    const after = [
      [0, 1],
      [1, 3],
    ].map(ids => {
      step(() => backward(lossOf(embedding(ids, table), 'rows')))
      state.step(0.1, 1)
      zeroGradients([table])
      return table.toArray()
    })
    return [0, 1, 2, 3].map(row => after[1].slice(3 * row, 3 * row + 3).some((p, c) => p !== after[0][3 * row + c]))
  })
  assert.deepEqual(lazily, [false, true, false, true])
  assert.deepEqual(byAdam, [true, true, false, true])
})

test('an optimizer that moves all rows takes whole gradients again', () => {
  const table = tableOn(sides[0].create())
  for (const optimizer of [lazyAdam, adam]) new OptimizerState(optimizer, new Map([['table', table]]))
  step(() => backward(lossOf(embedding([1], table), 'rows')))
  assert.equal(table.rowGradient, null)
  assert.deepEqual(table.gradient?.shape, [6, 3])
})
