/**
 * The part of a device that runs a cell over packed sequences, forward and backward: one layer, one direction.
 *
 * Packed (design §4): sequences sorted by length, longest first; the tokens of a batch one time step after the other,
 * so that step t is `liveRows[t]` neighbouring rows and row r of a step belongs to sequence r. No padding.
 */
import type { ForwardProgram } from '../formula/forward-stages.ts'
import type { CellProgram } from '../formula/stages.ts'
import type { RandomKey } from '../random/key.ts'
import type { Matrix } from './matrix.ts'

/** How a batch of sequences is packed. */
export interface Packing {
  /** Sequences, B. */
  readonly batch: number
  /** Rows in all, the sum of `liveRows`. */
  readonly tokens: number
  /** Sequences that have a token at step t, [T]: never increasing, each at least 1. */
  readonly liveRows: Int32Array
}

/** The weights of one layer and direction; the rows of the weights are blocks of hiddenSize (`Equations.blocks`). */
export interface CellWeights {
  /** [G·H, I] and [1, G·H]; null: no block has an input half. */
  readonly weightIh: Matrix | null
  readonly biasIh: Matrix | null
  /** [G·H, P] and [1, G·H], P the operands' width: H but for a projected state; null: no block has a recurrent half. */
  readonly weightHh: Matrix | null
  readonly biasHh: Matrix | null
  /** The cell's own vectors, [1, H] each. */
  readonly parameters: Readonly<Record<string, Matrix>>
  /** Of its projected states, [P, H] each, by the projection's name. */
  readonly projections: Readonly<Record<string, Matrix>>
}

/** All that there are. */
export const weightMatrices = ({ parameters, projections, ...named }: CellWeights): Matrix[] =>
  [...Object.values(named), ...Object.values(parameters), ...Object.values(projections)].filter(m => m !== null)

export interface RecurrentCall {
  readonly cell: ForwardProgram
  readonly packing: Packing
  readonly hiddenSize: number
  /** [tokens, I]; with `indices`, [V, I]. */
  readonly x: Matrix
  /** Which row of x is the input of each token, [tokens]. Absent: row t of token t. */
  readonly indices?: Int32Array | undefined
  readonly weights: CellWeights
  /** The state before the first step, [B, H] each (as wide as the state); read, never written. */
  readonly initial: Readonly<Record<string, Matrix>>
  /** Where the cell's masks are drawn from, in training; null: they are 1. */
  readonly noise: RandomKey | null
}

/** A call that a backward pass may follow. */
export interface TrainingCall extends RecurrentCall {
  readonly cell: CellProgram
}

/** What a forward pass writes; the caller allocates it. */
export interface ForwardResult {
  /** States at every step, [tokens, H]: the output always; in training, all of `cell.keptStates`. */
  readonly states: Readonly<Record<string, Matrix>>
  /** Each sequence's own last state, [B, H]. */
  readonly last: Readonly<Record<string, Matrix>>
  /** Training only: what the device keeps for its backward pass, [tokens, H] each, as many as `cell.saved`. */
  readonly saved: readonly Matrix[]
  /** Training only, and where a cell computes an operand: [tokens, H] each, in the order of `cell.operands`. */
  readonly operands: readonly Matrix[]
  /** What `compileCell(…, record)` asked for, [tokens, H] each. */
  readonly recorded: Readonly<Record<string, Matrix>>
}

export interface BackwardArguments {
  /** Gradient of the output at every step, [tokens, H]; null: none. */
  readonly output: Matrix | null
  /** Gradients of the last states, [B, H]; null: none. */
  readonly last: Readonly<Record<string, Matrix | null>>
  /** Where the results go (written, not added to), the gradient of x in x's shape; null: not wanted. */
  readonly x: Matrix | null
  readonly weights: CellWeights
  /** Gradients of the initial states, [B, H] each: all states. */
  readonly initial: Readonly<Record<string, Matrix>>
}

export interface RecurrentDevice {
  /** Runs the cell over all steps. `training`: fill `saved`, `operands` and all kept states; for a `TrainingCall`. */
  recurrentForward(call: RecurrentCall, result: ForwardResult, training: boolean): void
  /** Back-propagation through time from the results of a training forward pass. */
  recurrentBackward(call: TrainingCall, result: ForwardResult, gradients: BackwardArguments): void
}
