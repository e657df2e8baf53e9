/** What the device needs for training, and not for predicting; see `linked-kernels.ts`. */
import { maskKey } from '../mask-key.ts'
import { linkKernels } from './linked-kernels.ts'
import { fillMask } from './mask.ts'
import { recurrentBackward } from './recurrent/backward.ts'
import { reshape } from './reshape.ts'
import { putRows } from './rows.ts'
import { softmaxCrossEntropy } from './softmax.ts'
import { sumColumns, sumOfSquares } from './sums.ts'
import { copyTransposed, transposePart } from './transposed-copy.ts'

export function linkTrainingKernels(): void {
  linkKernels({
    ...{ reshape, copyTransposed, transposePart, fillMask, maskKey, sumColumns, sumOfSquares, putRows },
    ...{ softmaxCrossEntropy, recurrentBackward },
  })
}
