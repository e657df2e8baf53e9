/**
 * State that goes from window to window of a text or stream without its gradient, kept as numbers between two steps.
 */
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { defaultDevice, type Tensor, tensor } from '../tensor/index.ts'
import type { StateArray } from '../training/loop-state.ts'

/** Of each layer: [B, H] for each of the cell's states. */
export type StoredState = readonly Readonly<Record<string, StateArray>>[]

/** Copies a state out of a step. */
export const stored = (state: readonly RecurrentState[]): StoredState =>
  state.map(layer => mapped(layer, (t: Tensor) => ({ shape: [...t.shape], data: Float32Array.from(t.toArray()) })))

/** The state as tensors of the step under way. */
export const carriedOn = (state: StoredState, device = defaultDevice()): RecurrentState[] =>
  state.map(layer => mapped(layer, ({ shape, data }: StateArray) => tensor(data, shape, { device })))

/** By name and layer, `h_l0`, `c_l0`, …, as a checkpoint has them. */
export const namedArrays = (state: StoredState): Map<string, StateArray> =>
  new Map(
    state.flatMap((layer, k) =>
      Object.entries(layer).map(([name, array]): [string, StateArray] => [`${name}_l${k}`, array]),
    ),
  )

const mapped = <A, B>(object: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]))
