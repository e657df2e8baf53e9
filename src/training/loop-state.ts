/**
 * All that a training needs to go on where it stopped, as plain numbers and arrays: what a checkpoint holds.
 *
 * Between two steps nothing else is remembered: order, noise and sampling follow from the seed and these counters.
 */
import { ModelFileError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { Tensor } from '../tensor/index.ts'
import type { OptimizerState, Parameters } from './optimizer-state.ts'

/** Values with their shape, 32 bits. */
export interface StateArray {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** One epoch done. */
export interface EpochResult<Judgement = Readonly<Record<string, number>>> {
  /** From 1. */
  readonly epoch: number
  /** Mean training loss, in nats. */
  readonly loss: number
  readonly validation: Judgement
  readonly seconds: number
}

/** Where a training stands: the counters. */
export interface LoopCounters {
  /** The epoch under way, from 1, and the steps made in it. */
  readonly epoch: number
  readonly step: number
  /** Over the steps of this epoch: the sum of weight · loss, and of the weights. */
  readonly lossSum: number
  readonly weightSum: number
  /** Steps of the optimizer in all. */
  readonly steps: number
  readonly epochs: readonly EpochResult[]
  /** The epoch whose weights are the best so far; null: none is done. */
  readonly bestEpoch: number | null
}

export interface LoopState extends LoopCounters {
  /**
   * Named as in a checkpoint: the weights by their own names, `optimizer.MEMORY.NAME`, `best.NAME`, and what the task
   * carries from batch to batch as `carried.NAME`.
   */
  readonly arrays: ReadonlyMap<string, StateArray>
}

const OPTIMIZER = 'optimizer.'
const BEST = 'best.'
const CARRIED = 'carried.'

/**
 * Refuses counters that no training of this size can have: a file that was read may say anything.
 *
 * @param steps     Of an epoch.
 * @param measures  The numbers that a judgement has.
 * @throws {ModelFileError} names the first that does not fit.
 */
export function requireConsistent(state: LoopCounters, steps: number, measures: readonly string[]): void {
  const { epoch, step, weightSum, epochs, bestEpoch } = state
  const require = (isRight: boolean, expected: string, got: unknown) => {
    if (isRight) return
    throw new ModelFileError(`checkpoint, counters: expected ${expected}, got ${shown(got)}. Start again.`)
  }
  require(epoch === epochs.length + 1, `the epoch after the ${epochs.length} done`, epoch)
  require(step <= steps, `at most the ${steps} steps of an epoch`, step)
  require(state.steps === (epoch - 1) * steps + step, `${(epoch - 1) * steps + step} steps in all`, state.steps)
  require(step === 0 ? weightSum === 0 : weightSum > 0, 'a sum of weights that fits the steps made', weightSum)
  for (const { validation } of epochs) {
    const isWhole = measures.every(name => Object.hasOwn(validation, name))
    require(isWhole, `a validation with ${measures.join(' and ')}`, Object.keys(validation))
  }
  const losses = epochs.map(e => e.validation.loss)
  const best = losses.length === 0 ? null : losses.indexOf(Math.min(...losses)) + 1
  require(best === bestEpoch, `the epoch of the lowest validation loss (${best}) as the best`, bestEpoch)
}

/** Copies all arrays of a state. */
export function captureArrays(
  parameters: Parameters,
  optimizer: OptimizerState,
  best: ReadonlyMap<string, Float32Array> | null,
  carried: ReadonlyMap<string, StateArray>,
): Map<string, StateArray> {
  const arrays = new Map<string, StateArray>()
  const put = (name: string, t: Tensor) =>
    arrays.set(name, { shape: [...t.shape], data: Float32Array.from(t.toArray()) })
  for (const [name, t] of parameters) {
    put(name, t)
    for (const [kind, memory] of Object.entries(optimizer.memory.get(name) ?? {}))
      put(`${OPTIMIZER}${kind}.${name}`, memory)
    const data = best?.get(name)
    if (data) arrays.set(BEST + name, { shape: [...t.shape], data })
  }
  for (const [name, array] of carried) arrays.set(CARRIED + name, array)
  return arrays
}

/**
 * Writes a state's arrays into weights and optimizer. They must be all there and of the right size: who read them from
 * a file has checked that (`expectedArrays`).
 */
export function restoreArrays(state: LoopState, parameters: Parameters, optimizer: OptimizerState) {
  const data = (name: string) => (state.arrays.get(name) as StateArray).data
  const best = state.bestEpoch === null ? null : new Map<string, Float32Array>()
  for (const [name, t] of parameters) {
    t.device.write(t.matrix, data(name))
    for (const [kind, memory] of Object.entries(optimizer.memory.get(name) ?? {})) {
      memory.device.write(memory.matrix, data(`${OPTIMIZER}${kind}.${name}`))
    }
    best?.set(name, data(BEST + name))
  }
  optimizer.steps = state.steps
  const carried = [...state.arrays].filter(([name]) => name.startsWith(CARRIED))
  return { best, carried: new Map(carried.map(([name, array]) => [name.slice(CARRIED.length), array])) }
}

/** Names and shapes that a state's arrays must have, but for what the task carries. */
export function expectedArrays(parameters: Parameters, memory: readonly string[], hasBest: boolean) {
  const expected = new Map<string, readonly number[]>()
  for (const [name, { shape }] of parameters) {
    for (const prefix of ['', ...memory.map(kind => `${OPTIMIZER}${kind}.`), ...(hasBest ? [BEST] : [])]) {
      expected.set(prefix + name, shape)
    }
  }
  return expected
}

/** Whether an array is one that the task carries from batch to batch. */
export const isCarried = (name: string): boolean => name.startsWith(CARRIED)
