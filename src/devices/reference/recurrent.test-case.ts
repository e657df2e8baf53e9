/** A cell with weights, packed sequences and gradients to start from, on the reference device: what its tests run. */

import { type Equations, projectionsOf, stateWidth } from '../../formula/equations.ts'
import { type CellProgram, compileCell } from '../../formula/stages.ts'
import type { Matrix } from '../device.ts'
import type { BackwardArguments, CellWeights, ForwardResult, TrainingCall } from '../recurrent.ts'
import { ReferenceDevice } from './reference-device.ts'

export interface CaseSizes {
  readonly inputSize: number
  readonly hiddenSize: number
  /** Longest first. */
  readonly lengths: readonly number[]
}

export const device = new ReferenceDevice()

/** A matrix of numbers between −0.9 and 0.9 that look random and are the same everywhere. */
export function wavy(rows: number, columns: number, seed: number): Matrix {
  const matrix = device.allocate(rows, columns)
  device.write(
    matrix,
    Array.from({ length: rows * columns }, (_, k) => 0.9 * Math.sin(1.7 * k + 0.31 * k * k + seed)),
  )
  return matrix
}

const each = (names: readonly string[], make: (k: number, name: string) => Matrix): Record<string, Matrix> =>
  Object.fromEntries(names.map((name, k) => [name, make(k, name)]))

/** The width of what U is multiplied with: that of a projected state, if one is. */
function operandWidth(equations: Equations, hiddenSize: number): number {
  const [projected] = projectionsOf(equations)
  return projected ? stateWidth(equations, projected.state, hiddenSize) : hiddenSize
}

/** Weights of the sizes that a cell asks for, each made by `make(rows, columns, seed)`. */
export function weightsOf(cell: CellProgram, { inputSize, hiddenSize }: CaseSizes, make: typeof wavy): CellWeights {
  const { blocks, parameters } = cell.equations
  const inputRows = blocks.filter(b => b.hasInput).length * hiddenSize
  const recurrentRows = blocks.filter(b => b.hasRecurrent).length * hiddenSize
  return {
    weightIh: inputRows > 0 ? make(inputRows, inputSize, 1) : null,
    weightHh: recurrentRows > 0 ? make(recurrentRows, operandWidth(cell.equations, hiddenSize), 2) : null,
    biasIh: inputRows > 0 ? make(1, inputRows, 3) : null,
    biasHh: recurrentRows > 0 ? make(1, recurrentRows, 4) : null,
    parameters: each(parameters, k => make(1, hiddenSize, 5 + k)),
    projections: Object.fromEntries(
      projectionsOf(cell.equations).map(({ name, state }) => [
        name,
        make(stateWidth(cell.equations, state, hiddenSize), hiddenSize, 8),
      ]),
    ),
  }
}

export function recurrentCall(equations: Equations, sizes: CaseSizes): TrainingCall {
  const { inputSize, hiddenSize, lengths } = sizes
  const cell = compileCell(equations, Object.keys(equations.quantities))
  const [longest = 0] = lengths
  const liveRows = Int32Array.from({ length: longest }, (_, t) => lengths.filter(length => length > t).length)
  const tokens = liveRows.reduce((sum, n) => sum + n, 0)
  return {
    cell,
    packing: { batch: lengths.length, tokens, liveRows },
    hiddenSize,
    x: wavy(tokens, inputSize, 20),
    weights: weightsOf(cell, sizes, wavy),
    initial: each(cell.states, (k, s) => wavy(lengths.length, stateWidth(equations, s, hiddenSize), 30 + k)),
    // Masks at work: the gradient goes through the ones that forward drew.
    noise: { key0: 1, key1: 2 },
  }
}

/** The same, its inputs rows of a table of three, one of them without a token where there are few. */
export function withTable(call: TrainingCall): TrainingCall {
  const indices = Int32Array.from({ length: call.packing.tokens }, (_, t) => (t * t + 2 * t) % 3)
  return { ...call, x: wavy(3, call.x.columns, 25), indices }
}

export function emptyResult({ cell, packing, hiddenSize }: TrainingCall): ForwardResult {
  const { batch, tokens } = packing
  const make = (rows: number) => () => device.allocate(rows, hiddenSize)
  const state = (rows: number) => (_: number, s: string) =>
    device.allocate(rows, stateWidth(cell.equations, s, hiddenSize))
  return {
    states: each(cell.states, state(tokens)),
    last: each(cell.states, state(batch)),
    saved: cell.saved.map(make(tokens)),
    operands: cell.operands.map(make(tokens)),
    recorded: each(Object.keys(cell.equations.quantities), make(tokens)),
  }
}

/** Gradients of the output and the last states to start from, and room for what comes out, filled with `NaN`. */
export function gradientsOf(call: TrainingCall) {
  const { cell, packing, hiddenSize } = call
  const fresh = (rows: number, columns: number) => {
    const matrix = device.allocate(rows, columns)
    device.fill(matrix, Number.NaN)
    return matrix
  }
  const width = (s: string) => stateWidth(cell.equations, s, hiddenSize)
  const sizes = { inputSize: call.x.columns, hiddenSize, lengths: [] }
  return {
    output: wavy(packing.tokens, width(cell.equations.output), 40),
    last: each(cell.states, (k, s) => wavy(packing.batch, width(s), 41 + k)),
    x: fresh(call.x.rows, call.x.columns),
    weights: weightsOf(cell, sizes, fresh),
    initial: each(cell.states, (_, s) => fresh(packing.batch, width(s))),
  } satisfies BackwardArguments
}
