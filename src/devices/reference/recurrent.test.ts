import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lstm } from '../../cells/lstm.ts'
import { testCells } from '../../cells/registry.test-cells.ts'
import type { Matrix } from '../device.ts'
import type { BackwardArguments, CellWeights, TrainingCall } from '../recurrent.ts'
import { device, emptyResult, gradientsOf, recurrentCall } from './recurrent.test-case.ts'

/** Central differences with step 1e-5 err by some 1e-10 (rounding) and h² f‴/6 (curvature): far below this. */
const TOLERANCE = 1e-6
const STEP = 1e-5

const SIZES = { inputSize: 2, hiddenSize: 3, lengths: [4, 2, 2, 1] }

const filled = (rows: number, columns: number, values: readonly number[]): Matrix => {
  const matrix = device.allocate(rows, columns)
  device.write(matrix, values)
  return matrix
}

const near = (actual: number, expected: number, what: string, tolerance = TOLERANCE) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: expected ${expected}, got ${actual}: difference ${Math.abs(actual - expected)}, tolerance ${tolerance}`,
  )

describe('a cell forward on the reference device', () => {
  /*
   * An LSTM of one hidden unit, one step: x = 2, h = 0.5, c = −1; W = (0.1, 0.2, 0.3, 0.4), U = (1, −1, 2, −2),
   * b_ih = (0.1, 0, 0, 0), b_hh = (0, 0.3, 0, 0).
   *
   *   i = σ(0.2 + 0.5 + 0.1) = σ(0.8)  = 0.689974481
   *   f = σ(0.4 − 0.5 + 0.3) = σ(0.2)  = 0.549833997
   *   g = tanh(0.6 + 1)      = tanh 1.6 = 0.921668554
   *   o = σ(0.8 − 1)         = σ(−0.2) = 0.450166003
   *   c = f · (−1) + i · g   = −0.549833997 + 0.635927783 = 0.086093785
   *   h = o · tanh(c)        = 0.450166003 · 0.085881701  = 0.038661022
   */
  it('computes one step of an LSTM as by hand', () => {
    const call = recurrentCall(lstm, { inputSize: 1, hiddenSize: 1, lengths: [1] })
    const weights: CellWeights = {
      weightIh: filled(4, 1, [0.1, 0.2, 0.3, 0.4]),
      weightHh: filled(4, 1, [1, -1, 2, -2]),
      biasIh: filled(1, 4, [0.1, 0, 0, 0]),
      biasHh: filled(1, 4, [0, 0.3, 0, 0]),
      parameters: {},
      projections: {},
    }
    const initial = { h: filled(1, 1, [0.5]), c: filled(1, 1, [-1]) }
    const result = emptyResult(call)
    device.recurrentForward({ ...call, weights, initial, x: filled(1, 1, [2]) }, result, false)
    const only = (m: Matrix | undefined) => device.read(m as Matrix)[0] as number
    const { inputGate, forgetGate, candidate, outputGate } = result.recorded
    const got = [inputGate, forgetGate, candidate, outputGate, result.last.c, result.states.h].map(only)
    const byHand = [0.689974481, 0.549833997, 0.921668554, 0.450166003, 0.086093785, 0.038661022]
    byHand.forEach((value, k) => {
      near(got[k] as number, value, `value ${k}`, 1e-8)
    })
    assert.equal(only(result.last.h), only(result.states.h))
  })

  it('keeps the last state of each sequence at its own end', () => {
    const call = recurrentCall(lstm, SIZES)
    const result = emptyResult(call)
    device.recurrentForward(call, result, false)
    const row = (m: Matrix | undefined, r: number) => [...device.read(device.rowsOf(m as Matrix, r, 1))]
    // Four rows live at step 0, three at step 1, one at steps 2 and 3: lengths 4, 2, 2, 1.
    const lastRows = [8, 5, 6, 3]
    for (const s of ['h', 'c']) {
      lastRows.forEach((token, sequence) => {
        assert.deepEqual(row(result.last[s], sequence), row(result.states[s], token), `${s} of sequence ${sequence}`)
      })
    }
  })
})

describe('a cell backward on the reference device equals central differences', () => {
  for (const [name, cell] of Object.entries(testCells)) {
    it(`${name}: x, weights, parameters and initial states`, () => {
      const call = recurrentCall(cell, SIZES)
      const gradients = gradientsOf(call)
      device.recurrentBackward(call, emptyResult(call), gradients)
      const pairs = givenAndGradient(call, gradients)
      for (const [what, given, gradient] of pairs) compare(what, call, given, gradient, gradients)
    })
  }

  it('without a gradient of the outputs, or of the last states, or wish for that of x', () => {
    for (const left of [{ output: null }, { last: { h: null, c: null } }, { x: null }]) {
      const call = recurrentCall(lstm, SIZES)
      const gradients: BackwardArguments = { ...gradientsOf(call), ...left }
      device.recurrentBackward(call, emptyResult(call), gradients)
      compare('weightHh', call, call.weights.weightHh, gradients.weights.weightHh, gradients)
      compare('initial c', call, call.initial.c as Matrix, gradients.initial.c as Matrix, gradients)
    }
  })
})

/** Everything that the loss depends on, by name, with its computed gradient. */
function givenAndGradient(call: TrainingCall, gradients: BackwardArguments) {
  const parts = ['weightIh', 'weightHh', 'biasIh', 'biasHh'] as const
  return [
    ['x', call.x, gradients.x] as const,
    ...parts.map(part => [part, call.weights[part], gradients.weights[part]] as const),
    ...Object.entries(call.weights.parameters).map(([p, m]) => [p, m, gradients.weights.parameters[p]] as const),
    ...Object.entries(call.initial).map(([s, m]) => [`initial ${s}`, m, gradients.initial[s]] as const),
  ]
}

function compare(
  what: string,
  call: TrainingCall,
  given: Matrix | null,
  gradient: Matrix | null | undefined,
  seeds: BackwardArguments,
) {
  if (!given) return assert.equal(gradient, null, what)
  const values = [...device.read(given)]
  const computed = device.read(gradient as Matrix)
  values.forEach((value, k) => {
    const lossAt = (moved: number) => {
      device.write(given, values.with(k, moved))
      return loss(call, seeds)
    }
    const difference = (lossAt(value + STEP) - lossAt(value - STEP)) / (2 * STEP)
    near(computed[k] as number, difference, `gradient of ${what}, element ${k}`)
  })
  device.write(given, values)
}

/** Σ output ⊙ its gradient + Σ last states ⊙ theirs: the loss whose gradients were given. */
function loss(call: TrainingCall, seeds: BackwardArguments): number {
  const result = emptyResult(call)
  device.recurrentForward(call, result, false)
  const inner = (a: Matrix | undefined, b: Matrix | null | undefined) => {
    if (!b) return 0
    const [left, right] = [device.read(a as Matrix), device.read(b)]
    return left.reduce((sum, x, k) => sum + x * (right[k] as number), 0)
  }
  const lasts = Object.entries(result.last).map(([s, m]) => inner(m, seeds.last[s]))
  return inner(result.states[call.cell.equations.output], seeds.output) + lasts.reduce((a, b) => a + b, 0)
}
