/**
 * What a recurrent layer is made with, takes and gives.
 */
import type { RandomKey } from '../random/key.ts'
import type { Tensor } from '../tensor/index.ts'
import type { Initialization } from './initialization-names.ts'
import type { Merge } from './merges.ts'
import type { WeightSource } from './weight-source.ts'

export interface RecurrentOptions {
  /** Width of x. */
  readonly inputSize: number
  /** Hidden units of a direction: of all layers, or of each, from the first on. */
  readonly hiddenSize: number | readonly number[]
  /** @default as many as hidden sizes are given */
  readonly layers?: number
  /** A second set of weights reads from the end. @default false */
  readonly bidirectional?: boolean
  /** How the outputs of the two directions become one. @default 'concat' */
  readonly merge?: Merge
  /** A learned first state has a parameter `initial_STATE_l0`, [H], for each state. @default 'zero' */
  readonly initialState?: 'zero' | 'learned'
  /** Share of values set to zero between layers, when a key is given to `forward`. @default 0 */
  readonly dropout?: number
  /** The first weights follow from it. @default 1 */
  readonly seed?: number
  /** How the weights begin. @default the cell's own, or 'pytorch' */
  readonly initialization?: Initialization
  /** What the forget gate's bias begins with. @default 1 */
  readonly forgetBias?: number
  /** Time steps that the memory should reach over at first, for the initialization `chrono`. @default 100 */
  readonly longest?: number
  /** Share of recurrent weights set to zero for a whole call, when a key is given to `forward`. @default 0 */
  readonly weightDrop?: number
  /** @default drawn on the default device */
  readonly source?: WeightSource
}

/** One layer's and direction's state: [B, H] for each of the cell's states, rows in the caller's order. */
export type RecurrentState = Readonly<Record<string, Tensor>>

export interface ForwardOptions {
  /** Where dropout, the cell's masks and weight drop are drawn from: given in training, absent otherwise. */
  readonly dropoutKey?: RandomKey
  /** Share of values set to zero between layers. @default the layer's own */
  readonly dropout?: number
  /** Share of recurrent weights set to zero. @default the layer's own */
  readonly weightDrop?: number
  /** Quantities whose value at every step is wanted. */
  readonly record?: readonly string[]
}

export interface RecurrentOutput<X> {
  /** Of the same kind as x, D·H wide. */
  readonly output: X
  /** At index layer·D + direction: each sequence's own last state. */
  readonly state: RecurrentState[]
  /** At the same index: the quantities asked for, one row a token in packed order of the reading direction given. */
  readonly recorded: Readonly<Record<string, Tensor>>[]
}
