/**
 * The recurrent layer against central differences in 64 bits: x, all weights and first states; every cell there is,
 * stacked, in both directions, packed and dense, with dropout between layers.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cell } from '../cells/define.ts'
import { testCells } from '../cells/registry.test-cells.ts'
import { cells } from '../cells/registry.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { stateWidth } from '../formula/equations.ts'
import { keyOf } from '../random/key.ts'
import { type CheckedInput, checkGradients, samples } from '../tensor/central-differences.test-support.ts'
import { slice, type Tensor } from '../tensor/index.ts'
import { Packed } from './packed.ts'
import { packedOrder } from './packing.ts'
import { Recurrent } from './recurrent.ts'
import type { RecurrentOptions, RecurrentState } from './recurrent-options.ts'
import { tableRows } from './table-rows.ts'
import { drawn } from './weight-source.ts'

type Sizes = Omit<RecurrentOptions, 'source' | 'hiddenSize'> & { readonly hiddenSize: number }

/** Runs a layer made of the given weights; `initial` are the states, layer by layer, in the cell's order. */
type Run = (layer: Recurrent, x: Tensor, initial: readonly RecurrentState[]) => Tensor[]

/** Weights of trained size: larger ones make a cell chaotic, and difference quotients inexact. */
const smaller = (shape: readonly number[], seed: number): CheckedInput => {
  const scale = 0.6 / Math.sqrt(shape[shape.length - 1])
  return { shape, values: samples(shape, seed).map(v => v * (shape.length === 2 ? scale : 0.4)) }
}

function check(cell: Cell, sizes: Sizes, xShape: readonly number[], batch: number, run: Run): void {
  const probe = new Recurrent(cell, { ...sizes, source: drawn(new ReferenceDevice()) })
  const shapes = [...probe.parameters().values()].map(t => t.shape)
  const states = Object.keys(cell.state)
  const count = probe.layers * probe.directions
  const stateShapes = Array.from({ length: count * states.length }, (_, k) => [
    batch,
    stateWidth(cell, states[k % states.length], sizes.hiddenSize),
  ])
  const inputs = [smaller(xShape, 7), ...[...shapes, ...stateShapes].map((shape, k) => smaller(shape, 20 + k))]
  checkGradients(([x, ...rest]) => {
    const weights = new Map([...probe.parameters().keys()].map((name, k) => [name, rest[k]]))
    const layer = new Recurrent(cell, { ...sizes, source: name => weights.get(name) as Tensor })
    const given = rest.slice(shapes.length)
    const initial = Array.from({ length: count }, (_, k) =>
      Object.fromEntries(states.map((s, j) => [s, given[k * states.length + j]])),
    )
    return run(layer, x, initial)
  }, inputs)
}

const packing = packedOrder([2, 4, 1])
const allOf = (output: Tensor, state: readonly RecurrentState[]) => [output, ...state.flatMap(s => Object.values(s))]

const packed: Run = (layer, x, initial) => {
  const { output, state } = layer.forward(new Packed(x, packing), initial)
  return allOf(output.values, state)
}

const lookedUp: Run = (layer, table, initial) => {
  const rows = tableRows(table, Int32Array.of(1, 0, 0, 2, 1, 1, 1), packing)
  assert.ok('table' in rows)
  const { output, state } = layer.forward<Packed>(rows, initial)
  return allOf(output.values, state)
}

const dense: Run = (layer, x, initial) => {
  const { output, state } = layer.forward(x, initial)
  return allOf(output, state)
}

const onlyMiddleStep: Run = (layer, x, initial) => [slice(layer.forward(x, initial).output, 0, 1, 2)]

const withDropout: Run = (layer, x, initial) => {
  const { output, state } = layer.forward(new Packed(x, packing), initial, { dropoutKey: keyOf(3, 'test dropout') })
  return allOf(output.values, state)
}

/** Its one quantity is clamped, so nothing that comes out depends on anything that goes in. */
const CONSTANT = 'rnn, candidate clamped'

describe('gradients of the recurrent layer are those of central differences', () => {
  for (const [name, cell] of Object.entries(testCells)) {
    it(`${name}: one layer, packed`, () => {
      const run = () => check(cell, { inputSize: 2, hiddenSize: 3 }, [packing.tokens, 2], 3, packed)
      if (name === CONSTANT) assert.throws(run, /all gradients are zero/)
      else run()
    })
  }

  for (const [name, cell] of Object.entries(cells)) {
    it(`${name}: stacked, both directions, packed`, () => {
      const sizes = { inputSize: 2, hiddenSize: 2, layers: 2, bidirectional: true }
      check(cell, sizes, [packing.tokens, 2], 3, packed)
    })

    it(`${name}: stacked, both directions, of rows of a table`, () => {
      const sizes = { inputSize: 2, hiddenSize: 2, layers: 2, bidirectional: true }
      check(cell, sizes, [3, 2], 3, lookedUp)
    })

    it(`${name}: stacked, both directions, [T, B, I], and a loss on one step alone`, () => {
      const sizes = { inputSize: 1, hiddenSize: 2, layers: 2, bidirectional: true }
      check(cell, sizes, [3, 2, 1], 2, dense)
      check(cell, { inputSize: 3, hiddenSize: 1 }, [3, 2, 3], 2, onlyMiddleStep)
    })

    it(`${name}: dropout between three layers, its key fixed`, () => {
      const sizes = { inputSize: 2, hiddenSize: 3, layers: 3, dropout: 0.4 }
      check(cell, sizes, [packing.tokens, 2], 3, withDropout)
    })
  }
})
