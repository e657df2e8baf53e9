/**
 * Softmax and its logarithm along a dimension, the largest value taken out first so that nothing overflows.
 */
import type { Device, Matrix } from '../devices/device.ts'
import { exp as expOf, log as logOf, mul as mulOf, sub as subOf, variable } from '../formula/expression.ts'
import { amax } from './amax.ts'
import { axisOf } from './layout.ts'
import { borrowUnset, giveBack } from './memory.ts'
import { add, exp, log, sub } from './pointwise.ts'
import { reducedShapes, sum } from './reduce.ts'
import { detach, reshape } from './reshape.ts'
import { programOf, runProgram } from './run-program.ts'
import { isRecording, record } from './tape.ts'
import { allocate, type Tensor } from './tensor.ts'
import { transpose } from './transpose.ts'

const [x, y, dy, largest, total] = ['x', 'y', 'dy', 'largest', 'total'].map(variable)

/**
 * Probabilities along a dimension.
 *
 *   y_i = e^{x_i} / Σ_j e^{x_j}        dx_i = y_i · (dy_i − Σ_j dy_j y_j)
 *
 * @param axis  @default −1
 * @throws {ShapeError} There is no such dimension.
 * @see torch.softmax
 */
export function softmax(logits: Tensor, axis = -1): Tensor {
  return alongLast('softmax', logits, axis, softmaxOfRows)
}

/**
 * Logarithms of probabilities along a dimension.
 *
 *   y_i = x_i − log Σ_j e^{x_j}        dx_i = dy_i − e^{y_i} · Σ_j dy_j
 *
 * @param axis  @default −1
 * @throws {ShapeError} There is no such dimension.
 * @see torch.log_softmax
 */
export function logSoftmax(logits: Tensor, axis = -1): Tensor {
  return alongLast('logSoftmax', logits, axis, logSoftmaxOfRows)
}

/**
 * log Σ e^x over a dimension, or over all.
 *
 * @param axis           Default: all dimensions, giving one number.
 * @param keepDimension  Leaves size 1 where it summed. @default false
 * @throws {ShapeError} There is no such dimension.
 * @see torch.logsumexp
 */
export function logSumExp(values: Tensor, axis?: number, keepDimension = false): Tensor {
  const [, result] = reducedShapes('logSumExp', values.shape, axis, keepDimension)
  // As a constant: its gradient through both of its uses is zero together.
  const peak = detach(amax(values, axis, true))
  return reshape(add(log(sum(exp(sub(values, peak)), axis, true)), peak), result)
}

function alongLast(where: string, logits: Tensor, axis: number, ofRows: (logits: Tensor) => Tensor): Tensor {
  const at = axisOf(where, logits.shape, axis)
  if (at === logits.shape.length - 1) return ofRows(logits)
  return transpose(ofRows(transpose(logits, at, -1)), at, -1)
}

const product = programOf(mulOf(dy, y))
const softmaxGradient = programOf(mulOf(y, subOf(dy, total)), ['total'])

function softmaxOfRows(logits: Tensor): Tensor {
  const { device } = logits
  const result = allocate(device, logits.shape)
  device.softmax(result.matrix, logits.matrix)
  if (!isRecording()) return result
  record({
    name: 'softmax',
    outputs: [result],
    inputs: [logits],
    backward: ([given]) => {
      const [gradient, { matrix }] = [given as Matrix, result]
      const dx = borrowUnset(device, matrix.rows, matrix.columns)
      const totals = sumOfRows(device, runProgram(device, product, { dy: gradient, y: matrix }, dx))
      runProgram(device, softmaxGradient, { y: matrix, dy: gradient, total: totals }, dx)
      giveBack(device, totals)
      return [dx]
    },
  })
  return result
}

const shiftedPower = programOf(expOf(subOf(x, largest)), ['largest'])
const shiftedLog = programOf(subOf(subOf(x, largest), logOf(total)), ['largest', 'total'])
const logGradient = programOf(subOf(dy, mulOf(expOf(y), total)), ['total'])

/** `logSoftmax` along the last dimension. */
export function logSoftmaxOfRows(logits: Tensor): Tensor {
  const { device, matrix } = logits
  const result = allocate(device, logits.shape)
  const peaks = borrowUnset(device, matrix.rows, 1)
  device.reduceRows(peaks, matrix, 'max')
  const totals = sumOfRows(device, runProgram(device, shiftedPower, { x: matrix, largest: peaks }, result.matrix))
  runProgram(device, shiftedLog, { x: matrix, largest: peaks, total: totals }, result.matrix)
  giveBack(device, totals)
  giveBack(device, peaks)
  record({
    name: 'logSoftmax',
    outputs: [result],
    inputs: [logits],
    backward: ([given]) => {
      const gradient = given as Matrix
      const gradientTotals = sumOfRows(device, gradient)
      const dx = borrowUnset(device, gradient.rows, gradient.columns)
      runProgram(device, logGradient, { dy: gradient, y: result.matrix, total: gradientTotals }, dx)
      giveBack(device, gradientTotals)
      return [dx]
    },
  })
  return result
}

/** [rows, 1], borrowed. */
function sumOfRows(device: Device, matrix: Matrix): Matrix {
  const totals = borrowUnset(device, matrix.rows, 1)
  device.reduceRows(totals, matrix, 'sum')
  return totals
}
