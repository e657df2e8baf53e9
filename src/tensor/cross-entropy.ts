import type { Matrix } from '../devices/device.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { mul, variable } from '../formula/expression.ts'
import { checkedIndices, type Indices } from './embedding.ts'
import { columnsOf, rowsOf } from './layout.ts'
import { borrow } from './memory.ts'
import { mean, sum } from './reduce.ts'
import { reshape } from './reshape.ts'
import { programOf, runProgram } from './run-program.ts'
import { isRecorded, record } from './tape.ts'
import { allocate, type Tensor } from './tensor.ts'

export interface CrossEntropyOptions {
  /** One number for all rows, or one for each. @default 'mean' */
  readonly reduction?: 'mean' | 'sum' | 'none'
}

/**
 * How surprising the labels are, in nats: softmax and logarithm in one.
 *
 *   loss_r = −log softmax(logits_r)[label_r]        dlogits_r = dloss_r · (softmax(logits_r) − onehot(label_r))
 *
 * @param logits  [.., C].
 * @param labels  One a row, in row-major order, each 0 … C − 1.
 * @returns       [] for mean and sum, [..] for none.
 * @throws {ShapeError}  There are not as many labels as rows, or logits is one number.
 * @throws {OptionError} A label is no class, or the reduction is unknown.
 * @see torch.nn.functional.cross_entropy
 */
export function crossEntropy(
  logits: Tensor,
  labels: Indices,
  { reduction = 'mean' }: CrossEntropyOptions = {},
): Tensor {
  const { shape } = logits
  if (shape.length === 0 || labels.length !== rowsOf(shape)) {
    throw new ShapeError(
      `crossEntropy: expected logits of shape [.., C] and a label a row, got ${shown(shape)} ` +
        `and ${labels.length} labels. ` +
        'Pass one label for each row of logits.',
    )
  }
  const losses = lossOfRows(logits, checkedIndices('crossEntropy', 'label', labels, columnsOf(shape)))
  if (reduction === 'mean') return mean(losses)
  if (reduction === 'sum') return sum(losses)
  if (reduction === 'none') return reshape(losses, shape.slice(0, -1))
  throw new OptionError(
    `crossEntropy: expected a reduction 'mean', 'sum' or 'none', got ${shown(reduction)}. Choose one of these.`,
  )
}

const scaled = programOf(mul(variable('loss'), variable('gradient')), ['loss'])

/** [rows, 1]. */
function lossOfRows(logits: Tensor, labels: Int32Array): Tensor {
  const { device, matrix } = logits
  const losses = allocate(device, [matrix.rows, 1])
  if (!isRecorded([logits])) {
    device.softmaxCrossEntropy(losses.matrix, matrix, labels)
    return losses
  }
  // One pass gives the losses and, but for the factor, their gradient.
  const gradient = allocate(device, [matrix.rows, matrix.columns])
  device.softmaxCrossEntropy(losses.matrix, matrix, labels, gradient.matrix)
  record({
    name: 'crossEntropy',
    outputs: [losses],
    inputs: [logits],
    saved: [gradient],
    backward: ([given]) => {
      const { rows, columns } = gradient.matrix
      const dx = borrow(device, rows, columns)
      return [runProgram(device, scaled, { loss: given as Matrix, gradient: gradient.matrix }, dx)]
    },
  })
  return losses
}
