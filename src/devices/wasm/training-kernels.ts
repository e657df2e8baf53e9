/** What the device needs for training and streams, and not for predicting; see `training-link.ts`. */
import { maskKey } from '../recurrent.ts'
import { reshape } from './copy.ts'
import { fillMask } from './mask.ts'
import { recurrentBackward } from './recurrent/backward.ts'
import { SingleSteps } from './recurrent/single-step.ts'
import { putRows } from './rows.ts'
import { softmaxCrossEntropy } from './softmax.ts'
import { sumColumns, sumOfSquares } from './sums.ts'
import { linkTraining } from './training-link.ts'
import { copyTransposed, transposePart } from './transposed-copy.ts'

const kernels = {
  reshape,
  copyTransposed,
  transposePart,
  fillMask,
  maskKey,
  recurrentBackward,
  SingleSteps,
  sumColumns,
  sumOfSquares,
  putRows,
  softmaxCrossEntropy,
} as const

export type TrainingKernels = typeof kernels

/** Links them; once more changes nothing. */
export const linkTrainingKernels = (): void => linkTraining(kernels)
