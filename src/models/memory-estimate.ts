/**
 * What a training needs of a device's memory, found out before weights are drawn: what cannot fit is refused at once,
 * not after minutes of work.
 */
import type { Device } from '../devices/device.ts'
import { MemoryError } from '../errors/errors.ts'
import type { WeightSource } from '../layers/weight-source.ts'
import { zeros } from '../tensor/index.ts'

export interface TrainingNeeds {
  /** Of all weights. */
  readonly shapes: readonly (readonly number[])[]
  /** Matrices that the optimizer keeps of each weight. */
  readonly optimizerMatrices: number
  /** Tokens of each sequence (of the unrolled part of it). */
  readonly lengths: readonly number[]
  /** Sequences in a batch. */
  readonly batch: number
}

const FLOAT_BYTES = 4
/** What is needed is at most so much more than the estimate (1.33 in the tests): for advice that holds. */
const MARGIN = 1.4

/** Rows are padded to 8 floats. */
function weightFloats(shape: readonly number[]): number {
  const columns = shape.at(-1) ?? 1
  return shape.slice(0, -1).reduce((rows, n) => rows * n, 1) * Math.ceil(columns / 8) * 8
}

/** Bytes of weights, gradients and what the optimizer keeps; and of a batch of the longest sequences. */
export function trainingBytes({ shapes, optimizerMatrices, lengths, batch }: TrainingNeeds, floatsPerToken: number) {
  const floats = shapes.reduce((sum, shape) => sum + weightFloats(shape), 0)
  const longest = lengths.toSorted((a, b) => b - a).slice(0, batch)
  const tokens = longest.reduce((sum, n) => sum + n, 0)
  return { model: FLOAT_BYTES * floats * (2 + optimizerMatrices), step: FLOAT_BYTES * tokens * floatsPerToken }
}

/**
 * Refuses what cannot fit. The estimate counts what is certainly needed, so that nothing is refused that would run.
 *
 * @param floatsPerToken  Kept from the forward pass for the backward pass.
 * @throws {MemoryError} says the bytes needed and the largest batch that fits.
 */
export function requireRoom(needs: TrainingNeeds, floatsPerToken: number, device: Device): void {
  const { model, step } = trainingBytes(needs, floatsPerToken)
  if (model + step <= device.mostBytes) return
  const expected = `training: expected a need of at most ${device.mostBytes} bytes of memory, got`
  if (model >= device.mostBytes) {
    throw new MemoryError(
      `${expected} ${model} for the weights, their gradients and the optimizer. ` +
        'Use fewer hidden units, layers or tokens in the vocabulary, or a smaller embedding.',
    )
  }
  const batch = largestBatch(needs, floatsPerToken, device.mostBytes / MARGIN)
  throw new MemoryError(
    `${expected} ${model + step}: ${model} for the model and ${step} for a batch of ${needs.batch}. ` +
      (batch > 0
        ? `A batch of ${batch} fits (accumulate adds up several).`
        : 'Use shorter sequences or a smaller model.'),
  )
}

function largestBatch(needs: TrainingNeeds, floatsPerToken: number, mostBytes: number): number {
  let [fits, fails] = [0, needs.batch]
  while (fails - fits > 1) {
    const batch = Math.floor((fits + fails) / 2)
    const { model, step } = trainingBytes({ ...needs, batch }, floatsPerToken)
    if (model + step <= mostBytes) fits = batch
    else fails = batch
  }
  return fits
}

/** The shapes of the weights that a network asks for, by name, without any of them made. */
export function shapesOf(build: (source: WeightSource) => unknown, device: Device): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>()
  const placeholder = zeros([1], { device })
  build((name, shape) => {
    shapes.set(name, shape)
    return placeholder
  })
  return shapes
}
