/**
 * Where the device finds what only training and streams use (decision 0047). Those parts are linked when a program has
 * the tape, and a page that only predicts, which has none, ships without them.
 */
import type { TrainingKernels } from './training-kernels.ts'

let linked: TrainingKernels | null = null

export function linkTraining(kernels: TrainingKernels): void {
  linked = kernels
}

export const isTrainingLinked = (): boolean => linked !== null

export function trainingKernels(): TrainingKernels {
  if (linked) return linked
  throw new Error('internal: a part of the device was used for training, and the program has not linked it')
}
