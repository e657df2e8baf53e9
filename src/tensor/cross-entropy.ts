import type { Matrix } from '../devices/device.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { mul as mulOf, variable } from '../formula/expression.ts'
import { flatTensor } from './create.ts'
import { checkedIndices, type Indices } from './embedding.ts'
import { columnsOf, rowsOf } from './layout.ts'
import { linear } from './linear.ts'
import { borrowUnset } from './memory.ts'
import { add, div, mul, neg } from './pointwise.ts'
import { mean, sum } from './reduce.ts'
import { reshape } from './reshape.ts'
import { programOf, runProgram } from './run-program.ts'
import { logSoftmaxOfRows } from './softmax.ts'
import { isRecorded, record } from './tape.ts'
import { allocate, type Tensor } from './tensor.ts'

export interface CrossEntropyOptions {
  /** One number for all rows, or one for each. @default 'mean' */
  readonly reduction?: 'mean' | 'sum' | 'none'
  /** How much a row of each class counts, [C], 0 or more; the mean is over these weights. @default 1 each */
  readonly classWeights?: ArrayLike<number>
  /** Share of each label that goes to all classes alike (Szegedy et al. 2016, section 7), 0 … 1. @default 0 */
  readonly labelSmoothing?: number
}

/**
 * How surprising the labels are, in nats: softmax and logarithm in one.
 *
 *   loss_r = −log softmax(logits_r)[label_r]        dlogits_r = dloss_r · (softmax(logits_r) − onehot(label_r))
 *
 * With class weights w and smoothing ε, the mean being divided by Σ_r w[label_r]:
 *
 *   loss_r = −(1 − ε) w[label_r] log softmax(logits_r)[label_r] − ε/C Σ_c w_c log softmax(logits_r)[c]
 *
 * @param logits  [.., C].
 * @param labels  One a row, in row-major order, each 0 … C − 1.
 * @returns       [] for mean and sum, [..] for none.
 * @throws {ShapeError}  There are not as many labels as rows or weights as classes, or logits is one number.
 * @throws {OptionError} A label is no class, the reduction is unknown, a weight or the smoothing is out of range.
 * @see torch.nn.functional.cross_entropy
 */
export function crossEntropy(
  logits: Tensor,
  labels: Indices,
  { reduction = 'mean', classWeights, labelSmoothing = 0 }: CrossEntropyOptions = {},
): Tensor {
  const { shape } = logits
  if (shape.length === 0 || labels.length !== rowsOf(shape)) {
    throw new ShapeError(
      `crossEntropy: expected logits of shape [.., C] and a label a row, got ${shown(shape)} ` +
        `and ${labels.length} labels. ` +
        'Pass one label for each row of logits.',
    )
  }
  if (classWeights) requireWeights(classWeights, columnsOf(shape))
  requireSmoothing(labelSmoothing)
  const classes = checkedIndices('crossEntropy', 'label', labels, columnsOf(shape))
  const weights = classWeights ? Array.from(classes, label => classWeights[label]) : null
  let losses = lossOfRows(logits, classes)
  if (weights) losses = mul(losses, flatTensor(weights, [weights.length, 1], { device: logits.device }))
  if (labelSmoothing > 0) {
    const overClasses = lossOverClasses(logits, classWeights)
    losses = add(mul(losses, 1 - labelSmoothing), mul(overClasses, labelSmoothing / columnsOf(shape)))
  }
  if (reduction === 'mean') return weights ? div(sum(losses), total(weights)) : mean(losses)
  if (reduction === 'sum') return sum(losses)
  if (reduction === 'none') return reshape(losses, shape.slice(0, -1))
  throw new OptionError(
    `crossEntropy: expected a reduction 'mean', 'sum' or 'none', got ${shown(reduction)}. Choose one of these.`,
  )
}

const total = (weights: readonly number[]): number => weights.reduce((sum, w) => sum + w, 0)

/** −Σ_c w_c log softmax(logits_r)[c], [rows, 1]. */
function lossOverClasses(logits: Tensor, classWeights: ArrayLike<number> | undefined): Tensor {
  const logs = reshape(logSoftmaxOfRows(logits), [rowsOf(logits.shape), columnsOf(logits.shape)])
  if (!classWeights) return neg(sum(logs, -1, true))
  const row = Float64Array.from(classWeights, w => 0 - w)
  return linear(logs, flatTensor(row, [1, row.length], { device: logits.device }))
}

function requireWeights(weights: ArrayLike<number>, classes: number): void {
  if (weights.length !== classes) {
    throw new ShapeError(
      `crossEntropy: expected classWeights of ${classes} numbers, one a class, got ${weights.length}. ` +
        'Pass one for each column of logits.',
    )
  }
  const wrong = Array.from(weights).findIndex(w => !(typeof w === 'number' && w >= 0 && w < Infinity))
  if (wrong < 0) return
  throw new OptionError(
    'crossEntropy: expected classWeights of finite numbers, at least 0, ' +
      `got ${shown(weights[wrong])}. Check how they are made.`,
  )
}

function requireSmoothing(smoothing: number): void {
  if (smoothing >= 0 && smoothing <= 1) return
  throw new OptionError(
    `crossEntropy: expected labelSmoothing to be a number from 0 to 1, got ${shown(smoothing)}. Use 0 for none.`,
  )
}

const scaled = programOf(mulOf(variable('loss'), variable('gradient')), ['loss'])

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
      const dx = borrowUnset(device, rows, columns)
      return [runProgram(device, scaled, { loss: given as Matrix, gradient: gradient.matrix }, dx)]
    },
  })
  return losses
}
