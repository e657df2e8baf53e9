/**
 * What a recurrent layer keeps in memory for a step of training, before any of it is allocated.
 */
import type { Equations } from '../formula/equations.ts'
import { stateWidth } from '../formula/equations.ts'
import { compileCell } from '../formula/stages.ts'

export interface RecurrentSizes {
  readonly inputSize: number
  /** Of each layer. */
  readonly hiddenSizes: readonly number[]
  readonly directions: 1 | 2
  /** Whether the directions stand side by side. */
  readonly isConcatenated: boolean
}

/**
 * Floats that each token of a batch takes at the moment when most are alive: at the end of the forward pass, with one
 * gradient as wide as the widest layer. A little less than is really needed, never more.
 */
export function recurrentFloatsPerToken(cell: Equations, sizes: RecurrentSizes): number {
  const { saved, operands, keptStates } = compileCell(cell)
  const kept = new Set([cell.output, ...keptStates])
  const { directions } = sizes
  let floats = 0
  let inputSize = sizes.inputSize
  for (const hiddenSize of sizes.hiddenSizes) {
    const states = [...kept].reduce((sum, s) => sum + stateWidth(cell, s, hiddenSize), 0)
    const outputSize = stateWidth(cell, cell.output, hiddenSize)
    const width = sizes.isConcatenated ? directions * outputSize : outputSize
    floats += directions * ((saved.length + operands.length) * hiddenSize + states)
    // The second direction reads a turned copy; the two outputs become one.
    if (directions === 2) floats += inputSize + width
    inputSize = width
  }
  return floats
}
