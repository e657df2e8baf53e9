/**
 * Models of different cells with about as many weights: which hidden size each needs.
 */
import type { Equations } from '../formula/equations.ts'

export interface Sizes {
  readonly inputSize: number
  readonly outputSize: number
}

/** How many weights one recurrent layer of the cell and a linear layer on it have. */
export function countParameters(cell: Equations, { inputSize, outputSize }: Sizes, hiddenSize: number): number {
  const ofBlock = cell.blocks.map(
    ({ hasInput, hasRecurrent }) =>
      (hasInput ? hiddenSize * (inputSize + 1) : 0) + (hasRecurrent ? hiddenSize * (hiddenSize + 1) : 0),
  )
  const recurrent = ofBlock.reduce((sum, count) => sum + count, cell.parameters.length * hiddenSize)
  return recurrent + outputSize * (hiddenSize + 1)
}

/** The hidden size whose number of weights is nearest to `parameters`. */
export function hiddenSizeFor(cell: Equations, sizes: Sizes, parameters: number): number {
  const count = (hidden: number) => countParameters(cell, sizes, hidden)
  let hidden = 1
  while (count(hidden) < parameters) hidden++
  return hidden > 1 && parameters - count(hidden - 1) < count(hidden) - parameters ? hidden - 1 : hidden
}
