/**
 * Training on a memory task as Hochreiter & Schmidhuber 1997 did it: sequences are drawn as they are needed, and the
 * last two thousand, as they were answered when they were shown, say whether the task is learned.
 */
import type { Cell } from '../cells/define.ts'
import type { Initialization } from '../layers/initialization-names.ts'
import { keyOf, subkey } from '../random/key.ts'
import { noGradient, step } from '../tensor/index.ts'
import { adam } from '../training/optimizers/adam.ts'
import type { MemoryTask } from './memory-tasks.ts'
import { SequenceModel } from './sequence-model.ts'
import { type SequenceTrainingResult, trainUntil, type Watch } from './train-until.ts'

export interface MemoryTraining {
  readonly task: MemoryTask
  readonly delay: number
  readonly cell: Cell
  readonly hiddenSize: number
  readonly forgetBias?: number
  /** @default the cell's own, or PyTorch's */
  readonly initialization?: Initialization
  /** Of a step. */
  readonly batch: number
  /** Shown at most. */
  readonly sequences: number
  readonly learningRate: number | ((share: number) => number)
  /** Whether training ends when the task is learned. @default true */
  readonly isEndedWhenLearned?: boolean
}

export interface MemoryResult extends SequenceTrainingResult {
  readonly model: SequenceModel
  /** Sequences shown until the task was learned; null: it was not. */
  readonly shown: number | null
}

/** Sequences that are judged, and between two judgements. */
const RECENT = 2000
export const EVERY = 500

export async function trainOnMemory(training: MemoryTraining, seed: number, watch: Watch): Promise<MemoryResult> {
  const { task, delay, cell, hiddenSize, batch, sequences, learningRate } = training
  const { forgetBias = 1, initialization, isEndedWhenLearned = true } = training
  const model = new SequenceModel(cell, {
    ...task.sizes(delay),
    ...{ hiddenSize, forgetBias, seed },
    ...(initialization && { initialization, longest: delay }),
  })
  const key = keyOf(seed, `${task.name} training`, delay)
  const recent = new Uint8Array(RECENT)
  let shown: number | null = null
  const result = await trainUntil({
    ...watch,
    parameters: model.parameters(),
    loss: count => {
      const first = (count - 1) * batch
      const { loss, errors, tolerance } = task.draw(subkey(key, count), batch, delay).answersOf(model)
      for (const [b, error] of errors.entries()) recent[(first + b) % RECENT] = error < tolerance ? 1 : 0
      return loss
    },
    optimizer: adam,
    learningRate: typeof learningRate === 'number' ? learningRate : count => learningRate((count * batch) / sequences),
    clipNorm: 1,
    steps: Math.ceil(sequences / batch),
    every: Math.ceil(EVERY / batch),
    judge: () => recent.reduce((sum, isRight) => sum + isRight, 0) / RECENT,
    isSolved: share => share >= task.enough && isEndedWhenLearned,
  })
  const learned = result.scores.find(([, share]) => share >= task.enough)
  if (learned) shown = learned[0] * batch
  return { ...result, model, shown }
}

/** Root of the mean squared error over new sequences, by the task's measure. */
export function rootMeanSquare({ task, delay }: MemoryTraining, model: SequenceModel, seed: number, count = 2560) {
  const key = keyOf(seed, `${task.name} test`, delay)
  const { errors } = noGradient(() =>
    step(() => ({ errors: [...task.draw(key, count, delay).answersOf(model).errors] })),
  )
  return Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / count)
}
