/**
 * One step of one sequence by interpreting the cell's equations: the values of all their nodes.
 */
import type { Expression } from '../../formula/expression.ts'
import { interpretAll, type Value } from '../../formula/interpret.ts'
import { maskValue } from '../../random/mask.ts'
import { maskKey } from '../mask-key.ts'
import type { Matrix } from '../matrix.ts'
import type { RecurrentCall } from '../recurrent.ts'
import { own, rowOf as viewOfRow } from './reference-matrix.ts'

/** Row r of a matrix, [columns]: a view of its memory. */
export const rowOf = (matrix: Matrix, r: number): Float64Array => viewOfRow(own(matrix), r)

export const toVector = (value: Value | undefined, width: number): Float64Array =>
  value instanceof Float64Array ? value : new Float64Array(width).fill(value ?? 0)

/** Where a token stands: its row in the packed matrices, and its sequence. */
export interface Place {
  readonly row: number
  readonly sequence: number
}

/** The values of all nodes below the roots, [width of the node] each. @param before  A state a step before. */
export function stepValues(
  call: RecurrentCall,
  roots: readonly Expression[],
  place: Place,
  before: (s: string) => Float64Array,
): Map<Expression, Value> {
  const { weights, hiddenSize } = call
  const product = (e: Expression, operand: Float64Array) => {
    const { weight, bias, first } = blockOf(call, e)
    return Float64Array.from({ length: hiddenSize }, (_, j) => dot(rowOf(weight, first + j), operand) + bias[first + j])
  }
  const leaf = (e: Expression, [arg]: readonly Value[]): Value => {
    const name = e.name as string
    switch (e.op) {
      case 'previous':
        return before(name)
      case 'parameter':
        return rowOf(weights.parameters[name], 0)
      case 'mask':
      case 'sequenceMask':
        return maskRow(call, e, place)
      case 'input':
        return product(e, inputOf(call, call.x, place.row))
      case 'recurrent':
        return product(e, toVector(arg, hiddenSize))
      case 'project': {
        const weight = weights.projections[name]
        return Float64Array.from({ length: weight.rows }, (_, j) => dot(rowOf(weight, j), toVector(arg, hiddenSize)))
      }
      default:
        throw new Error(`internal: no value for ${e.op} ${name}`)
    }
  }
  return interpretAll(roots, leaf, hiddenSize)
}

/** The weight and bias of an `input` or `recurrent` node, and the block's first row in them. */
export function blockOf(call: RecurrentCall, e: Expression): { weight: Matrix; bias: Float64Array; first: number } {
  const { weightIh, weightHh, biasIh, biasHh } = call.weights
  const isInput = e.op === 'input'
  const blocks = call.cell.equations.blocks.filter(b => (isInput ? b.hasInput : b.hasRecurrent))
  return {
    weight: (isInput ? weightIh : weightHh) as Matrix,
    bias: rowOf((isInput ? biasIh : biasHh) as Matrix, 0),
    first: blocks.findIndex(b => b.name === e.name) * call.hiddenSize,
  }
}

function maskRow({ cell, noise, hiddenSize }: RecurrentCall, e: Expression, { row, sequence }: Place): Value {
  if (!noise) return 1
  const { key0, key1 } = maskKey(
    noise,
    cell.masks.findIndex(m => m.name === e.name),
  )
  const r = e.op === 'mask' ? row : sequence
  return Float64Array.from({ length: hiddenSize }, (_, j) => maskValue(key0, key1, r, j, e.value as number))
}

/** The input of a token, [I]. */
export const inputOf = ({ indices }: RecurrentCall, x: Matrix, row: number): Float64Array =>
  rowOf(x, indices ? indices[row] : row)

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, k) => sum + x * b[k], 0)
