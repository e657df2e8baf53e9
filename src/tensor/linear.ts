import type { Matrix } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { columnsOf, isSameShape, withSize } from './layout.ts'
import { borrowUnset } from './memory.ts'
import { isRecording, record } from './tape.ts'
import { allocate, deviceOf, type Tensor } from './tensor.ts'

/**
 * Multiplies rows with a weight and adds a bias.
 *
 *   y = x Wᵀ + b        dx = dy W,  dW = dyᵀ x,  db = Σ_rows dy
 *
 * @param x       [.., I].
 * @param weight  [O, I].
 * @param bias    [O]. Default: none.
 * @returns       [.., O].
 * @throws {ShapeError}  A shape does not fit.
 * @throws {OptionError} They are on different devices.
 * @see torch.nn.functional.linear
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  requireLinearShapes('linear', x, weight, bias)
  const inputs = bias ? [x, weight, bias] : [x, weight]
  const device = deviceOf('linear', inputs)
  const y = allocate(device, withSize(x.shape, x.shape.length - 1, weight.shape[0]))
  device.product(y.matrix, x.matrix, weight.matrix, { transposeB: true, ...(bias ? { bias: bias.matrix } : {}) })
  if (!isRecording()) return y
  record({
    name: 'linear',
    outputs: [y],
    inputs,
    backward: ([given], needs) => {
      const dy = given as Matrix
      const results: (Matrix | null)[] = [null, null, null]
      if (needs[0]) {
        results[0] = borrowUnset(device, dy.rows, weight.matrix.columns)
        device.product(results[0], dy, weight.matrix)
      }
      if (needs[1]) {
        results[1] = borrowUnset(device, weight.matrix.rows, weight.matrix.columns)
        device.product(results[1], dy, x.matrix, { transposeA: true })
      }
      if (needs[2]) {
        results[2] = borrowUnset(device, 1, dy.columns)
        device.sumColumns(results[2], dy)
      }
      return results.slice(0, needs.length)
    },
  })
  return y
}

/** @throws {ShapeError} x, weight and bias do not fit together. */
export function requireLinearShapes(where: string, x: Tensor, weight: Tensor, bias?: Tensor): void {
  const [outputs, inputs] = weight.shape
  if (weight.shape.length !== 2 || x.shape.length === 0 || columnsOf(x.shape) !== inputs) {
    throw new ShapeError(
      `${where}: expected x of shape [.., I] and a weight of [O, I], ` +
        `got ${shown(x.shape)} and ${shown(weight.shape)}. ` +
        'Make the last dimension of x as wide as the weight.',
    )
  }
  if (!bias || isSameShape(bias.shape, [outputs])) return
  throw new ShapeError(
    `${where}: expected a bias of shape [${outputs}], one number a row of the weight, got ${shown(bias.shape)}. ` +
      'Reshape it, or leave it out.',
  )
}
