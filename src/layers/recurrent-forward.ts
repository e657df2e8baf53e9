/**
 * Recurrent layers on matrices, forward only and without noise: what predicting needs of `recurrent.ts`, whose bits it
 * gives. It has no tape, draws no weights and compiles no derivative, so a page that predicts ships little (decision
 * 0047).
 */
import type { Cell } from '../cells/define.ts'
import type { Matrix } from '../devices/device.ts'
import { stateWidth } from '../formula/equations.ts'
import { add, mul, variable } from '../formula/expression.ts'
import { compileForward, type ForwardProgram } from '../formula/forward-stages.ts'
import { withoutMasks } from '../formula/without-masks.ts'
import { programOf, runProgram } from '../tensor/run-program.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Merge } from './merges.ts'
import { type PackedOrder, reversedRows } from './packing.ts'
import {
  initialStates,
  layerSuffix,
  namedWeights,
  recurrentWeights,
  type WeightTensors,
  weightMatrices,
} from './recurrent-weights.ts'
import type { WeightReader } from './weight-source.ts'
import type { WorkMatrices } from './work-matrices.ts'

export interface RecurrentSizes {
  readonly inputSize: number
  /** Of each layer. */
  readonly hidden: readonly number[]
  readonly bidirectional: boolean
  readonly merge: Merge
  readonly initialState: 'zero' | 'learned'
}

/** One layer in one direction. */
interface Direction {
  readonly hiddenSize: number
  readonly isReversed: boolean
  readonly suffix: string
  readonly weights: WeightTensors
  /** [H] each; null: the first state is not learned. */
  readonly initial: Readonly<Record<string, Tensor>> | null
}

export class RecurrentForward {
  /** Width of the output. */
  readonly outputSize: number
  readonly #cell: Cell
  readonly #merge: Merge
  readonly #layers: readonly (readonly Direction[])[]
  #program: ForwardProgram | null = null

  constructor(cell: Cell, sizes: RecurrentSizes, read: WeightReader) {
    const { hidden, bidirectional, merge, initialState } = sizes
    this.#cell = cell
    this.#merge = merge
    let inputSize = sizes.inputSize
    this.#layers = hidden.map((hiddenSize, layer) => {
      const directions = (bidirectional ? [0, 1] : [0]).map((direction): Direction => {
        const suffix = layerSuffix(layer, direction)
        return {
          ...{ hiddenSize, suffix, isReversed: direction === 1 },
          weights: recurrentWeights(cell, { inputSize, hiddenSize }, suffix, read),
          initial: initialState === 'learned' ? initialStates(cell, hiddenSize, suffix, read) : null,
        }
      })
      const width = stateWidth(cell, cell.output, hiddenSize)
      inputSize = bidirectional && merge === 'concat' ? 2 * width : width
      return directions
    })
    this.outputSize = inputSize
  }

  /** By the names they have in a file. */
  parameters(): [string, Tensor][] {
    return this.#layers
      .flat()
      .flatMap(({ weights, suffix, initial }): [string, Tensor][] => [
        ...namedWeights(weights, suffix),
        ...Object.entries(initial ?? {}).map(([s, t]): [string, Tensor] => [`initial_${s}${suffix}`, t]),
      ])
  }

  /**
   * @param x  [tokens, I], packed.
   * @returns  The output, [tokens, D·H], and the last output of each sequence, [B, D·H] in the caller's order.
   */
  run(work: WorkMatrices, x: Matrix, packing: PackedOrder): { readonly output: Matrix; readonly last: Matrix } {
    const turned = reversedRows(packing)
    let output = x
    let last: Matrix[] = []
    for (const directions of this.#layers) {
      const results = directions.map(direction => {
        const turn = (rows: Matrix) => (direction.isReversed ? work.gathered(rows, turned) : rows)
        const result = this.#run(work, turn(output), packing, direction)
        return [turn(result.output), result.last]
      })
      output = merged(
        work,
        this.#merge,
        results.map(([rows]) => rows),
      )
      last = results.map(([, rows]) => rows)
    }
    return {
      output,
      last: merged(
        work,
        this.#merge,
        last.map(rows => work.gathered(rows, packing.place)),
      ),
    }
  }

  #run(work: WorkMatrices, x: Matrix, packing: PackedOrder, { hiddenSize, weights, initial }: Direction) {
    this.#program ??= compileForward(withoutMasks(this.#cell))
    const { device } = work
    const { output, state, first } = this.#cell
    const make = (s: string, rows: number) => work.make(rows, stateWidth(this.#cell, s, hiddenSize))
    const zeros = new Int32Array(packing.batch)
    const begin = (s: string) => {
      if (initial) return work.gathered(initial[s].matrix, zeros)
      const matrix = make(s, packing.batch)
      device.fill(matrix, first[s] ?? 0)
      return matrix
    }
    const ofStates = (of: (s: string) => Matrix) => Object.fromEntries(Object.keys(state).map(s => [s, of(s)]))
    const states = { [output]: make(output, packing.tokens) }
    const last = ofStates(s => make(s, packing.batch))
    const call = { packing, hiddenSize, x, weights: weightMatrices(weights), initial: ofStates(begin), noise: null }
    const nothing = { saved: [], operands: [], recorded: {} }
    device.recurrentForward({ cell: this.#program, ...call }, { states, last, ...nothing }, false)
    return { output: states[output], last: last[output] }
  }
}

const [a, b] = [variable('a'), variable('b')]
const programs = { sum: programOf(add(a, b)), mean: programOf(mul(add(a, b), 0.5)), product: programOf(mul(a, b)) }

/** The outputs of the directions as one, as `merged` of `merge.ts`. */
function merged(work: WorkMatrices, merge: Merge, [first, second]: readonly Matrix[]): Matrix {
  if (!second) return first
  const { device } = work
  if (merge !== 'concat') return runProgram(device, programs[merge], { a: first, b: second }, first)
  const both = work.make(first.rows, 2 * first.columns)
  device.copy(both, first)
  device.copy(both, second, { targetColumn: first.columns })
  return both
}
